import { useRef, useState } from "preact/hooks";
import { api, ask, type Schemas } from "../../../app/data/api.ts";
import { useLoaded } from "../../../app/data/load.ts";
import { Card } from "../../../parts/card.tsx";
import type { KnownFields } from "../../../parts/filter/fields.ts";
import { Button } from "../../../parts/forms/button.tsx";
import { Field, Group, TextArea } from "../../../parts/forms/field.tsx";
import { Choice, Select } from "../../../parts/forms/select.tsx";
import { RefusalNotice } from "../../../parts/signs/notice.tsx";
import { words } from "../../../words/dictionary.ts";
import type { Draft } from "../draft/draft.ts";
import { type Fault, faultIn, textOf } from "../field-errors.ts";
import { FilesField } from "./files-field.tsx";
import { indexOf, splitPreheader } from "./preheader.ts";
import { VariablePicker } from "./variable-picker.tsx";

type Part = "html" | "text";
/** What a variable can be put into. */
export type Written = "subject" | "preheader" | Part;

interface Props {
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
  readonly fields: KnownFields | undefined;
  readonly templates: readonly Schemas["TemplateSummary"][];
  readonly faults: readonly Fault[];
  /** `Name <address>` of pushes without a sender of their own. */
  readonly defaultFrom: string;
}

/** What the mail says: written here, or a version of a template. */
export function MessageCard({ draft, onChange, fields, templates, faults, defaultFrom }: Props) {
  const w = words().compose.message;
  const [part, setPart] = useState<Part>("html");
  const [into, setInto] = useState<Written>("html");
  const root = useRef<HTMLDivElement>(null);
  const inputOf = (field: Written) =>
    root.current?.querySelector<HTMLInputElement | HTMLTextAreaElement>(`[data-written="${field}"]`);
  const insertInto = (target: Written, text: string): void => {
    const input = inputOf(target);
    const at = input?.selectionStart ?? draft[target].length;
    const end = input?.selectionEnd ?? at;
    onChange({ [target]: draft[target].slice(0, at) + text + draft[target].slice(end) });
    // After the text is drawn, the cursor stands behind what was put in.
    setTimeout(() => {
      inputOf(target)?.focus();
      inputOf(target)?.setSelectionRange(at + text.length, at + text.length);
    });
  };
  const insert = (variable: string): void => insertInto(into === "html" || into === "text" ? part : into, variable);
  const showImage = (contentId: string): void => {
    setPart("html");
    insertInto("html", `<img src="cid:${contentId}" alt="${contentId}">`);
  };
  const goTo = ({ place }: Fault): void => {
    if (place === null) return;
    const field = place.field as Written;
    if (field === "html" || field === "text") setPart(field);
    setTimeout(() => {
      const input = inputOf(field);
      const at = indexOf(draft[field], place.line, place.column);
      input?.focus();
      input?.setSelectionRange(at, at);
    });
  };
  const control = (field: Written) => ({
    onFocus: () => setInto(field),
    "data-written": field,
    error: faultIn(faults, field),
  });
  const isOwn = draft.template === null;
  const placed = faults.filter(({ place, field }) => place !== null && field === part);
  return (
    <Card title={w.title}>
      <div class="stack" ref={root}>
        {(templates.length > 0 || !isOwn) && (
          <TemplateChoice draft={draft} onChange={onChange} templates={templates} fault={faultIn(faults, "template")} />
        )}
        {isOwn && (
          <>
            <Field
              label={w.subject}
              value={draft.subject}
              onInput={(subject) => onChange({ subject })}
              {...control("subject")}
            />
            <Field
              label={w.preheader}
              hint={w.preheaderHint}
              optional
              value={draft.preheader}
              onInput={(preheader) => onChange({ preheader })}
              {...control("preheader")}
            />
            <div class="row body-tools">
              <Choice
                label={w.body}
                value={part}
                options={[
                  ["html", w.html],
                  ["text", w.text],
                ]}
                onChange={setPart}
              />
              <VariablePicker fields={fields} onPick={insert} />
              {draft.html === "" && (
                <Button
                  kind="quiet"
                  size="small"
                  onPress={() =>
                    onChange({
                      html: w.exampleHtml,
                      subject: draft.subject || w.exampleSubject,
                      preheader: draft.preheader || w.examplePreheader,
                    })
                  }
                >
                  {w.example}
                </Button>
              )}
            </div>
            {part === "html" ? (
              <TextArea
                key="html"
                label={w.asHtml}
                isCode
                rows={14}
                value={draft.html}
                onInput={(html) => onChange({ html })}
                {...control("html")}
              />
            ) : (
              <TextArea
                key="text"
                label={w.asText}
                hint={w.textHint}
                optional
                isCode
                rows={14}
                value={draft.text}
                onInput={(text) => onChange({ text })}
                {...control("text")}
              />
            )}
            {placed.map((fault) => (
              <div key={fault.message}>
                <Button
                  size="small"
                  label={words().compose.goThere + words().common.colon + textOf(fault)}
                  onPress={() => goTo(fault)}
                >
                  {words().compose.goThere}
                </Button>
              </div>
            ))}
          </>
        )}
        <FilesField draft={draft} onChange={onChange} fault={faultIn(faults, "attachments")} onShow={showImage} />
        <Field
          label={w.from}
          optional
          placeholder={defaultFrom}
          value={draft.from}
          error={faultIn(faults, "from")}
          onInput={(from) => onChange({ from })}
        />
        <Field
          label={w.replyTo}
          optional
          hint={w.replyToHint}
          value={draft.replyTo}
          error={faultIn(faults, "replyTo")}
          onInput={(replyTo) => onChange({ replyTo })}
        />
      </div>
    </Card>
  );
}

interface TemplateProps extends Pick<Props, "draft" | "onChange" | "templates"> {
  readonly fault: string | null;
}

function TemplateChoice({ draft, onChange, templates, fault }: TemplateProps) {
  const w = words().compose.message;
  const { template } = draft;
  const read = useLoaded(
    async (signal) => {
      if (template === null) return null;
      const params = { path: { id: template.id }, query: { version: String(template.version) } };
      return ask(api.GET("/api/templates/{id}", { params, signal }));
    },
    [template?.id, template?.version],
  );
  const options = templates.map(({ id, version, name, subject }) => {
    return [`${id} ${version}`, `${name ?? subject} · ${w.templateVersion(version)}`] as const;
  });
  const chosen = template === null ? "" : `${template.id} ${template.version}`;
  const known = options.some(([value]) => value === chosen);
  const copy = (): void => {
    if (read.value == null) return;
    const { html, preheader } = splitPreheader(read.value.html);
    onChange({ template: null, subject: read.value.subject, html, preheader, text: read.value.text ?? "" });
  };
  return (
    <>
      <Select
        label={w.template}
        value={chosen}
        options={[
          ["", w.own] as const,
          ...(known || template === null
            ? []
            : [[chosen, `${read.value?.name ?? template.id} · ${w.templateVersion(template.version)}`] as const]),
          ...options,
        ]}
        onChange={(value) => {
          const [id = "", version = ""] = value.split(" ");
          onChange({ template: value === "" ? null : { id, version: Number(version) } });
        }}
        error={fault}
      />
      {read.refusal !== null && <RefusalNotice refusal={read.refusal} onRetry={read.reload} />}
      {template !== null && (
        <Group label={w.subject} hint={w.fromTemplate}>
          <div class="row">
            <span>{read.value?.subject ?? "…"}</span>
            <Button size="small" onPress={copy} disabled={read.value == null}>
              {w.editCopy}
            </Button>
          </div>
        </Group>
      )}
    </>
  );
}
