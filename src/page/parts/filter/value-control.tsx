import { useId, useState } from "preact/hooks";
import { composing } from "../../app/composing.ts";
import { number } from "../../app/time/format.ts";
import { words } from "../../words/dictionary.ts";
import { Button } from "../forms/button.tsx";
import { type Condition, comparedKinds, type Scalar, typedValue } from "./conditions.ts";
import { hasAllValues, type KnownField } from "./fields.ts";

interface Props {
  readonly condition: Condition;
  /** undefined: nothing is known of the field. */
  readonly known: KnownField | undefined;
  /** What is known is of some people alone: others may have other values. */
  readonly isSample: boolean;
  readonly onChange: (condition: Condition) => void;
}

/** What a field is compared with: one of the values that people have, or one typed. */
export function ValueControl({ condition, known, isSample, onChange }: Props) {
  const { field, operator, value } = condition;
  const set = (next: Condition["value"]): void => onChange({ ...condition, value: next });
  if (operator === "in") return <Several condition={condition} known={known} isSample={isSample} onChange={onChange} />;
  if (field === "createdAt" && (value === undefined || DATE.test(String(value)))) {
    return (
      <input
        type="date"
        class="input date"
        aria-label={words().filter.value}
        title={words().filter.utc}
        value={String(value ?? "")}
        onInput={(event) => set(event.currentTarget.value || undefined)}
      />
    );
  }
  const isChoice = operator === "eq" || operator === "ne";
  if (isChoice && known !== undefined && hasAllValues(known, isSample)) {
    return <OneOf value={value as Scalar | undefined} known={known} onChange={set} />;
  }
  return <Typed condition={condition} known={known} onChange={set} />;
}

const DATE = /^\d{4}-\d\d-\d\d$/;

function kindsOf(known: KnownField | undefined): readonly string[] {
  return known === undefined ? [] : comparedKinds(known.kinds, known.values);
}

/** A select's option holds a text; the value may be a number. */
const asOption = (value: Scalar): string => JSON.stringify(value);

function OneOf({
  value,
  known,
  onChange,
}: {
  readonly value: Scalar | undefined;
  readonly known: KnownField;
  readonly onChange: (value: Scalar | undefined) => void;
}) {
  const w = words().filter;
  const isKnown = value === undefined || known.values.some((one) => one.value === value);
  return (
    <select
      class="input"
      aria-label={w.value}
      value={value === undefined ? "" : asOption(value)}
      onChange={({ currentTarget }) =>
        onChange(currentTarget.value === "" ? undefined : (JSON.parse(currentTarget.value) as Scalar))
      }
    >
      <option value="">{w.choose}</option>
      {!isKnown && <option value={asOption(value)}>{String(value)}</option>}
      {known.values.map((one) => (
        <option key={asOption(one.value)} value={asOption(one.value)}>
          {String(one.value) + words().common.aside(number(one.count))}
        </option>
      ))}
    </select>
  );
}

function Typed({
  condition: { operator, value },
  known,
  onChange,
}: {
  readonly condition: Condition;
  readonly known: KnownField | undefined;
  readonly onChange: (value: Scalar | undefined) => void;
}) {
  const id = useId();
  // Digits that are being typed need not be a number yet.
  const [typed, setTyped] = useState<string | null>(null);
  const given = String(value ?? "");
  const isMine = typed !== null && typedValue(typed, operator, kindsOf(known)) === value;
  return (
    <>
      <input
        class="input typed"
        aria-label={words().filter.value}
        list={known !== undefined && known.values.length > 0 ? id : undefined}
        value={isMine ? typed : given}
        autocomplete="off"
        spellcheck={false}
        onInput={({ currentTarget }) => {
          setTyped(currentTarget.value);
          onChange(typedValue(currentTarget.value, operator, kindsOf(known)));
        }}
      />
      {known !== undefined && known.values.length > 0 && (
        <datalist id={id}>
          {known.values.map((one) => (
            <option key={asOption(one.value)} value={String(one.value)} />
          ))}
        </datalist>
      )}
    </>
  );
}

/** Boxes to tick for the values that people have, and a line for others. */
function Several({ condition, known, isSample, onChange }: Props) {
  const w = words().filter;
  const [other, setOther] = useState("");
  const chosen = (Array.isArray(condition.value) ? condition.value : []) as readonly Scalar[];
  const counts = new Map((known?.values ?? []).map((one) => [one.value, one.count]));
  const offered = [...new Set([...chosen.filter((one) => !counts.has(one)), ...counts.keys()])];
  const set = (value: readonly Scalar[]): void => onChange({ ...condition, value });
  const addOther = (): void => {
    const value = typedValue(other.trim(), "in", kindsOf(known));
    if (value !== undefined && !chosen.includes(value)) set([...chosen, value]);
    setOther("");
  };
  const isAll = known !== undefined && hasAllValues(known, isSample);
  return (
    <div class="several">
      {offered.map((one) => (
        <label class="check" key={asOption(one)}>
          <input
            type="checkbox"
            checked={chosen.includes(one)}
            onChange={({ currentTarget }) =>
              set(currentTarget.checked ? [...chosen, one] : chosen.filter((value) => value !== one))
            }
          />
          <span>
            {String(one)} <span class="dim">{counts.has(one) && !isSample && number(counts.get(one) ?? 0)}</span>
          </span>
        </label>
      ))}
      {!isAll && (
        <span class="row">
          <input
            class="input typed"
            aria-label={w.other}
            placeholder={w.other}
            value={other}
            onInput={({ currentTarget }) => setOther(currentTarget.value)}
            onKeyDown={(event) => {
              // Enter may choose what the input method offers.
              if (event.key !== "Enter" || event.isComposing || composing.value) return;
              event.preventDefault();
              addOther();
            }}
          />
          <Button size="small" onPress={addOther}>
            {words().common.add}
          </Button>
        </span>
      )}
    </div>
  );
}
