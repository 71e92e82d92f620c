import { Check, Field } from "../../../parts/forms/field.tsx";
import { words } from "../../../words/dictionary.ts";
import type { Canary, Draft } from "../draft/draft.ts";

const USUAL: Canary = { count: 100, waitSeconds: 1_800, maxFailureShare: 0.05 };

interface Props {
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
  readonly fault: string | null;
}

/** A few mails first, and the others if these do well. */
export function CanaryField({ draft: { canary }, onChange, fault }: Props) {
  const w = words().compose.options;
  const set = (change: Partial<Canary>): void => onChange({ canary: { ...USUAL, ...canary, ...change } });
  return (
    <div class="field">
      <Check
        label={w.canaryLabel}
        checked={canary !== null}
        onChange={(on) => onChange({ canary: on ? USUAL : null })}
      />
      <div class="field-hint">{w.canaryHint}</div>
      {canary !== null && (
        <div class="three">
          <Field
            label={w.canaryCount}
            type="number"
            min={1}
            value={String(canary.count)}
            onInput={(count) => set({ count: Math.round(Number(count)) })}
          />
          <Field
            label={w.canaryWait}
            type="number"
            min={0}
            value={String(canary.waitSeconds / 60)}
            onInput={(minutes) => set({ waitSeconds: Math.round(Number(minutes) * 60) })}
          />
          <Field
            label={w.canaryShare}
            type="number"
            min={0}
            max={100}
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
