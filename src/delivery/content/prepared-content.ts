import type { RelaySettings } from "../../config/relays.ts";
import type { Settings } from "../../config/settings.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Attachment } from "../../message/attachments/attachment.ts";
import { type Tail, tailOf, tailSize } from "../../message/attachments/tail.ts";
import type { Content } from "../../message/content.ts";
import { boundariesFor, type MimePlan, prepareMime } from "../../message/mime/mime.ts";
import { keyNamed } from "../../message/signed/signing-keys.ts";
import { type Prepared, prepareTemplates } from "../../message/template/template.ts";
import type { Allowance } from "../allowance.ts";
import { ContentCache, type Held } from "./content-cache.ts";

/** Memory of prepared contents in an isolate of 128 MB. Only a single content in use may exceed it. */
const MAX_CACHED_BYTES = 32 * 1024 * 1024;
/** A content of this weight is not made to wait for room: a usual newsletter weighs less. */
const SMALL_BYTES = 1024 * 1024;
/** The same of drafts … */
const MAX_DRAFTED_BYTES = 16 * 1024 * 1024;
/** … and of both together: the heaviest content has room beside the others. */
const MAX_PREPARED_BYTES = 96 * 1024 * 1024;
/** How long a content waits for others in use to leave room, and how often it looks. */
const WAIT_MS = 30_000;
const LOOK_MS = 250;

// Measured in workerd's heap, for one part of 20,000 tags or half a million characters: 8 to 13 MB for `{{area}}` and
// `{%if area%}x{%endif%}`, 14 to 16 MB for long chains of filters and operands, up to 1.4 MB for html without Liquid.
const BYTES_PER_CHAR = 2;
const BYTES_PER_TAG = 450;
const BYTES_PER_TAG_CHAR = 32;
const MIN_BYTES = 4_096;
/** Preparing the heaviest content, 60 MB, takes about a second: 25 million units of 40 ns. */
const WORK_PER_BYTE = 0.4;

/** A push's prepared content: templates parsed, the parts common to all mails encoded, for each kind of relay. */
export type Ready = Result<{ readonly templates: Prepared; readonly plans: ReadonlyMap<string, MimePlan> }> &
  Pick<Content, "list">;

type ContentSettings = Pick<Settings, "rendering" | "signingKeys" | "publicUrl" | "returnPath" | "relays">;

interface Weighed {
  readonly ready: Ready;
  /** Without the last mail's parts, which `Ready` keeps. */
  readonly bytes: number;
}

const cache = new ContentCache<Weighed>(MAX_CACHED_BYTES, weigh);
/** Drafts in use. Apart, so that none takes the place of a push that is being sent. */
const drafts = new ContentCache<Weighed>(MAX_DRAFTED_BYTES, weigh);

/** A push's cached content, held until released; null: the claim must then ask for the content. */
export function holdContent(push: string, until: number): Held<Ready> | null {
  const held = cache.hold(push, until);
  return held === null ? null : readyOf(held);
}

/**
 * Prepares and holds a push's content. Waits while contents of other consumers and pushes in use leave no room; null:
 * for too long, or no work is left to prepare it.
 *
 * @param fetchAttachments reads the files that the content names, called where it names any; null: they cannot be had
 */
export async function holdNewContent(
  content: Content,
  settings: ContentSettings,
  until: number,
  allowance: Allowance,
  fetchAttachments: () => Promise<readonly Attachment[] | null> = async () => [],
): Promise<Held<Ready> | null> {
  return hold({ place: cache, beside: drafts }, content, settings, until, allowance, fetchAttachments);
}

/** As `holdNewContent`, for a draft of one use: it evicts no push's content, and nothing of it stays. */
export async function holdDraft(
  content: Content,
  settings: ContentSettings,
  until: number,
  allowance: Allowance,
  attachments: readonly Attachment[],
): Promise<Held<Ready> | null> {
  const held = await hold(
    { place: drafts, beside: cache },
    content,
    settings,
    until,
    allowance,
    async () => attachments,
  );
  if (held === null) return null;
  const release = () => {
    held.release();
    drafts.remove(content.push);
  };
  return { value: held.value, release };
}

interface Room {
  readonly place: ContentCache<Weighed>;
  /** Shares the isolate's memory. */
  readonly beside: ContentCache<Weighed>;
}

async function hold(
  room: Room,
  content: Content,
  settings: ContentSettings,
  until: number,
  allowance: Allowance,
  fetchAttachments: () => Promise<readonly Attachment[] | null>,
): Promise<Held<Ready> | null> {
  const bytes = weightOf(content);
  const waitUntil = Math.min(until, Date.now() + WAIT_MS);
  let attachments: readonly Attachment[] | null = content.attachments?.length ? null : [];
  for (;;) {
    while (!hasRoom(room, bytes, Date.now()) && bytes > SMALL_BYTES) {
      if (Date.now() >= waitUntil) return null;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    // Another consumer may have prepared it meanwhile.
    const known = room.place.hold(content.push, until);
    if (known !== null) return readyOf(known);
    // Other pushes of this batch may have used up the work while this one waited.
    if (allowance.isSpent) return null;
    if (attachments !== null) break;
    attachments = await fetchAttachments(); // the room may be taken meanwhile
    if (attachments === null) return null;
  }
  allowance.spend(bytes * WORK_PER_BYTE);
  const ready = prepare(content, attachments, settings);
  return readyOf(room.place.add(content.push, { ready, bytes: ready.ok ? bytes : MIN_BYTES }, until));
}

function hasRoom({ place, beside }: Room, bytes: number, now: number): boolean {
  beside.makeRoom(0, now); // of users that the platform has ended
  const fits = place.makeRoom(bytes, now);
  return fits && (beside.bytes === 0 || beside.bytes + place.bytes + bytes <= MAX_PREPARED_BYTES);
}

/** Memory that prepared contents take in this isolate, in bytes, as estimated. */
export function preparedBytes(): number {
  return cache.bytes + drafts.bytes;
}

/** Estimated memory of a content once it is prepared, in bytes. An html without a text stands for its text too. */
export function weightOf({
  subject,
  html,
  text,
  headers = {},
  attachments = [],
}: Pick<Content, "subject" | "html" | "text" | "headers" | "attachments">): number {
  const sources = [subject, html, text ?? html, ...Object.values(headers)];
  const files = attachments.length === 0 ? 0 : tailSize(attachments);
  return sources.reduce((sum, source) => sum + partWeight(source), MIN_BYTES + files);
}

function partWeight(source: string): number {
  const [, ...afterOpeners] = source.split(/\{[{%]/);
  const tagChars = afterOpeners.reduce((sum, rest) => sum + lengthOfTag(rest), 0);
  return source.length * BYTES_PER_CHAR + afterOpeners.length * BYTES_PER_TAG + tagChars * BYTES_PER_TAG_CHAR;
}

/** The length of the tag that `rest` is the inside of and what follows. */
function lengthOfTag(rest: string): number {
  const end = rest.search(/[%}]\}/);
  return end < 0 ? rest.length : end;
}

function weigh({ ready, bytes }: Weighed): number {
  if (!ready.ok) return bytes;
  const { templates, plans } = ready.value;
  let sum = bytes + (templates.latest.html.length + templates.latest.text.length) * BYTES_PER_CHAR;
  for (const { latest } of new Set(plans.values())) {
    const { html, text } = latest;
    sum += html.encoded.body.length + text.encoded.body.length;
    sum += (html.source.length + text.source.length) * BYTES_PER_CHAR;
  }
  return sum;
}

function readyOf(held: Held<Weighed>): Held<Ready> {
  return { value: held.value.ready, release: held.release };
}

function prepare(content: Content, attachments: readonly Attachment[], settings: ContentSettings): Ready {
  const { list } = content;
  const templates = prepareTemplates(content, settings.rendering);
  if (!templates.ok) return { ...err(templates.error), list };
  // One for all relays.
  const tail = tailOf(attachments, boundariesFor(content.push, keyNamed(content.signedWith, settings.signingKeys)));
  const plans = new Map<string, MimePlan>();
  for (const relay of settings.relays) {
    const like = settings.relays.find((other) => plans.has(other.id) && isLike(other, relay));
    const plan = like === undefined ? planFor(relay, content, tail, settings) : ok(plans.get(like.id) as MimePlan);
    if (!plan.ok) return { ...err(plan.error), list };
    plans.set(relay.id, plan.value);
  }
  return { ...ok({ templates: templates.value, plans }), list };
}

/** Relays whose mails of one push are made alike share a plan. */
function isLike(one: RelaySettings, other: RelaySettings): boolean {
  const isService = ({ transport }: RelaySettings) => transport === "email-service";
  return isService(one) === isService(other) && one.returnPath === other.returnPath;
}

function planFor(
  relay: RelaySettings,
  content: Content,
  tail: Tail | null,
  settings: ContentSettings,
): Result<MimePlan> {
  // Cloudflare Email Service wants the envelope sender to be From, and no header with an http link.
  const isEmailService = relay.transport === "email-service";
  const mimeSettings = {
    signingKey: keyNamed(content.signedWith, settings.signingKeys),
    publicUrl: settings.publicUrl,
    inbound: relay.returnPath ?? settings.returnPath,
    ownReturnPaths: !isEmailService,
    httpLinks: !isEmailService,
  };
  return prepareMime(content, mimeSettings, tail);
}
