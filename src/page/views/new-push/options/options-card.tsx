import { useState } from "preact/hooks";
import { now } from "../../../app/time/clock.ts";
import { Card } from "../../../parts/card.tsx";
import { later } from "../../../parts/later.tsx";
import { words } from "../../../words/dictionary.ts";
import type { OptionsProps } from "./options.ts";
import { optionsSentence } from "./options-words.ts";

const OptionsFields = later(() => import("./options-fields.tsx").then((found) => found.OptionsFields), ["sending"]);

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
