import { useEffect, useRef } from "preact/hooks";
import { number } from "../../app/time/format.ts";
import { words } from "../../words/dictionary.ts";
import { Button } from "../forms/button.tsx";
import { ToolSelect } from "../forms/select.tsx";
import { type Condition, isList, isRepeated, type Operator, operatorsFor } from "./conditions.ts";
import { fieldWord, type KnownField, type KnownFields } from "./fields.ts";
import { ValueControl } from "./value-control.tsx";

interface Props {
  readonly conditions: readonly Condition[];
  readonly onChange: (conditions: readonly Condition[]) => void;
  /** undefined: not read yet. */
  readonly known: KnownFields | undefined;
}

const MAX_CONDITIONS = 30;

/** Builds a filter out of fields and values that recipients have. All conditions must match. */
export function FilterBuilder({ conditions, onChange, known }: Props) {
  const w = words().filter;
  const fields = known?.fields ?? [];
  const replace = (at: number, changed: Condition): void => onChange(conditions.with(at, changed));
  const frame = useRef<HTMLDivElement>(null);
  const isAdded = useRef(false);
  const add = (): void => {
    isAdded.current = true;
    onChange([...conditions, { field: firstFree(conditions, fields), operator: "eq", value: undefined }]);
  };
  // The new one stands before the button: who works by keys would have to go back to it.
  useEffect(() => {
    if (!isAdded.current) return;
    isAdded.current = false;
    frame.current?.querySelector<HTMLElement>(".condition:last-of-type select")?.focus();
  }, [conditions.length]);
  return (
    <div class="filter" ref={frame}>
      {conditions.length === 0 && <p class="dim">{w.everybody}</p>}
      {conditions.map((condition, at) => (
        <fieldset class="condition" key={at} aria-label={w.condition(at + 1)}>
          <Row
            condition={condition}
            fields={fields}
            isSample={known?.isSample === true}
            onChange={(changed) => replace(at, changed)}
            onRemove={() => onChange(conditions.toSpliced(at, 1))}
          />
          {isRepeated(conditions, at) && (
            <p class="field-error" role="alert">
              {w.repeated}
            </p>
          )}
        </fieldset>
      ))}
      {conditions.length < MAX_CONDITIONS && (
        <div>
          <Button size="small" onPress={add}>
            {conditions.length === 0 ? w.narrow : w.and}
          </Button>
        </div>
      )}
      {known?.isSample && conditions.length > 0 && <p class="small dim">{w.sample(number(known.lookedAt))}</p>}
    </div>
  );
}

interface RowProps {
  readonly condition: Condition;
  readonly fields: readonly KnownField[];
  /** Others may have other values. */
  readonly isSample: boolean;
  readonly onChange: (condition: Condition) => void;
  readonly onRemove: () => void;
}

function Row({ condition, fields, isSample, onChange, onRemove }: RowProps) {
  const w = words().filter;
  const { field, operator, value } = condition;
  const known = fields.find((one) => one.field === field);
  const kinds = known?.kinds ?? [];
  const names = fields.some((one) => one.field === field) ? fields : [{ field, have: 0 }, ...fields];
  const choose = (next: string): void => {
    const nextKinds = fields.find((one) => one.field === next)?.kinds ?? [];
    const operators = operatorsFor(next, nextKinds);
    const kept = operators.includes(operator) ? operator : (operators[0] ?? "eq");
    onChange({ field: next, operator: kept, value: kept === "exists" ? true : undefined });
  };
  return (
    <>
      <ToolSelect
        label={w.field}
        value={field}
        options={names.map((one) => [one.field, fieldWord(one.field)] as const)}
        onChange={choose}
      />
      <ToolSelect
        label={w.operator}
        value={choiceOf(operator, value)}
        options={choicesFor(operator, field, kinds).map((choice) => [choice, wordOf(choice, field, kinds)] as const)}
        onChange={(choice) => onChange(changed(condition, choice))}
      />
      {operator !== "exists" && (
        <ValueControl condition={condition} known={known} isSample={isSample} onChange={onChange} />
      )}
      <Button kind="quiet" size="small" label={w.removeOf(fieldWord(field))} onPress={onRemove}>
        {w.remove}
      </Button>
    </>
  );
}

/** `exists` with its value is two choices. */
type Choice = Exclude<Operator, "exists"> | "there" | "notThere";

function wordOf(choice: Choice, field: string, kinds: readonly string[]): string {
  const { operators, times, items } = words().filter;
  const own: Readonly<Record<string, string>> = field === "createdAt" ? times : isList(kinds) ? items : {};
  return own[choice] ?? operators[choice];
}

function choiceOf(operator: Operator, value: Condition["value"]): Choice {
  return operator === "exists" ? (value === false ? "notThere" : "there") : operator;
}

function choicesFor(operator: Operator, field: string, kinds: readonly string[]): readonly Choice[] {
  // One that a stored filter has stays, whether it makes sense or not.
  const operators = new Set([...operatorsFor(field, kinds), operator]);
  return [...operators].flatMap((one) => (one === "exists" ? (["there", "notThere"] as const) : [one]));
}

function changed({ field, operator: before, value }: Condition, choice: Choice): Condition {
  if (choice === "there" || choice === "notThere") return { field, operator: "exists", value: choice === "there" };
  if (before === "exists") return { field, operator: choice, value: undefined };
  if (choice === "in" && before !== "in") {
    return { field, operator: "in", value: value === undefined ? [] : [value as string] };
  }
  if (before === "in" && Array.isArray(value)) return { field, operator: choice, value: value[0] };
  return { field, operator: choice, value };
}

/** A field that no condition has yet, those that a person chooses by first. */
function firstFree(conditions: readonly Condition[], fields: readonly KnownField[]): string {
  const taken = conditions.map(({ field }) => field);
  const free = fields.filter(({ field, values }) => !taken.includes(field) && values.length > 0);
  return free[0]?.field ?? "area";
}
