import type { Schemas } from "../../../app/data/api.ts";
import { wholeTime } from "../../../app/time/format.ts";
import { currentTime } from "../../../app/time/server-time.ts";
import { instantOf, ownZone, wallTime, zoneWord } from "../../../app/time/zone.ts";
import { Labelled } from "../../../parts/forms/field.tsx";
import { ToolSelect } from "../../../parts/forms/select.tsx";
import { words } from "../../../words/dictionary.ts";
import type { Draft } from "../draft/draft.ts";

interface Props {
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
  readonly settings: Schemas["Settings"] | undefined;
  readonly fault: string | null;
}

/** When it starts: a time on the clock of a zone. Empty: as soon as it is let go. */
export function StartField({ draft: { sendAt, zone }, onChange, settings, fault }: Props) {
  const w = words().sending.options;
  const near = [...new Set([zone, ownZone(), settings?.timeZone ?? "UTC", "UTC"])];
  const far = allZones().filter((one) => !near.includes(one));
  const at = sendAt === null ? null : Date.parse(sendAt);
  const wall = at === null ? "" : wallTime(at, zone);
  const set = (text: string, inZone: string): void => {
    const instant = instantOf(text, inZone);
    onChange({ zone: inZone, sendAt: instant === null ? null : new Date(instant).toISOString() });
  };
  return (
    <Labelled
      label={w.sendAt}
      hint={at === null ? w.startNow : zone === ownZone() ? wholeTime(at) : w.sendAtIs(wholeTime(at))}
      error={fault}
    >
      {(control) => (
        <div class="row start-field">
          <input
            {...control}
            type="datetime-local"
            class="input date"
            value={wall}
            onChange={({ currentTarget }) => set(currentTarget.value, zone)}
          />
          <ToolSelect
            label={w.zone}
            value={zone}
            options={[
              ...near.map((one) => [one, `${one} · ${zoneWord(at ?? currentTime(), one)}`] as const),
              ...far.map((one) => [one, one] as const),
            ]}
            // The clock keeps its hands: nine in the morning there instead of here.
            onChange={(next) => set(wall, next)}
          />
        </div>
      )}
    </Labelled>
  );
}

let known: readonly string[] | null = null;
function allZones(): readonly string[] {
  known ??= Intl.supportedValuesOf("timeZone");
  return known;
}
