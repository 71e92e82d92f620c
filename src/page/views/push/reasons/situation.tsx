import type { ComponentChildren } from "preact";
import { session } from "../../../app/data/session.ts";
import { now } from "../../../app/time/clock.ts";
import { clock, sentences } from "../../../app/time/format.ts";
import { figuresOf } from "../../../parts/figures/figures.tsx";
import { Notice } from "../../../parts/signs/notice.tsx";
import { Said } from "../../../parts/signs/said.tsx";
import { ahead } from "../../../parts/signs/time.tsx";
import { words } from "../../../words/dictionary.ts";
import type { Push } from "../live/use-push.ts";
import { isBegun, startOf } from "../start.ts";
import { ReasonWords } from "./reason-words.tsx";

/** How the push stands, in words, where a person might act or wonder. */
export function Situation({ push, resume }: { readonly push: Push; readonly resume: ComponentChildren }) {
  const w = words().push.situation;
  const inbox = session.value?.localInbox ?? null;
  const { waiting, inDoubt } = figuresOf(push.tallies);
  return (
    <>
      {push.status === "scheduled" && push.sendAt !== null && (
        <Notice ticks>{w.scheduled(startOf(push.sendAt, now.value), push.expected, push.expectedIsEstimate)}</Notice>
      )}
      {push.status === "held" && <Notice kind="warn">{w.held(push.steering[0]?.by ?? "")}</Notice>}
      {push.status === "running" && !push.snapshotDone && (
        <Notice ticks>{w.snapshot(push.total, push.expected)}</Notice>
      )}
      {push.status === "paused" && <Paused push={push} waiting={waiting} acts={resume} />}
      {push.status === "running" && <Relays push={push} />}
      {push.status === "finished" && push.finishedAt !== null && (
        <Notice
          kind={push.total === 0 ? "info" : push.success <= push.failure || push.success === 0 ? "warn" : "good"}
          acts={
            inbox !== null &&
            push.success > 0 && (
              <a href={inbox} target="_blank" rel="noreferrer">
                {w.inbox}
              </a>
            )
          }
        >
          {push.total === 0
            ? w.nobody
            : w.finished(push.success, push.total, clock(Date.parse(push.finishedAt), now.value))}
        </Notice>
      )}
      {push.status === "cancelled" && <Cancelled push={push} />}
      {push.status === "finished" && inDoubt > 0 && <Notice kind="warn">{w.doubts(inDoubt)}</Notice>}
    </>
  );
}

/** The last time that somebody did this. */
function lastAct(push: Push, action: string) {
  return push.steering.findLast((one) => one.action === action);
}

/** Of a push that an earlier version paused there is no code. */
function isByHand({ reason, reasonDetail }: Push): boolean {
  return reasonDetail === null ? reason === "asked for" : reasonDetail.code === "asked";
}

function Paused({ push, waiting, acts }: { push: Push; waiting: number; acts: ComponentChildren }) {
  const w = words().push.situation;
  const act = lastAct(push, "pause");
  const isAsked = isByHand(push) && act !== undefined;
  if (!isAsked && push.reasonDetail !== null) {
    return (
      <Notice kind="warn" acts={acts} ticks>
        <ReasonWords detail={push.reasonDetail} words={push.reason} />
      </Notice>
    );
  }
  const byHand = isBegun(push) ? w.pausedBy : w.pausedBefore;
  return (
    <Notice kind="warn" acts={acts} ticks>
      {isAsked ? byHand(act.by, clock(Date.parse(act.at), now.value), waiting) : w.pausedItself(waiting)}
      {!isAsked && push.reason !== null && <Said>{push.reason}</Said>}
    </Notice>
  );
}

function Cancelled({ push }: { readonly push: Push }) {
  const w = words().push.situation;
  const act = lastAct(push, "cancel");
  if (push.reasonDetail !== null) {
    return (
      <Notice>
        <ReasonWords detail={push.reasonDetail} words={push.reason} />
      </Notice>
    );
  }
  const byHand = push.startedAt === null ? w.cancelledBefore : w.cancelledBy;
  return (
    <Notice>
      {act === undefined ? w.cancelled : byHand(act.by, clock(Date.parse(act.at), now.value))}
      {push.reason !== null && <Said>{push.reason}</Said>}
    </Notice>
  );
}

/** What the relays have against it, in their own words. */
function Relays({ push: { relay, relays, waiting, waitingDetail, canary } }: { readonly push: Push }) {
  const w = words().push.situation;
  const away = relays.filter((one) => !one.ok);
  const at = (iso: string): string => ahead(Date.parse(iso), now.value);
  const lost = relays.filter((one) => one.lost !== null);
  const isDown = away.length > 0 || !relay.ok;
  const shown = away.length > 0 ? away : [{ id: null, ...relay }];
  return (
    <>
      {isDown &&
        shown.map(({ id, since, error, nextTryAt }) => (
          <Notice kind="warn" key={id} ticks>
            {sentences(
              w.relayDown(id, since === null ? null : clock(Date.parse(since), now.value)),
              nextTryAt === null ? null : w.nextTry(at(nextTryAt)),
            )}
            {error !== null && <Said>{error}</Said>}
          </Notice>
        ))}
      {lost.map(({ id, lost: said }) => (
        <Notice kind="warn" key={`lost ${id}`}>
          {w.relayLost(id)}
          <Said>{said ?? ""}</Said>
        </Notice>
      ))}
      {waiting !== null && !isDown && (
        <Notice kind={canary === null ? "warn" : "info"} ticks>
          <ReasonWords detail={waitingDetail} words={waiting} lead={w.waiting} />
        </Notice>
      )}
    </>
  );
}
