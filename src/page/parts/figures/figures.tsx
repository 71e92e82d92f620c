import type { ComponentChildren } from "preact";
import { number } from "../../app/time/format.ts";
import { words } from "../../words/dictionary.ts";
import type { Tallies } from "./state-bar.tsx";

export interface Figures {
  readonly success: number;
  readonly failure: number;
  readonly waiting: number;
  readonly inDoubt: number;
  readonly notSent: number;
}

/** Five figures out of eleven states; together they are the total too. */
export function figuresOf(tallies: Tallies): Figures {
  return {
    success: tallies.sent + tallies.complained,
    failure: tallies.failed + tallies.bounced,
    waiting: tallies.pending + tallies.queued + tallies.sending + tallies.deferred,
    inDoubt: tallies.in_doubt,
    notSent: tallies.skipped + tallies.cancelled,
  };
}

const NAMES = ["success", "failure", "waiting", "inDoubt", "notSent"] as const;
const TONES: Partial<Record<keyof Figures, string>> = { failure: "failure", inDoubt: "in-doubt" };

/** The five in large digits, each with a note under it. */
export function FiguresRow({
  figures,
  notes,
}: {
  readonly figures: Figures;
  readonly notes: Partial<Record<keyof Figures, ComponentChildren>>;
}) {
  return (
    <dl class="figures">
      {NAMES.map((name) => (
        <div class="figure" key={name}>
          <dt>{words().states.figures[name]}</dt>
          <dd class={`count ${figures[name] > 0 ? (TONES[name] ?? "") : ""}`}>{number(figures[name])}</dd>
          <dd class="note">{notes[name]}</dd>
        </div>
      ))}
    </dl>
  );
}
