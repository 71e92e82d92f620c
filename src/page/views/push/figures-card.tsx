import { now } from "../../app/time/clock.ts";
import { minute, percent } from "../../app/time/format.ts";
import { Card } from "../../parts/card.tsx";
import { FiguresRow, figuresOf } from "../../parts/figures/figures.tsx";
import { Legend, StateBar } from "../../parts/figures/state-bar.tsx";
import { ahead } from "../../parts/signs/time.tsx";
import { words } from "../../words/dictionary.ts";
import type { Push } from "./live/use-push.ts";
import { isBegun } from "./start.ts";

interface Props {
  readonly push: Push;
  /** When the waiting ones will be through; null: it cannot be said. */
  readonly doneBy: { readonly from: number; readonly to: number } | null;
  /** When the first one in doubt is sent again, epoch milliseconds; null: none is. */
  readonly resendAt: number | null;
}

/** Five figures out of all states, each with what it means now; the states in one bar, and their numbers with the sum. */
export function FiguresCard({ push, doneBy, resendAt }: Props) {
  const w = words().push;
  const figures = figuresOf(push.tallies);
  const share = (part: number): string => percent(part, push.total);
  const through = (at: number): string => minute(at, now.value);
  return (
    <Card label={w.section.states}>
      <FiguresRow
        figures={figures}
        notes={{
          success: share(figures.success),
          failure: share(figures.failure),
          waiting: !isBegun(push)
            ? w.notes.expected(push.expected, push.expectedIsEstimate)
            : figures.waiting === 0
              ? w.notes.noneWaiting
              : push.status === "paused"
                ? w.notes.stopped
                : doneBy === null
                  ? share(figures.waiting)
                  : w.notes.done(through(doneBy.from), through(doneBy.to)),
          inDoubt:
            figures.inDoubt === 0
              ? w.notes.noDoubt
              : resendAt !== null
                ? push.status === "paused"
                  ? w.notes.resendStopped
                  : w.notes.resend(ahead(resendAt, now.value))
                : w.notes.decide,
          notSent: w.notes.notSent,
        }}
      />
      <StateBar tallies={push.tallies} />
      <Legend tallies={push.tallies} total={push.total} />
    </Card>
  );
}
