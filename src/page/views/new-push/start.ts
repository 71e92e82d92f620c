import { api, ask, type Schemas } from "../../app/data/api.ts";
import { currentTime } from "../../app/time/server-time.ts";
import { ownZone } from "../../app/time/zone.ts";
import { type Draft, type DraftFile, draftOf, emptyDraft } from "./draft/draft.ts";
import { type KeptDraft, readDraft, type Slot } from "./draft/kept-draft.ts";
import { base64Of } from "./message/files-field.tsx";

/** What the form begins with. */
export interface Start {
  readonly settings: Schemas["Settings"];
  readonly draft: Draft;
  /** The draft that was left here; null: none was. */
  readonly kept: KeptDraft | null;
  /** The push that it is like, or that it changes; null: neither. */
  readonly push: Schemas["Push"] | null;
}

/** Reads what a form begins with: a draft that was left here, an earlier push, or nothing. Throws Refusal. */
export async function readStart(slot: Slot, signal: AbortSignal): Promise<Start> {
  const [kind, id = ""] = slot.split(":");
  const [settings, kept, push] = await Promise.all([
    ask(api.GET("/api/settings", { signal })),
    readDraft(slot),
    kind === "from" || kind === "edit" ? ask(api.GET("/api/pushes/{id}", { params: { path: { id } }, signal })) : null,
  ]);
  if (kept !== null) return { settings, draft: kept.draft, kept, push };
  const draft =
    push === null
      ? { ...emptyDraft(ownZone()), ...(await readChosen(kind, id, signal)) }
      : await readLike(push, settings, kind === "edit", signal);
  return { settings, draft, kept, push };
}

/** A template, in its newest version, or a segment that was chosen before the form opened. */
async function readChosen(kind: string | undefined, id: string, signal: AbortSignal): Promise<Partial<Draft>> {
  if (kind === "segment") return { segment: id };
  if (kind !== "template") return {};
  const { version } = await ask(api.GET("/api/templates/{id}", { params: { path: { id } }, signal }));
  return { template: { id, version } };
}

async function readLike(
  push: Schemas["Push"],
  settings: Schemas["Settings"],
  isEdit: boolean,
  signal: AbortSignal,
): Promise<Draft> {
  const { id } = push;
  const content = await ask(api.GET("/api/pushes/{id}/content", { params: { path: { id } }, signal }));
  const files = await readFiles(id, content, signal);
  const relays = settings.relays.map((relay) => relay.id);
  const draft = draftOf(push, content, files, { zone: ownZone(), relays, now: currentTime() });
  // Another push under the same key would mail nobody whom this one has mailed, which is seldom what is meant.
  return isEdit ? draft : { ...draft, onceKey: "", sendAt: null };
}

/** The files that each mail of a push carries. Throws Refusal. */
export function readFiles(id: string, content: Schemas["PushContent"], signal: AbortSignal): Promise<DraftFile[]> {
  return Promise.all(content.attachments.map((_, n) => readFile(id, n, content, signal)));
}

async function readFile(
  id: string,
  n: number,
  { attachments }: Schemas["PushContent"],
  signal: AbortSignal,
): Promise<DraftFile> {
  const params = { path: { id, n } };
  const contents = await ask(api.GET("/api/pushes/{id}/attachments/{n}", { params, parseAs: "blob", signal }));
  const { filename = "", contentType = "", contentId = null } = attachments[n] ?? {};
  return { filename, contentType, contentId, contentBase64: await base64Of(contents as unknown as Blob) };
}
