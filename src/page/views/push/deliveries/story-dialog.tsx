import { api, ask } from "../../../app/data/api.ts";
import { useLoaded } from "../../../app/data/load.ts";
import { may } from "../../../app/data/session.ts";
import { type DeliveryState, StateWord } from "../../../parts/figures/state-bar.tsx";
import { Button, LinkButton } from "../../../parts/forms/button.tsx";
import { Dialog } from "../../../parts/forms/dialog.tsx";
import { Read } from "../../../parts/lists/read.tsx";
import { Said } from "../../../parts/signs/said.tsx";
import { Time } from "../../../parts/signs/time.tsx";
import { words } from "../../../words/dictionary.ts";
import { adviceIn } from "../reasons/advice.ts";
import { classWord } from "../reasons/class-word.ts";
import { type Delivery, isRetryable } from "./deliveries.ts";

interface Props {
  readonly push: string;
  readonly delivery: Delivery;
  /** Not given: read from the person's own page, which leads to the push. */
  readonly onRetry?: (id: number) => void;
  readonly onClose: () => void;
}

/** What happened to one person's mail, oldest first. */
export function StoryDialog({ push, delivery, onRetry, onClose }: Props) {
  const w = words().dialogs.story;
  const { id } = delivery;
  const read = useLoaded(
    (signal) =>
      ask(
        api.GET("/api/pushes/{id}/deliveries/{recipient}", { params: { path: { id: push, recipient: id } }, signal }),
      ),
    [push, id],
  );
  return (
    <Dialog title={delivery.address || words().push.deliveries.erased} onClose={onClose} wide>
      <Read of={read}>
        {(story) => (
          <>
            <div class="facts">
              <StateWord state={story.state} />
              <ClassWord state={story.state} name={story.class} />
              <span>{w.attempts(story.attempts)}</span>
              {story.dueAt !== null && (
                <span>
                  <Time at={story.dueAt} as="ahead" />
                </span>
              )}
            </div>
            {story.reply !== null && !isTold(story.reply, story.events) && <Said>{story.reply}</Said>}
            {story.advice !== null && <p>{adviceIn(story.state, story.class, story.advice)}</p>}
            <div>
              <h3>{w.events}</h3>
              {story.events.length === 0 ? (
                <p class="dim">{w.simple}</p>
              ) : (
                <ol class="story">
                  {story.events.map((event) => (
                    <li key={event.at + event.event}>
                      <span class="dim">
                        <Time at={event.at} />
                      </span>
                      <span>
                        <EventWord event={event.event} />
                        <ClassWord state={event.event} name={event.class} before=" · " />
                        {event.source !== null && <span class="dim"> · {w.source(event.source)}</span>}
                        {event.words !== null && <Said>{[event.status, event.words].filter(Boolean).join(" ")}</Said>}
                      </span>
                    </li>
                  ))}
                </ol>
              )}
            </div>
            <div class="row">
              {onRetry !== undefined && may("send") && isRetryable(story) && (
                <Button onPress={() => onRetry(id)}>{w.retry}</Button>
              )}
              {onRetry === undefined ? (
                <LinkButton to={`/pushes/${push}`}>{w.push}</LinkButton>
              ) : (
                <LinkButton to={`/recipients/${id}`}>{w.person}</LinkButton>
              )}
            </div>
          </>
        )}
      </Read>
    </Dialog>
  );
}

/** Whether the events end with these words anyway. */
function isTold(reply: string, events: readonly { readonly words: string | null }[]): boolean {
  const last = events.findLast(({ words: said }) => said !== null)?.words;
  return last !== undefined && last !== null && reply.endsWith(last);
}

/** What the state does not say by itself. */
function ClassWord({
  state,
  name,
  before,
}: {
  readonly state: string;
  readonly name: string | null;
  readonly before?: string;
}) {
  const known: Readonly<Record<string, string>> = words().states.delivery;
  if (name === null || name === "accepted" || classWord(name) === known[state]) return null;
  return (
    <span>
      {before}
      {classWord(name)}
    </span>
  );
}

function EventWord({ event }: { readonly event: string }) {
  const w = words();
  if (event === "claimed") return <>{w.dialogs.story.claimed}</>;
  if (event === "noted") return <>{w.dialogs.story.noted}</>;
  if (Object.hasOwn(w.states.delivery, event)) return <StateWord state={event as DeliveryState} />;
  return <>{classWord(event)}</>;
}
