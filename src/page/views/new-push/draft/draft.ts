import type { Schemas } from "../../../app/data/api.ts";
import { type Condition, conditionsOf, filterOf } from "../../../parts/filter/conditions.ts";
import { splitPreheader, withPreheader } from "../message/preheader.ts";

/** A file, as the API takes it. */
export interface DraftFile {
  readonly filename: string;
  readonly contentType: string;
  readonly contentBase64: string;
  /** The html shows it as `cid:…`; null: it is attached. */
  readonly contentId: string | null;
}

export interface Canary {
  readonly count: number;
  readonly waitSeconds: number;
  readonly maxFailureShare: number;
}

/** A push that is being written: what the form holds. An empty text stands for what the API takes by default. */
export interface Draft {
  /** Segment by id; null: `conditions` choose. */
  readonly segment: string | null;
  readonly conditions: readonly Condition[];
  /** In place of subject, preheader, html and text. */
  readonly template: { readonly id: string; readonly version: number } | null;
  readonly subject: string;
  readonly preheader: string;
  readonly html: string;
  /** Empty: made from the html. */
  readonly text: string;
  readonly from: string;
  readonly replyTo: string;
  /** "Name: value", a line each. */
  readonly headers: string;
  readonly files: readonly DraftFile[];
  /** ISO 8601; null: at once. */
  readonly sendAt: string | null;
  /** In which `sendAt` is shown and typed. */
  readonly zone: string;
  /** Seconds from the start. */
  readonly expiresIn: number;
  /** Mails a second, as typed; empty: no limit. */
  readonly rate: string;
  readonly priority: "high" | "normal" | "low";
  /** null: all. */
  readonly relays: readonly string[] | null;
  readonly canary: Canary | null;
  readonly onceKey: string;
  readonly isList: boolean;
  readonly isStrict: boolean;
  readonly inDoubt: "resend" | "hold";
}

export const DAY_SECONDS = 86_400;

export function emptyDraft(zone: string): Draft {
  return {
    segment: null,
    conditions: [],
    template: null,
    subject: "",
    preheader: "",
    html: "",
    text: "",
    from: "",
    replyTo: "",
    headers: "",
    files: [],
    sendAt: null,
    zone,
    expiresIn: DAY_SECONDS,
    rate: "",
    priority: "normal",
    relays: null,
    canary: null,
    onceKey: "",
    isList: true,
    isStrict: false,
    inDoubt: "resend",
  };
}

/** The filter that the draft sends by; null: a condition is not finished, or the segment is not known. */
export function audienceFilter(
  { segment, conditions }: Draft,
  segments: readonly { readonly id: string; readonly filter?: unknown }[],
): unknown {
  if (segment === null) return filterOf(conditions);
  return segments.find(({ id }) => id === segment)?.filter ?? null;
}

/** What a push shows, as the API takes it. */
export function contentOf({ template, subject, preheader, html, text }: Draft): Record<string, unknown> {
  if (template !== null) return { template };
  return { subject, html: withPreheader(html, preheader).html, ...(text.trim() === "" ? {} : { text }) };
}

/** How a push sends, as the API takes it. Of a change, what is left empty goes back to its default too. */
export function optionsOf(draft: Draft): Record<string, unknown> {
  const { rate, canary } = draft;
  return {
    from: draft.from.trim() || null,
    replyTo: draft.replyTo.trim() || null,
    headers: headersOf(draft.headers),
    attachments: draft.files,
    sendAt: draft.sendAt,
    expiresIn: draft.expiresIn,
    rate: rate.trim() === "" ? null : numberOr(rate),
    priority: draft.priority,
    relays: draft.relays,
    list: draft.isList,
    inDoubt: draft.inDoubt,
    canary,
  };
}

/** A typed number; what is none stays as it is, for the API to refuse: as JSON it would be null, and no limit at all. */
function numberOr(text: string): number | string {
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
}

/** The body of `POST /api/pushes`; null: the audience is not chosen to its end. */
export function bodyOf(draft: Draft): Record<string, unknown> | null {
  const filter = filterOf(draft.conditions);
  if (draft.segment === null && filter === null) return null;
  return {
    action: "mailpush",
    ...(draft.segment === null ? { filter } : { segment: draft.segment }),
    ...contentOf(draft),
    ...optionsOf(draft),
    onceKey: draft.onceKey.trim() || null,
    strict: draft.isStrict,
  };
}

/** "X-Campaign: May", a line each, by name; a Chinese keyboard writes the colon as ：. A line without a colon is a name whose value is empty, which the API judges. */
export function headersOf(lines: string): Record<string, string> {
  const named = lines
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line): [string, string] => {
      const colon = line.search(/[:：]/);
      return colon < 0 ? [line.trim(), ""] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    });
  return Object.fromEntries(named);
}

/**
 * A push that was made, as a draft: to make another one like it, or to change it while it is held.
 *
 * @param relays ids of all relays there are: a push that may use each of them may use others to come
 */
export function draftOf(
  push: Schemas["Push"],
  content: Schemas["PushContent"],
  files: readonly DraftFile[],
  { zone, relays, now }: { readonly zone: string; readonly relays: readonly string[]; readonly now: number },
): Draft {
  const { html, preheader } = splitPreheader(content.html);
  return {
    ...emptyDraft(zone),
    segment: push.segment,
    conditions: push.segment === null ? conditionsOf(push.filter) : [],
    subject: content.subject,
    preheader,
    html,
    text: content.text ?? "",
    from: content.from,
    replyTo: content.replyTo ?? "",
    headers: Object.entries(content.headers)
      .map(([name, value]) => `${name}: ${value}`)
      .join("\n"),
    files,
    sendAt: push.sendAt !== null && Date.parse(push.sendAt) > now ? push.sendAt : null,
    expiresIn: push.expiresIn ?? DAY_SECONDS,
    rate: push.rate === null ? "" : String(push.rate),
    priority: push.priority,
    relays: relaysOf(push, relays),
    onceKey: push.onceKey ?? "",
    isList: content.list,
    inDoubt: push.inDoubt ?? "resend",
    canary: canaryOf(push),
  };
}

function relaysOf({ relays }: Schemas["Push"], all: readonly string[]): readonly string[] | null {
  const used = relays.map(({ id }) => id).filter((id) => all.includes(id));
  return used.length === 0 || used.length === all.length ? null : used;
}

function canaryOf({ canary }: Schemas["Push"]): Canary | null {
  if (canary === null) return null;
  const { count, waitSeconds, maxFailureShare } = canary;
  return { count, waitSeconds, maxFailureShare };
}

/** Whether somebody has written anything into it. */
export function isBlank(draft: Draft): boolean {
  const { zone: _zone, ...rest } = draft;
  const { zone: _none, ...empty } = emptyDraft("");
  return JSON.stringify(rest) === JSON.stringify(empty);
}
