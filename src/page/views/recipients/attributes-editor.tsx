import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Button } from "../../parts/forms/button.tsx";
import { TextArea } from "../../parts/forms/field.tsx";
import { Choice, ToolSelect } from "../../parts/forms/select.tsx";
import { words } from "../../words/dictionary.ts";
import { ATTRIBUTE_KINDS, type AttributeRow, jsonOf, laidOut, rowsOf } from "./attributes.ts";

interface Props {
  /** The text of a JSON object, as the dialog opens. */
  readonly initial: string;
  /** The text of a JSON object; null: what stands there is none yet. */
  readonly onChange: (json: string | null) => void;
  /** What the API does not like about them; null: nothing. */
  readonly error: string | null;
}

/** Attributes as rows with a type each, or as JSON: the same, as one likes. */
export function AttributesEditor({ initial, onChange, error }: Props) {
  const w = words().recipients.attributes;
  const [form, setForm] = useState<"rows" | "json">("rows");
  const [rows, setRows] = useState<readonly AttributeRow[]>(() => rowsOf(initial) ?? []);
  const [text, setText] = useState("");
  const frame = useRef<HTMLFieldSetElement>(null);
  const isAdded = useRef(false);
  const result = jsonOf(rows);
  const isBroken = form === "json" && rowsOf(text) === null;

  const write = (next: readonly AttributeRow[]): void => {
    setRows(next);
    const made = jsonOf(next);
    onChange("json" in made ? made.json : null);
  };
  const writeText = (next: string): void => {
    setText(next);
    onChange(rowsOf(next) === null ? null : next);
  };
  const show = (next: "rows" | "json"): void => {
    if (next === form) return;
    if (next === "json") {
      if (!("json" in result)) return;
      setText(laidOut(result.json));
    } else {
      const read = rowsOf(text);
      if (read === null) return;
      write(read);
    }
    setForm(next);
  };
  const change = (index: number, changes: Partial<AttributeRow>): void =>
    write(rows.map((row, at) => (at === index ? { ...row, ...changes } : row)));

  const add = (): void => {
    isAdded.current = true;
    write([...rows, { name: "", kind: "text", value: "" }]);
  };
  // The new one stands before the button: who works by keys would have to go back to it.
  useEffect(() => {
    if (!isAdded.current) return;
    isAdded.current = false;
    [...(frame.current?.querySelectorAll<HTMLElement>(".attribute") ?? [])].at(-1)?.querySelector("input")?.focus();
  }, [rows.length]);

  return (
    <fieldset class="attributes" aria-label={w.title} ref={frame}>
      <div class="row">
        <span class="field-label grow">{w.title}</span>
        <Choice
          label={w.form}
          value={form}
          options={[
            ["rows", w.asRows],
            ["json", w.asJson],
          ]}
          onChange={show}
        />
      </div>
      {form === "json" ? (
        <TextArea
          label={w.asJson}
          isCode
          rows={8}
          value={text}
          onInput={writeText}
          error={isBroken ? w.noObject : error}
        />
      ) : (
        <>
          {rows.length === 0 && <p class="small dim">{w.none}</p>}
          {rows.map((row, index) => (
            <Row
              key={index}
              row={row}
              fault={"fault" in result && result.fault.row === index ? w.faults[result.fault.what] : null}
              onChange={(changes) => change(index, changes)}
              onRemove={() => write(rows.filter((_, at) => at !== index))}
            />
          ))}
          <div>
            <Button size="small" onPress={add}>
              {w.add}
            </Button>
          </div>
          {error !== null && (
            <div class="field-error" role="alert">
              {error}
            </div>
          )}
        </>
      )}
    </fieldset>
  );
}

interface RowProps {
  readonly row: AttributeRow;
  readonly fault: string | null;
  readonly onChange: (changes: Partial<AttributeRow>) => void;
  readonly onRemove: () => void;
}

function Row({ row, fault, onChange, onRemove }: RowProps) {
  const w = words().recipients.attributes;
  const id = useId();
  // Not while the name is still to be typed.
  const shown = row.name === "" && row.value === "" ? null : fault;
  return (
    <div class="attribute">
      <input
        class="input"
        aria-label={w.name}
        placeholder={w.name}
        value={row.name}
        spellcheck={false}
        autocapitalize="off"
        onInput={(event) => onChange({ name: event.currentTarget.value })}
      />
      <ToolSelect
        label={w.kindOf(row.name)}
        value={row.kind}
        options={ATTRIBUTE_KINDS.map((kind) => [kind, w.kinds[kind]] as const)}
        onChange={(kind) =>
          onChange({ kind, ...(kind === "boolean" && row.value !== "true" ? { value: "false" } : {}) })
        }
      />
      {row.kind === "boolean" ? (
        <ToolSelect
          label={w.valueOf(row.name)}
          value={row.value === "true" ? "true" : "false"}
          options={[
            ["true", w.yes],
            ["false", w.no],
          ]}
          onChange={(value) => onChange({ value })}
        />
      ) : (
        <input
          class={`input ${row.kind === "json" ? "code" : ""}`}
          aria-label={w.valueOf(row.name)}
          aria-invalid={shown ? "true" : undefined}
          aria-describedby={shown ? id : undefined}
          placeholder={w.value}
          inputMode={row.kind === "number" ? "decimal" : undefined}
          value={row.value}
          onInput={(event) => onChange({ value: event.currentTarget.value })}
        />
      )}
      <Button kind="quiet" size="small" label={w.removeOf(row.name)} onPress={onRemove}>
        {w.remove}
      </Button>
      {shown && (
        <div class="field-error" role="alert" id={id}>
          {shown}
        </div>
      )}
    </div>
  );
}
