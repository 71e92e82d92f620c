import { useState } from "preact/hooks";
import type { Schemas } from "../../../app/data/api.ts";
import { now } from "../../../app/time/clock.ts";
import { Card } from "../../../parts/card.tsx";
import { later } from "../../../parts/later.tsx";
import { words } from "../../../words/dictionary.ts";
import type { Draft } from "../draft/draft.ts";
import type { Fault } from "../field-errors.ts";
import { optionsSentence } from "./options-words.ts";

const OptionsFields = later(() => import("./options-fields.tsx").then((found) => found.OptionsFields));

export interface OptionsProps {
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
  readonly faults: readonly Fault[];
  readonly settings: Schemas["Settings"] | undefined;
  /** A held push: what cannot be changed in it any more is not shown. */
  readonly isEdit: boolean;
}

const FIELDS = ["sendAt", "expiresIn", "rate", "relays", "canary", "onceKey", "headers"];

/** When and how: closed under a sentence that says it all. */
export function OptionsCard(props: OptionsProps) {
  const { draft, faults } = props;
  const w = words().compose.options;
  const [isOpen, setOpen] = useState(false);
  const isWrong = faults.some(({ field }) => FIELDS.includes(field));
  return (
    <Card label={w.title}>
      <details class="options" open={isOpen || isWrong} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>
          <h2>{w.title}</h2> <span class="dim">{optionsSentence(draft, now.value)}</span>
        </summary>
        {(isOpen || isWrong) && <OptionsFields {...props} />}
      </details>
    </Card>
  );
}
