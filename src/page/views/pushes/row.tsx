import { number, percent } from "../../app/time/format.ts";
import { figuresOf } from "../../parts/figures/figures.tsx";
import { StateBar } from "../../parts/figures/state-bar.tsx";
import type { Column } from "../../parts/lists/table.tsx";
import { Pill } from "../../parts/signs/pill.tsx";
import { Time } from "../../parts/signs/time.tsx";
import { words } from "../../words/dictionary.ts";
import { isOver } from "../push/live/use-push.ts";
import { ReasonWords } from "../push/reasons/reason-words.tsx";
import type { Summary } from "./use-pushes.ts";

/** The columns of a list of pushes. */
export function pushColumns(): readonly Column<Summary>[] {
  const w = words().pushes;
  return [
    { head: w.push, cell: (row) => <Name push={row} /> },
    { head: w.state, kind: "short", cell: (row) => <Pill status={row.status} /> },
    { head: w.deliveries, cell: (row) => <Progress push={row} /> },
  ];
}

/** What it says and since when, by whom. */
export function Name({ push }: { readonly push: Summary }) {
  const w = words().pushes;
  const by = push.steering[0]?.by;
  const at = push.status === "scheduled" && push.sendAt !== null ? push.sendAt : (push.startedAt ?? push.createdAt);
  const [before, after] = push.status === "scheduled" ? w.starts : push.startedAt === null ? w.made : w.started;
  return (
    <div class="push-name">
      <a href={`/pushes/${push.id}`}>{push.subject}</a>
      <p class="small dim">
        {before}
        <Time at={at} as={push.status === "scheduled" ? "ahead" : "recent"} />
        {after}
        {by !== undefined && ` · ${words().push.by(by)}`}
      </p>
    </div>
  );
}

/** Its states as a bar, and the figures that matter as numbers. */
function Progress({ push }: { readonly push: Summary }) {
  const w = words().pushes;
  const { success, failure, waiting, inDoubt } = figuresOf(push.tallies);
  const isUnderWay = push.startedAt !== null && !isOver(push);
  const whole = Math.max(push.total, push.snapshotDone ? 0 : push.expected);
  const isBefore = push.startedAt === null && push.total === 0;
  const isStopped = push.status === "paused" || push.status === "cancelled";
  const [why, detail] = isStopped ? [push.reason, push.reasonDetail] : [push.waiting, push.waitingDetail];
  return (
    <div class="push-progress">
      <StateBar tallies={push.tallies} thin />
      <p class="facts">
        <span>
          {isBefore
            ? push.status === "cancelled"
              ? w.notBegun
              : w.expected(number(push.expected), push.expectedIsEstimate)
            : w.of(number(success), number(whole), push.snapshotDone)}
        </span>
        {isUnderWay && whole > 0 && <span>{percent(push.total - waiting, whole)}</span>}
        {failure > 0 && <strong class="bad">{w.failed(number(failure))}</strong>}
        {inDoubt > 0 && <span>{w.inDoubt(number(inDoubt))}</span>}
        {!isOver(push) && waiting > 0 && <span>{w.waiting(number(waiting))}</span>}
      </p>
      {why !== null && why !== ASKED_FOR && (
        <p class="small push-why">
          <ReasonWords detail={detail} words={why} />
        </p>
      )}
    </div>
  );
}

/** The reason of a command: the pill says as much. */
const ASKED_FOR = "asked for";
