import { span } from "../../../app/time/format.ts";
import { Check, Field, Group, TextArea } from "../../../parts/forms/field.tsx";
import { Select } from "../../../parts/forms/select.tsx";
import { words } from "../../../words/dictionary.ts";
import { faultIn } from "../field-errors.ts";
import { CanaryField } from "./canary-field.tsx";
import type { OptionsProps } from "./options.ts";
import { StartField } from "./start-field.tsx";

const HOUR = 3_600;
const EXPIRIES = [1, 6, 24, 72, 168, 720].map((hours) => hours * HOUR);

/** Each option of a push. */
export function OptionsFields({ draft, onChange, faults, settings, isEdit }: OptionsProps) {
  const w = words().sending.options;
  const relays = settings?.relays ?? [];
  const expiries = EXPIRIES.includes(draft.expiresIn) ? EXPIRIES : [...EXPIRIES, draft.expiresIn];
  return (
    <div class="options-fields">
      <StartField draft={draft} onChange={onChange} settings={settings} fault={faultIn(faults, "sendAt")} />
      <Select
        label={w.expiresIn}
        hint={w.expiresInHint}
        error={faultIn(faults, "expiresIn")}
        value={String(draft.expiresIn)}
        options={expiries.map((seconds) => [String(seconds), span(seconds * 1_000)] as const)}
        onChange={(seconds) => onChange({ expiresIn: Number(seconds) })}
      />
      <Field
        label={w.rateLabel}
        hint={w.rateHint}
        optional
        inputmode="numeric"
        value={draft.rate}
        error={faultIn(faults, "rate")}
        onInput={(rate) => onChange({ rate: rate.replace(/[^\d.]/g, "") })}
      />
      <Select
        label={w.priorityLabel}
        value={draft.priority}
        options={(["high", "normal", "low"] as const).map((one) => [one, w.priorities[one]] as const)}
        onChange={(priority) => onChange({ priority })}
      />
      {!isEdit && (
        <Field
          label={w.onceLabel}
          hint={w.onceHint}
          optional
          value={draft.onceKey}
          error={faultIn(faults, "onceKey")}
          onInput={(onceKey) => onChange({ onceKey })}
        />
      )}
      <Select
        label={w.inDoubt}
        value={draft.inDoubt}
        options={(["resend", "hold"] as const).map((one) => [one, w.inDoubts[one]] as const)}
        onChange={(inDoubt) => onChange({ inDoubt })}
      />
      <CanaryField draft={draft} onChange={onChange} faults={faults} />
      {relays.length > 1 && (
        <Group label={w.relaysLabel} hint={w.relaysHint} error={faultIn(faults, "relays")}>
          <div class="row">
            {relays.map(({ id: relay }) => (
              <Check
                key={relay}
                label={relay}
                checked={draft.relays?.includes(relay) ?? false}
                onChange={(on) => onChange({ relays: toggled(draft.relays ?? [], relay, on) })}
              />
            ))}
          </div>
        </Group>
      )}
      <div class="field">
        <Check label={w.list} hint={w.listHint} checked={draft.isList} onChange={(isList) => onChange({ isList })} />
      </div>
      {!isEdit && <Check label={w.strict} checked={draft.isStrict} onChange={(isStrict) => onChange({ isStrict })} />}
      <TextArea
        label={w.headers}
        hint={w.headersHint}
        optional
        isCode
        rows={2}
        value={draft.headers}
        error={faultIn(faults, "headers")}
        onInput={(headers) => onChange({ headers })}
      />
    </div>
  );
}

/** null: all of them. */
function toggled(relays: readonly string[], relay: string, on: boolean): readonly string[] | null {
  const next = on ? [...relays, relay] : relays.filter((one) => one !== relay);
  return next.length === 0 ? null : next;
}
