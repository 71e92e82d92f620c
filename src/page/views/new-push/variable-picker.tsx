import { fieldWord, type KnownFields } from "../../parts/filter/fields.ts";
import { words } from "../../words/dictionary.ts";

const ALWAYS = ["username", "address", "area", "unsubscribe_url"] as const;
/** A name that Liquid takes after a dot. */
const PLAIN = /^[A-Za-z_][\w-]*$/;

interface Props {
  readonly fields: KnownFields | undefined;
  /** `{{ username }}` */
  readonly onPick: (variable: string) => void;
}

/** What a mail can say of its reader; the one picked is put in where the cursor is. */
export function VariablePicker({ fields, onPick }: Props) {
  const w = words().compose.message;
  const attributes = (fields?.fields ?? []).filter(({ field }) => field.startsWith("attributes."));
  return (
    <select
      class="input"
      aria-label={w.insert}
      value=""
      onChange={({ currentTarget }) => {
        const { value } = currentTarget;
        currentTarget.value = "";
        if (value !== "") onPick(value);
      }}
    >
      <option value="">
        {w.insert} {"{{ … }}"}
      </option>
      {ALWAYS.map((name) => (
        <option key={name} value={variableOf(name)}>
          {w.variables[name]}
        </option>
      ))}
      {attributes.map(({ field }) => (
        <option key={field} value={variableOf(field)}>
          {fieldWord(field)}
        </option>
      ))}
    </select>
  );
}

/** `{{ attributes.plan }}`; a name with other letters stands in brackets. */
export function variableOf(field: string): string {
  const name = field.startsWith("attributes.") ? field.slice("attributes.".length) : null;
  if (name === null || PLAIN.test(name)) return `{{ ${field} }}`;
  const quote = name.includes('"') ? "'" : '"';
  return `{{ attributes[${quote}${name}${quote}] }}`;
}
