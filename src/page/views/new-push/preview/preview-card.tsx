import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { bytes, clauses, list } from "../../../app/time/format.ts";
import { Card } from "../../../parts/card.tsx";
import { Button } from "../../../parts/forms/button.tsx";
import { Choice, ToolSelect } from "../../../parts/forms/select.tsx";
import { MailFrame } from "../../../parts/mail-frame.tsx";
import { Notice, RefusalNotice } from "../../../parts/signs/notice.tsx";
import { refusalText } from "../../../parts/signs/refusal-text.ts";
import { saidAt } from "../../../parts/signs/said.tsx";
import { words } from "../../../words/dictionary.ts";
import type { People, Person } from "../audience/people.ts";
import { SHOWN_FIELDS } from "../field-errors.ts";
import type { Previewed } from "./use-preview.ts";

type Shown = "html" | "text" | "source" | "phone";

interface Props {
  readonly previewed: Previewed;
  readonly people: People;
  /** Whose mail it is; null: of somebody made up. */
  readonly person: Person | null;
  readonly onPerson: (person: Person) => void;
  /** There is nothing to compose yet. */
  readonly isEmpty: boolean;
  readonly foot?: ComponentChildren;
}

const MORE = "more";

/** The mail of a real recipient, as it would arrive. */
export function PreviewCard({ previewed, people, person, onPerson, isEmpty, foot }: Props) {
  const w = words().compose.preview;
  const [shown, setShown] = useState<Shown>("html");
  const { preview, asked, refusal, isOld } = previewed;
  const other = (refusal?.errors ?? []).filter(
    ({ path }) => !SHOWN_FIELDS.includes(/^\$\.(\w+)/.exec(path)?.[1] ?? ""),
  );
  return (
    <Card
      title={w.title}
      acts={
        <Choice
          label={w.view}
          value={shown}
          options={[
            ["html", w.html],
            ["phone", w.phone],
            ["text", w.text],
            ["source", w.source],
          ]}
          onChange={setShown}
        />
      }
    >
      <Steps people={people} person={person} onPerson={onPerson} />
      {isEmpty ? (
        <p class="dim preview-empty">{w.empty}</p>
      ) : (
        <>
          {refusal?.status === 0 && <RefusalNotice refusal={refusal} />}
          {refusal !== null && refusal.status !== 0 && (refusal.errors.length === 0 || other.length > 0) && (
            <Notice kind="bad">
              {w.cannot}
              <code class="words">{clauses(other.length === 0 ? [refusalText(refusal)] : other.map(saidAt))}</code>
            </Notice>
          )}
          {preview === undefined && refusal !== null && refusal.status !== 0 && (
            <p class="dim preview-empty">{w.faulty}</p>
          )}
          {preview === undefined && refusal === null && <div class="mail-room" aria-busy="true" />}
          {preview !== undefined && asked !== null && (
            <div aria-busy={isOld}>
              {(shown === "html" || shown === "phone") && (
                <MailFrame
                  asked={asked}
                  html={preview.html}
                  title={w.frame(person === null ? w.somebody : nameOf(person))}
                  isNarrow={shown === "phone"}
                />
              )}
              {shown === "text" && <pre class="mail-source">{preview.text || w.noText}</pre>}
              {shown === "source" && (
                <pre class="mail-source">
                  {preview.headers.map(({ name, value }) => `${name}: ${value}\n`).join("")}
                  {"\n"}
                  {preview.html}
                </pre>
              )}
              <p class="small dim">
                {w.size(bytes(preview.size))}
                {foot === undefined &&
                  preview.attachments.length > 0 &&
                  ` ${w.files(list(preview.attachments.map(({ filename }) => filename)))}`}
                {refusal !== null && ` · ${w.old}`}
              </p>
            </div>
          )}
        </>
      )}
      {foot}
    </Card>
  );
}

/** Whose mail: one after the other, or one out of a list. */
function Steps({ people, person, onPerson }: Pick<Props, "people" | "person" | "onPerson">) {
  const w = words().compose.preview;
  const at = people.people.findIndex(({ id }) => id === person?.id);
  const step = async (by: -1 | 1): Promise<void> => {
    const next = people.people[at + by];
    if (next !== undefined) return onPerson(next);
    if (by > 0 && people.hasMore) await people.more();
  };
  if (people.people.length === 0) return null;
  const isLast = at >= people.people.length - 1 && !people.hasMore;
  return (
    <div class="row steps">
      <span class="field-label" aria-hidden="true">
        {w.as}
      </span>
      <ToolSelect
        label={w.as}
        value={String(person?.id ?? "")}
        options={[
          ...people.people.map(
            (one) => [String(one.id), one.username === "" ? one.address : `${one.username} · ${one.address}`] as const,
          ),
          ...(people.hasMore ? [[MORE, w.more] as const] : []),
        ]}
        onChange={(id) => {
          if (id === MORE) return void people.more();
          const chosen = people.people.find((one) => String(one.id) === id);
          if (chosen !== undefined) onPerson(chosen);
        }}
      />
      <Button size="small" disabled={at <= 0} onPress={() => step(-1)}>
        {w.previous}
      </Button>
      <Button size="small" disabled={isLast} onPress={() => step(1)}>
        {w.next}
      </Button>
    </div>
  );
}

export function nameOf({ username, address }: Person): string {
  return username || address;
}
