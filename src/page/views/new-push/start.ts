import { api, ask, Refusal, type Schemas } from "../../app/data/api.ts";
import { currentTime } from "../../app/time/server-time.ts";
import { ownZone } from "../../app/time/zone.ts";
import { conditionsOf } from "../../parts/filter/conditions.ts";
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
  /** What the form was to begin with, and that was deleted meanwhile; null: nothing. */
  readonly gone: "segment" | "template" | null;
}

/** Reads what a form begins with: a draft that was left here, an earlier push, or nothing. Throws Refusal. */
export async function readStart(slot: Slot, signal: AbortSignal): Promise<Start> {
  const [kind, id = ""] = slot.split(":");
  const [settings, kept, push] = await Promise.all([
    ask(api.GET("/api/settings", { signal })),
    readDraft(slot),
    kind === "from" || kind === "edit" ? ask(api.GET("/api/pushes/{id}", { params: { path: { id } }, signal })) : null,
  ]);
  if (kept !== null) {
    const draft = kind === "edit" && push !== null ? byFilterOf(push, kept.draft) : kept.draft;
    return { settings, draft, kept, push, gone: null };
  }
  if (push === null) {
    const chosen = await readChosen(kind, id, signal);
    const draft = { ...emptyDraft(ownZone()), ...chosen };
    return { settings, draft, kept, push, gone: chosen === null ? "template" : null };
  }
  const like = await readLike(push, settings, kind === "edit", signal);
  if (like.segment === null || (await isSegment(like.segment, signal))) {
    return { settings, draft: like, kept, push, gone: null };
  }
  return { settings, draft: byFilterOf(push, like), kept, push, gone: "segment" };
}

async function isSegment(id: string, signal: AbortSignal): Promise<boolean> {
  const { data } = await ask(api.GET("/api/segments", { params: { query: { limit: 1_000 } }, signal }));
  return data.some((one) => one.id === id);
}

/** With the filter that the push keeps, in place of the segment that it took it from. */
function byFilterOf({ filter }: Schemas["Push"], draft: Draft): Draft {
  return { ...draft, segment: null, conditions: conditionsOf(filter) };
}

/** A template, in its newest version, or a segment that was chosen before the form opened; null: there is no such template. */
async function readChosen(kind: string | undefined, id: string, signal: AbortSignal): Promise<Partial<Draft> | null> {
  // One that was deleted is told of where it is chosen: without it, the push would go to everybody.
  if (kind === "segment") return { segment: id };
  if (kind !== "template") return {};
  try {
    const { version } = await ask(api.GET("/api/templates/{id}", { params: { path: { id } }, signal }));
    return { template: { id, version } };
  } catch (thrown) {
    if (thrown instanceof Refusal && thrown.code === "not-found") return null;
    throw thrown;
  }
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
  // Whom a held push goes to is fixed, whatever became of its segment.
  return isEdit ? byFilterOf(push, draft) : { ...draft, onceKey: "", sendAt: null };
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
