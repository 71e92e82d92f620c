import { useState } from "preact/hooks";
import { number } from "../../../app/time/format.ts";
import { toast } from "../../../app/toasts.ts";
import { StateWord } from "../../../parts/figures/state-bar.tsx";
import { Confirm } from "../../../parts/forms/dialog.tsx";
import { Check } from "../../../parts/forms/field.tsx";
import { words } from "../../../words/dictionary.ts";
import type { Push } from "../live/use-push.ts";
import { classWord } from "../reasons/class-word.ts";
import { type Asked, type RetryState, STATES } from "./asked.ts";
import { retry } from "./steering.ts";

interface Props {
  readonly push: Push;
  readonly asked: Asked;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export function RetryDialog({ push, asked: { state: meant, reason, count: known, ids }, onDone, onClose }: Props) {
  const w = words().dialogs.retryDialog;
  const present = STATES.filter((state) => push.tallies[state] > 0);
  const [states, setStates] = useState<readonly RetryState[]>(
    // A doubt may become a second mail: it is asked for by name.
    meant === null ? present.filter((state) => state !== "in_doubt") : [meant],
  );
  const count = states.reduce((sum, state) => sum + push.tallies[state], 0);
  const run = async (): Promise<void> => {
    const retried = await retry(
      push.id,
      ids !== null ? { ids } : { state: states, ...(reason === null ? {} : { class: reason }) },
    );
    onDone();
    toast(w.did(retried), null, push.id);
  };
  return (
    <Confirm title={w.title} act={w.act} disabled={ids === null && states.length === 0} onAct={run} onClose={onClose}>
      {ids !== null ? (
        <p>{w.saysChosen(ids.length)}</p>
      ) : (
        <>
          {meant === null && (
            <fieldset class="stack tight">
              <legend class="field-label">{w.which}</legend>
              {present.map((state) => (
                <Check
                  key={state}
                  label={
                    <>
                      <StateWord state={state} /> <strong>{number(push.tallies[state])}</strong>
                    </>
                  }
                  checked={states.includes(state)}
                  onChange={(on) => setStates(on ? [...states, state] : states.filter((one) => one !== state))}
                />
              ))}
            </fieldset>
          )}
          {reason !== null && <p>{w.onlyClass(classWord(reason))}</p>}
          {(reason === null || known !== null) && <p>{w.says(known ?? count)}</p>}
          {meant === "failed" && reason === "no-such-user" && <p class="dim">{w.suppressed}</p>}
          {meant === null && states.includes("failed") && <p class="dim">{w.someSuppressed}</p>}
          {states.includes("skipped") && <p class="dim">{w.skipped}</p>}
        </>
      )}
      {push.status === "paused" && <p>{w.paused}</p>}
      {push.status === "finished" && <p>{w.finished}</p>}
      {(ids !== null || states.includes("in_doubt")) && push.tallies.in_doubt > 0 && <p class="dim">{w.doubts}</p>}
    </Confirm>
  );
}
