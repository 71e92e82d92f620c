import { useEffect, useMemo, useState } from "preact/hooks";
import { api, ask, idempotencyKey, type Refusal, refusalOf } from "../../app/data/api.ts";
import { may } from "../../app/data/session.ts";
import { go } from "../../app/router.ts";
import { toast } from "../../app/toasts.ts";
import { Button, LinkButton } from "../../parts/forms/button.tsx";
import { Lacking } from "../../parts/forms/needs.tsx";
import { Notice, RefusalNotice } from "../../parts/signs/notice.tsx";
import { Said } from "../../parts/signs/said.tsx";
import { ViewHead } from "../../parts/view-head.tsx";
import { words } from "../../words/dictionary.ts";
import { usePeople } from "../new-push/audience/people.ts";
import { faultsOf } from "../new-push/field-errors.ts";
import { withPreheader } from "../new-push/message/preheader.ts";
import { PreviewCard } from "../new-push/preview/preview-card.tsx";
import { usePreview } from "../new-push/preview/use-preview.ts";
import { WarningsCard } from "../new-push/preview/warnings-card.tsx";
import { ContentCard } from "./content-card.tsx";
import { DeleteDialog } from "./delete-dialog.tsx";
import { bodyOf, type Draft, draftOf, isSame, keptDraft, type Template } from "./draft.ts";
import { VersionsCard } from "./versions-card.tsx";

interface Props {
  /** null: a new one. */
  readonly template: Template | null;
  readonly onReload: () => void;
}

const EVERYBODY = {};
/** Warnings that are about an audience. */
const OF_A_PUSH: ReadonlySet<string> = new Set(["over-quota", "suppressed"]);

/** A push that would send it, for a look at the mail. */
function previewBody({ subject, html, text }: Draft, noSubject: string): Record<string, unknown> {
  const body = { action: "mailpush", filter: EVERYBODY, subject: subject.trim() === "" ? noSubject : subject, html };
  return text.trim() === "" ? body : { ...body, text };
}

/** A template's fields, how its mail looks to one of its readers, and its versions. */
export function Editor({ template, onReload }: Props) {
  const w = words().templates;
  const before = useMemo(() => draftOf(template), [template]);
  const kept = useMemo(() => keptDraft(template?.id ?? "new"), [template]);
  const [found] = useState(() => kept.read());
  const [draft, setDraft] = useState<Draft>(found?.draft ?? before);
  // Kept changes were made from the version of then.
  const [base, setBase] = useState(found === null ? (template?.version ?? null) : found.base);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [isDeleting, setDeleting] = useState(false);
  const header = useMemo(idempotencyKey, [draft]);
  const isChanged = !isSame(draft, before);
  const isReady = isChanged && draft.subject !== "" && draft.html !== "" && may("write");
  useEffect(() => kept.write(isChanged ? { draft, base } : null), [draft, isChanged, kept, base]);
  const set = (change: Partial<Draft>): void => setDraft({ ...draft, ...change });
  const drop = (): void => {
    setDraft(before);
    setBase(template?.version ?? null);
  };
  const people = usePeople(may("write") ? EVERYBODY : null, 0);
  const [personId, setPersonId] = useState<number | null>(null);
  const person = people.people.find(({ id }) => id === personId) ?? people.people[0] ?? null;
  const isEmpty = draft.html.trim() === "";
  // At first nobody's mail: who is there is not known yet.
  const isKnown = !people.isLoading || person !== null;
  const previewed = usePreview(may("write") && isKnown && !isEmpty ? previewBody(draft, w.noSubject) : null, person);
  const faults = faultsOf(refusal ?? previewed.refusal, withPreheader(draft.html, ""));

  /** @param from the version that the change is made from; null: whichever is the newest */
  const save = async (from: number | null): Promise<void> => {
    setRefusal(null);
    try {
      if (template === null) {
        const made = await ask(api.POST("/api/templates", { params: { header }, body: bodyOf(draft) }));
        kept.write(null);
        toast(w.made);
        go(`/templates/${made.id}`);
        return;
      }
      const body = { ...bodyOf(draft), ...(from === null ? {} : { version: from }) };
      const stored = await ask(api.PATCH("/api/templates/{id}", { params: { path: { id: template.id } }, body }));
      kept.write(null);
      onReload();
      toast(w.stored(stored.version), () => restore(template, onReload));
    } catch (thrown) {
      setRefusal(refusalOf(thrown));
    }
  };

  /** Puts an earlier version into the editor, which may hold what is not stored yet. */
  const bringBack = (version: Template): void => {
    const left = draft;
    setDraft(draftOf(version));
    scrollTo(0, 0);
    if (may("write")) toast(w.broughtBack(version.version), async () => setDraft(left));
  };

  return (
    <>
      <ViewHead
        title={template === null ? w.titleNew : (template.name ?? template.subject)}
        crumbs={
          <>
            <a href="/templates">{w.title}</a> / {template?.id ?? w.unsaved}
          </>
        }
        acts={
          <>
            {template !== null && may("write") && (
              <Button kind="quiet danger" onPress={() => setDeleting(true)}>
                {w.delete}
              </Button>
            )}
            {template !== null && may("write") && <LinkButton to={`/new?template=${template.id}`}>{w.push}</LinkButton>}
            {may("write") ? (
              <Button kind="primary" disabled={!isReady} onPress={() => isReady && save(base)}>
                {template === null ? w.store : w.storeVersion(template.version + 1)}
              </Button>
            ) : (
              <Lacking scope="write" />
            )}
          </>
        }
      >
        {template !== null && <span>{w.isVersion(template.version)}</span>}
        {isChanged && may("write") && <span>{w.changedSince}</span>}
      </ViewHead>
      {found !== null && isChanged && (
        <Notice
          acts={
            <Button size="small" onPress={drop}>
              {w.drop}
            </Button>
          }
        >
          {w.keptDraft}
        </Notice>
      )}
      {refusal?.code === "outdated-version" ? (
        <Notice
          kind="warn"
          acts={
            <>
              <Button
                size="small"
                onPress={() => {
                  drop();
                  setRefusal(null);
                  onReload();
                }}
              >
                {w.takeTheirs}
              </Button>
              <Button size="small" onPress={() => save(null)}>
                {w.takeMine}
              </Button>
            </>
          }
        >
          {w.outdated} <Said>{refusal.detail}</Said>
        </Notice>
      ) : (
        refusal !== null && <RefusalNotice refusal={refusal} />
      )}
      <div class="composer">
        <ContentCard draft={draft} onChange={set} faults={faults} />
        <div>
          {may("write") && (
            <>
              <PreviewCard
                previewed={previewed}
                people={people}
                person={person}
                onPerson={({ id }) => setPersonId(id)}
                isEmpty={isEmpty}
              />
              <WarningsCard
                warnings={isEmpty ? [] : (previewed.preview?.warnings ?? []).filter(({ code }) => !OF_A_PUSH.has(code))}
              />
            </>
          )}
          {template !== null && <VersionsCard template={template} onLook={bringBack} />}
        </div>
      </div>
      {isDeleting && template !== null && <DeleteDialog template={template} onClose={() => setDeleting(false)} />}
    </>
  );
}

/** Stores an earlier content as the newest version. */
async function restore(template: Template, onDone: () => void): Promise<void> {
  const body = bodyOf(draftOf(template));
  await ask(api.PATCH("/api/templates/{id}", { params: { path: { id: template.id } }, body }));
  onDone();
}
