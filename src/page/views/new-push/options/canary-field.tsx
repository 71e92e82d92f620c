import { Check, Field } from "../../../parts/forms/field.tsx";
import { words } from "../../../words/dictionary.ts";
import type { Canary, Draft } from "../draft/draft.ts";
import { type Fault, faultInPart } from "../field-errors.ts";

const USUAL: Canary = { count: 100, waitSeconds: 1_800, maxFailureShare: 0.05 };

interface Props {
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
  readonly faults: readonly Fault[];
}

/** A few mails first, and the others if these do well. */
export function CanaryField({ draft: { canary }, onChange, faults }: Props) {
  const w = words().sending.options;
  // Each at its own number; what is wrong with all of them stands below.
  const fault = faultInPart(faults, "canary", "");
  const set = (change: Partial<Canary>): void => onChange({ canary: { ...USUAL, ...canary, ...change } });
  return (
    <div class="field">
      <Check
        label={w.canaryLabel}
        hint={w.canaryHint}
        checked={canary !== null}
        onChange={(on) => onChange({ canary: on ? USUAL : null })}
      />
      {canary !== null && (
        <div class="three">
          <Field
            label={w.canaryCount}
            type="number"
            min={1}
            error={faultInPart(faults, "canary", "count")}
            value={String(canary.count)}
            onInput={(count) => set({ count: Math.round(Number(count)) })}
          />
          <Field
            label={w.canaryWait}
            type="number"
            min={0}
            error={faultInPart(faults, "canary", "waitSeconds")}
            value={String(canary.waitSeconds / 60)}
            onInput={(minutes) => set({ waitSeconds: Math.round(Number(minutes) * 60) })}
          />
          <Field
            label={w.canaryShare}
            type="number"
            min={0}
            max={100}
            error={faultInPart(faults, "canary", "maxFailureShare")}
            value={String(Number((canary.maxFailureShare * 100).toFixed(4)))}
            onInput={(share) => set({ maxFailureShare: Number(share) / 100 })}
          />
        </div>
      )}
      {fault !== null && (
        <div class="field-error" role="alert">
          {fault}
        </div>
      )}
    </div>
  );
}
