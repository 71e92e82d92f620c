import { useState } from "preact/hooks";
import { api, ask, type Refusal, refusalOf } from "../../app/data/api.ts";
import { useLoaded } from "../../app/data/load.ts";
import { go } from "../../app/router.ts";
import { wholeTime } from "../../app/time/format.ts";
import { toast } from "../../app/toasts.ts";
import { useCount } from "../../parts/filter/audience-count.ts";
import { useFields } from "../../parts/filter/fields.ts";
import { later } from "../../parts/later.tsx";
import { Notice, RefusalNotice } from "../../parts/signs/notice.tsx";
import { ViewHead } from "../../parts/view-head.tsx";
import { words } from "../../words/dictionary.ts";
import { AudienceCard } from "./audience/audience-card.tsx";
import { usePeople } from "./audience/people.ts";
import { AttemptNotice } from "./draft/attempt-notice.tsx";
import { audienceFilter, bodyOf, contentOf, type Draft, optionsOf } from "./draft/draft.ts";
import { DraftSign } from "./draft/draft-sign.tsx";
import { type Attempt, type Slot, useKeeper } from "./draft/kept-draft.ts";
import { faultIn, faultsOf } from "./field-errors.ts";
import { Foot } from "./foot.tsx";
import type { Way } from "./last-look.tsx";
import { isUnknown, makePush } from "./make-push.ts";
import { MessageCard } from "./message/message-card.tsx";
import { withPreheader } from "./message/preheader.ts";
import { OptionsCard } from "./options/options-card.tsx";
import { InboxLine } from "./preview/inbox-line.tsx";
import { PreviewCard } from "./preview/preview-card.tsx";
import { usePreview } from "./preview/use-preview.ts";
import { WarningsCard } from "./preview/warnings-card.tsx";
import type { Start } from "./start.ts";

const NoPeople = later(() => import("./audience/no-people.tsx").then((found) => found.NoPeople));
const TestDialog = later(() => import("./preview/test-dialog.tsx").then((found) => found.TestDialog), ["sending"]);
const LastLook = later(() => import("./last-look.tsx").then((found) => found.LastLook), ["sending"]);
const EditNotice = later(() => import("./draft/edit-notice.tsx").then((found) => found.EditNotice));

const SETTINGS_MS = 30_000;

interface Props {
  readonly slot: Slot;
  readonly title: string;
  readonly start: Start;
  /** Begins again, after the draft was thrown away. */
  readonly onRestart: () => void;
}

/** The form of a push on the left, what becomes of it on the right. */
export function Composer({ slot, title, start, onRestart }: Props) {
  const w = words().compose;
  const { push: origin } = start;
  // A stack that is started again may have another sender, other relays or other limits than when the form opened.
  const configured = useLoaded((signal) => ask(api.GET("/api/settings", { signal })), [], SETTINGS_MS);
  const settings = configured.value ?? start.settings;
  const isEdit = slot.startsWith("edit:");
  const [draft, setDraft] = useState(start.draft);
  const [version, setVersion] = useState(start.kept?.version ?? origin?.contentVersion ?? null);
  const [attempt, setAttempt] = useState<Attempt | null>(start.kept?.attempt ?? null);
  const [edition, setEdition] = useState(0);
  const [personId, setPersonId] = useState<number | null>(null);
  const [opened, setOpened] = useState<Way | "test" | null>(null);
  const [testedWith, setTestedWith] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const keeper = useKeeper(slot, draft, isEdit ? version : null, attempt, start.kept?.savedAt ?? null);
  const change = (some: Partial<Draft>): void => {
    setRefusal(null);
    setDraft((before) => ({ ...before, ...some }));
  };

  const fields = useFields(edition);
  const segments = useLoaded(
    (signal) => ask(api.GET("/api/segments", { params: { query: { limit: 1_000 } }, signal })),
    [],
  );
  const templates = useLoaded(
    (signal) => ask(api.GET("/api/templates", { params: { query: { limit: 1_000 } }, signal })),
    [],
  );
  const filter = audienceFilter(draft, segments.value?.data ?? []);
  const count = useCount(filter, edition);
  const people = usePeople(filter, edition);
  const person = people.people.find(({ id }) => id === personId) ?? people.people[0] ?? null;

  const body = bodyOf(draft);
  const hasContent = draft.template !== null || draft.html.trim() !== "";
  const previewed = usePreview(hasContent ? previewBody(draft, body, w.message.noSubject) : null, person);
  const faults = faultsOf(previewed.refusal ?? refusal, withPreheader(draft.html, draft.preheader));
  const warnings = previewed.preview?.warnings ?? [];
  const from = draft.from.trim() || mailboxOf(settings.from);
  const lacksContent = !hasContent || (draft.template === null && draft.subject.trim() === "");
  const isReady = body !== null && !lacksContent && previewed.refusal === null && previewed.preview !== undefined;
  const tried = JSON.stringify(contentOf(draft));

  const make = async (made: Attempt): Promise<void> => {
    setAttempt(made);
    // Kept before it is sent: a tab that is closed meanwhile asks again under the same key.
    await keeper.save({ attempt: made });
    try {
      const created = await makePush(made);
      await keeper.end();
      const scheduled = made.body.sendAt;
      toast(
        made.body.hold === true
          ? w.foot.held
          : typeof scheduled === "string"
            ? w.foot.scheduled(wholeTime(Date.parse(scheduled)))
            : w.foot.pushed(created.expected),
      );
      go(`/pushes/${created.id}`);
    } catch (thrown) {
      const failed = refusalOf(thrown);
      if (!isUnknown(failed)) {
        setAttempt(null);
        await keeper.save({ attempt: null });
      }
      setRefusal(failed);
      throw failed;
    }
  };
  const makeBy = (way: Way): Promise<void> =>
    make({
      key: crypto.randomUUID(),
      body: {
        ...body,
        ...(way === "hold" ? { hold: true } : {}),
        ...(way === "now" ? { sendAt: null } : {}),
      },
    });
  const saveChange = async (): Promise<void> => {
    if (origin === null) return;
    setRefusal(null);
    try {
      const asked = { ...contentOf(draft), ...optionsOf(draft), ...(draft.template === null ? ownText(draft) : {}) };
      const params = { path: { id: origin.id } };
      const contentVersion = version === null ? {} : { contentVersion: version };
      await ask(api.PATCH("/api/pushes/{id}", { params, body: { ...asked, ...contentVersion } as never }));
      await keeper.end();
      toast(w.foot.saved);
      go(`/pushes/${origin.id}`);
    } catch (thrown) {
      setRefusal(refusalOf(thrown));
      setEdition((before) => before + 1);
    }
  };

  return (
    <>
      <ViewHead
        title={title}
        crumbs={
          <>
            <a href="/">{w.crumb}</a>
            {origin !== null && (
              <>
                {" / "}
                <a href={`/pushes/${origin.id}`}>{origin.subject}</a>
              </>
            )}
          </>
        }
      >
        <DraftSign
          keeper={keeper}
          leftAt={start.kept?.savedAt ?? null}
          onThrow={async () => {
            await keeper.end();
            onRestart();
          }}
        />
      </ViewHead>
      {attempt !== null && opened === null && (
        <AttemptNotice refusal={refusal} onAgain={() => make(attempt)} onAnew={() => setAttempt(null)} />
      )}
      {isEdit && origin !== null && (
        <EditNotice
          id={origin.id}
          version={version ?? origin.contentVersion}
          edition={edition}
          onTakeTheirs={async () => {
            await keeper.end();
            onRestart();
          }}
          onKeepMine={setVersion}
        />
      )}
      {start.gone !== null && <Notice kind="warn">{w.gone[start.gone]}</Notice>}
      {fields.value?.lookedAt === 0 && !isEdit && (
        <NoPeople settings={settings} onChange={() => setEdition((before) => before + 1)} />
      )}
      <div class="composer">
        <div class="composer-form">
          {!isEdit && (
            <AudienceCard
              draft={draft}
              onChange={change}
              fields={fields.value}
              segments={segments.value?.data}
              filter={filter}
              count={count}
              warnings={filter === null ? [] : warnings}
              fault={faultIn(faults, "filter", "segment")}
            />
          )}
          <MessageCard
            draft={draft}
            onChange={change}
            fields={fields.value}
            templates={templates.value?.data ?? []}
            faults={lacksContent ? faults.filter(({ place }) => place !== null) : faults}
            defaultFrom={mailboxOf(settings.from)}
          />
          <OptionsCard draft={draft} onChange={change} faults={faults} settings={settings} isEdit={isEdit} />
        </div>
        <div class="composer-mail">
          <InboxLine
            preview={hasContent ? previewed.preview : undefined}
            from={from}
            hasPreheader={draft.template === null && draft.preheader.trim() !== ""}
          />
          <PreviewCard
            previewed={previewed}
            people={people}
            person={person}
            onPerson={({ id }) => setPersonId(id)}
            isEmpty={!hasContent}
          />
          <WarningsCard warnings={hasContent ? warnings : []} />
        </div>
      </div>
      {refusal !== null && opened === null && attempt === null && <Refused refusal={refusal} />}
      <Foot
        isEdit={isEdit}
        count={count.value ?? null}
        isOpen={filter === null}
        faults={faults.length}
        lacksContent={lacksContent}
        isReady={isReady}
        isScheduled={draft.sendAt !== null}
        isLocked={attempt !== null}
        onOpen={(what) => {
          configured.reload();
          setOpened(what);
        }}
        onSave={saveChange}
      />
      {opened === "test" && body !== null && (
        <TestDialog body={body} person={person} onSent={() => setTestedWith(tried)} onClose={() => setOpened(null)} />
      )}
      {opened !== null && opened !== "test" && count.value != null && previewed.preview !== undefined && (
        <LastLook
          way={opened}
          draft={draft}
          onChange={change}
          count={count.value}
          people={people}
          preview={previewed.preview}
          from={from}
          settings={settings}
          wasTested={testedWith === tried}
          onAct={() => (attempt === null ? makeBy(opened) : make(attempt))}
          onClose={() => setOpened(null)}
        />
      )}
    </>
  );
}

function Refused({ refusal }: { readonly refusal: Refusal }) {
  if (refusal.code !== "outdated-version") return <RefusalNotice refusal={refusal} />;
  return <Notice kind="warn">{words().compose.edit.outdated}</Notice>;
}

/** What is shown while the form is not finished: the mail of anybody, with a word for a subject. */
function previewBody(draft: Draft, body: Record<string, unknown> | null, subject: string): Record<string, unknown> {
  const whole = body ?? bodyOf({ ...draft, segment: null, conditions: [] }) ?? {};
  const { strict: _strict, ...rest } = whole;
  return draft.template === null && draft.subject.trim() === "" ? { ...rest, subject } : rest;
}

/** A change keeps what it leaves out: a text that was taken out has to be said. */
function ownText({ text }: Draft): Record<string, unknown> {
  return { text: text.trim() === "" ? null : text };
}

function mailboxOf({ name, address }: { readonly name: string | null; readonly address: string }): string {
  return name === null || name === "" ? address : `${name} <${address}>`;
}
