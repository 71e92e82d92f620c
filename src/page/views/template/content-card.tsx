import { useRef, useState } from "preact/hooks";
import { may } from "../../app/data/session.ts";
import { Card } from "../../parts/card.tsx";
import { useFields } from "../../parts/filter/fields.ts";
import { Field, TextArea } from "../../parts/forms/field.tsx";
import { words } from "../../words/dictionary.ts";
import { type Fault, faultIn } from "../new-push/field-errors.ts";
import { VariablePicker } from "../new-push/message/variable-picker.tsx";
import type { Draft } from "./draft.ts";

/** What a variable can be put into. */
type Written = "subject" | "html" | "text";

interface Props {
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
  readonly faults: readonly Fault[];
}

/** What a template is called and what its mail says. */
export function ContentCard({ draft, onChange, faults }: Props) {
  const w = words().templates;
  const fields = useFields();
  const written = useRef<HTMLDivElement>(null);
  const [into, setInto] = useState<Written>("html");
  const insert = (variable: string): void => {
    const input = written.current?.querySelector<HTMLInputElement>(`[data-written="${into}"]`);
    const at = input?.selectionStart ?? draft[into].length;
    onChange({ [into]: draft[into].slice(0, at) + variable + draft[into].slice(input?.selectionEnd ?? at) });
    // After the text is drawn, the cursor stands behind what was put in.
    setTimeout(() => {
      input?.focus();
      input?.setSelectionRange(at + variable.length, at + variable.length);
    });
  };
  const control = (field: Written) => ({
    onFocus: () => setInto(field),
    readOnly: !may("write"),
    "data-written": field,
    error: faultIn(faults, field),
  });
  return (
    <Card label={w.content}>
      <div class="stack" ref={written}>
        <div class="two">
          <Field
            label={w.name}
            hint={w.nameHint}
            optional
            error={faultIn(faults, "name")}
            maxLength={100}
            readOnly={!may("write")}
            value={draft.name}
            onInput={(name) => onChange({ name })}
          />
          <Field
            label={w.kind}
            hint={w.kindHint}
            optional
            error={faultIn(faults, "kind")}
            maxLength={64}
            readOnly={!may("write")}
            value={draft.kind}
            onInput={(kind) => onChange({ kind })}
          />
        </div>
        <Field
          label={w.subject}
          {...control("subject")}
          value={draft.subject}
          onInput={(subject) => onChange({ subject })}
        />
        {may("write") && (
          <div class="row">
            <VariablePicker fields={fields.value} onPick={insert} />
          </div>
        )}
        <TextArea
          label="HTML"
          isCode
          rows={18}
          {...control("html")}
          value={draft.html}
          onInput={(typed) => onChange({ html: typed })}
        />
        <TextArea
          label={w.text}
          hint={w.textHint}
          optional
          isCode
          rows={6}
          {...control("text")}
          value={draft.text}
          onInput={(text) => onChange({ text })}
        />
      </div>
    </Card>
  );
}
