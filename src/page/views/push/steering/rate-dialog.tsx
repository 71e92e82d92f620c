import { useState } from "preact/hooks";
import { number } from "../../../app/time/format.ts";
import { toast } from "../../../app/toasts.ts";
import { Confirm } from "../../../parts/forms/dialog.tsx";
import { Field } from "../../../parts/forms/field.tsx";
import { words } from "../../../words/dictionary.ts";
import type { Push } from "../live/use-push.ts";
import { changeRate } from "./steering.ts";

interface Props {
  readonly push: Push;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Sends the rest slower, or faster. */
export function RateDialog({ push, onDone, onClose }: Props) {
  const w = words().dialogs.rateDialog;
  const [typed, setTyped] = useState(push.rate === null ? "" : String(push.rate));
  const rate = typed.trim() === "" ? null : Number(typed);
  const isWrong = rate !== null && !(rate >= 1 && Number.isFinite(rate));
  const set = async (to: number | null): Promise<void> => {
    await changeRate(push.id, to);
    onDone();
  };
  const run = async (): Promise<void> => {
    await set(rate);
    toast(rate === null ? w.didNone : w.did(number(rate, 1)), () => set(push.rate), push.id);
  };
  return (
    <Confirm title={w.title} act={w.act} disabled={isWrong} onAct={run} onClose={onClose}>
      <Field
        label={w.rate}
        hint={w.hint}
        error={isWrong ? w.wrong : null}
        value={typed}
        onInput={setTyped}
        inputMode="decimal"
        optional
      />
    </Confirm>
  );
}
