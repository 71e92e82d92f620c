import { useState } from "preact/hooks";
import { api, ask, type Schemas } from "../../app/data/api.ts";
import { gather } from "../../app/data/gather.ts";
import { useLoaded } from "../../app/data/load.ts";
import { Card } from "../../parts/card.tsx";
import { StateWord } from "../../parts/figures/state-bar.tsx";
import { Button } from "../../parts/forms/button.tsx";
import { later } from "../../parts/later.tsx";
import { Pages } from "../../parts/lists/pages.tsx";
import { type Column, Table } from "../../parts/lists/table.tsx";
import { Said } from "../../parts/signs/said.tsx";
import { Time } from "../../parts/signs/time.tsx";
import { words } from "../../words/dictionary.ts";
import { classWord } from "../push/reasons/class-word.ts";

const StoryDialog = later(
  () => import("../push/deliveries/story-dialog.tsx").then((found) => found.StoryDialog),
  ["dialogs"],
);

type Past = Schemas["PastDelivery"];

/** All that was sent to a person, push by push, the newest first. */
export function HistoryCard({ id, address }: { readonly id: number; readonly address: string }) {
  const w = words().recipients.history;
  const [after, setAfter] = useState<string | null>(null);
  const [story, setStory] = useState<Past | null>(null);
  const read = useLoaded(
    (signal) =>
      gather(after, (cursor, limit) => {
        const query = { limit, ...(cursor === null ? {} : { after: cursor }) };
        return ask(api.GET("/api/recipients/{id}/deliveries", { params: { path: { id }, query }, signal }));
      }),
    [id, after],
  );
  return (
    <Card
      title={w.title}
      acts={
        <Button kind="quiet" size="small" onPress={read.reload}>
          {words().push.deliveries.refresh}
        </Button>
      }
    >
      <Pages
        of={read}
        label={w.title}
        next={({ next }) => next}
        isFirst={after === null}
        onPage={setAfter}
        shown={({ rows }) => rows.length > 0 && w.shown(rows.length)}
      >
        {({ rows }) =>
          rows.length === 0 ? (
            <p class="dim">{w.none}</p>
          ) : (
            <div class="history">
              <Table caption={w.title} columns={columns(setStory)} rows={rows} keyOf={({ push }) => push.id} />
            </div>
          )
        }
      </Pages>
      {story !== null && (
        <StoryDialog
          push={story.push.id}
          delivery={{ ...story.delivery, address: story.delivery.address || address }}
          onClose={() => setStory(null)}
        />
      )}
    </Card>
  );
}

function columns(onStory: (past: Past) => void): readonly Column<Past>[] {
  const w = words().recipients.history;
  return [
    {
      head: w.push,
      kind: "name",
      cell: ({ push }) => (
        <a class="clamped" title={push.subject} href={`/pushes/${push.id}`}>
          {push.subject || w.noSubject}
        </a>
      ),
    },
    {
      head: words().push.deliveries.state,
      kind: "short",
      cell: ({ delivery }) => <StateWord state={delivery.state} />,
    },
    {
      head: words().push.deliveries.words,
      cell: ({ delivery }) => (
        <>
          {delivery.class !== null && delivery.class !== "accepted" && (
            <span class="small">{classWord(delivery.class)} </span>
          )}
          {delivery.reply !== null && <Said>{delivery.reply}</Said>}
        </>
      ),
    },
    {
      head: words().push.deliveries.when,
      kind: "short",
      phone: "beside",
      cell: ({ delivery }) => <Time at={delivery.updatedAt} />,
    },
    {
      head: w.story,
      kind: "number",
      phone: "beside",
      cell: (past) => (
        <span class="cell-act">
          <Button kind="quiet" size="small" label={w.storyOf(past.push.subject)} onPress={() => onStory(past)}>
            {w.story}
          </Button>
        </span>
      ),
    },
  ];
}
