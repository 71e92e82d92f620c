import { useEffect, useMemo, useState } from "preact/hooks";
import { api, ask, idempotencyKey, type Refusal, refusalOf } from "../../app/api.ts";
import { go } from "../../app/router.ts";
import { may } from "../../app/session.ts";
import { Button, LinkButton } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { Field, TextArea } from "../../parts/field.tsx";
import { lackOf } from "../../parts/needs.tsx";
import { Notice, RefusalNotice } from "../../parts/notice.tsx";
import { toast } from "../../parts/toast.tsx";
import { ViewHead } from "../../parts/view-head.tsx";
import { words } from "../../words/dictionary.ts";
import { DeleteDialog } from "./delete-dialog.tsx";
import { bodyOf, type Draft, draftOf, isSame, keptDraft, type Template } from "./draft.ts";
import { VersionsCard } from "./versions-card.tsx";

interface Props {
  /** null: a new one. */
  readonly template: Template | null;
  readonly onReload: () => void;
}

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
  const fault = (path: string): string | null => refusal?.errors.find((one) => one.path === path)?.message ?? null;

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
            {template !== null && may("send") && <LinkButton to={`/new?template=${template.id}`}>{w.push}</LinkButton>}
            {may("write") ? (
              <Button kind="primary" disabled={!isReady} onPress={() => isReady && save(base)}>
                {template === null ? w.store : w.storeVersion(template.version + 1)}
              </Button>
            ) : (
              <span class="dim small">{lackOf("write")}</span>
            )}
            {template !== null && may("write") && (
              <Button kind="quiet danger" onPress={() => setDeleting(true)}>
                {w.delete}
              </Button>
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
          {w.outdated} <code class="words">{refusal.detail}</code>
        </Notice>
      ) : (
        refusal !== null && <RefusalNotice refusal={refusal} />
      )}
      <div class="compose">
        <Card label={w.content}>
          <div class="stack">
            <div class="two">
              <Field
                label={w.name}
                hint={w.nameHint}
                optional
                error={fault("$.name")}
                maxLength={100}
                value={draft.name}
                onInput={(name) => set({ name })}
              />
              <Field
                label={w.kind}
                hint={w.kindHint}
                optional
                error={fault("$.kind")}
                maxLength={64}
                value={draft.kind}
                onInput={(kind) => set({ kind })}
              />
            </div>
            <Field
              label={w.subject}
              error={fault("$.subject")}
              value={draft.subject}
              onInput={(subject) => set({ subject })}
            />
            <TextArea
              label="HTML"
              hint={w.htmlHint}
              isCode
              rows={18}
              error={fault("$.html")}
              value={draft.html}
              onInput={(typed) => set({ html: typed })}
            />
            <TextArea
              label={w.text}
              hint={w.textHint}
              optional
              isCode
              rows={6}
              error={fault("$.text")}
              value={draft.text}
              onInput={(text) => set({ text })}
            />
          </div>
        </Card>
        <div>
          {template !== null && <VersionsCard template={template} onLook={(version) => setDraft(draftOf(version))} />}
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
