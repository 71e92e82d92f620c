import { fieldWord, type KnownFields } from "../../../parts/filter/fields.ts";
import { words } from "../../../words/dictionary.ts";
import { variableOf } from "./variable.ts";

const ALWAYS = ["username", "address", "area", "unsubscribe_url"] as const;

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
