import { err, ok, type Result } from "../../core/result.ts";
import { type Attachment, infoOf } from "../../message/attachments/attachment.ts";
import { canaryOf, newCanary, outlastsExpiry, WAITS_TOO_LONG } from "../canary/canary.ts";
import { healthOf, initialHealth } from "../health/health.ts";
import type { Ledger, PushRow } from "../ledger/ledger.ts";
import { reasonOf } from "../reason.ts";
import type { PushChange, Refusal } from "../rpc.ts";
import { attachmentsOf, storeAttachments } from "./attachments.ts";
import { contentOf, start } from "./create.ts";
import { originOf, recordOrigin } from "./origin.ts";

// A held push: its recipients are in the ledger, nothing is sent, and what it will send may change until its approval.

const DAYS_HELD = 30;
const DAY_MS = 86_400_000;
/** As large as the body of a push may be; a row of the object holds 2 MB. */
const MAX_CONTENT_BYTES = 2_000_000;

/** The reason of the cancel at `heldUntil`. */
export const NOT_APPROVED = reasonOf("not-approved", `nobody has approved it within ${DAYS_HELD} days`, {
  days: DAYS_HELD,
});

/** When a held push is cancelled if nobody approves it, epoch milliseconds. */
export function heldUntil(push: Pick<PushRow, "created_at">): number {
  return push.created_at + DAYS_HELD * DAY_MS;
}

/**
 * Lets a held push go: at once, or at its `sendAt`. Its expiry counts from its start.
 *
 * @param version the content version that the caller has seen; null: whichever there is
 */
export function approve(ledger: Ledger, push: PushRow, version: number | null, now: number): Result<void, Refusal> {
  const refusal = refusalOf(push, version, "approved", now);
  if (refusal !== null) return err(refusal);
  ledger.updatePush({ status: "scheduled" });
  start(ledger, now);
  return ok(undefined);
}

/**
 * Changes the content and the options of a held push; its audience stays. A change that differs from what there is
 * raises the content version.
 *
 * @param version the content version that the change is made from; null: whichever there is
 */
export function change(
  ledger: Ledger,
  push: PushRow,
  asked: PushChange,
  version: number | null,
  now: number,
): Result<void, Refusal> {
  const refusal = refusalOf(push, version, "changed", now);
  if (refusal !== null) return err(refusal);
  const options = changedOptions(push, asked, now);
  const after = { ...push, ...options };
  if (outlastsExpiry(canaryOf(after), after.expires_in_seconds)) {
    return err({ code: "canary-wait", reason: WAITS_TOO_LONG });
  }
  const content = changeContent(ledger, push, asked);
  if (!content.ok) return content;
  if (content.value || Object.keys(options).length > 0) {
    ledger.updatePush({ ...options, content_version: push.content_version + 1 });
  }
  return ok(undefined);
}

function refusalOf(push: PushRow, version: number | null, verb: string, now: number): Refusal | null {
  if (push.status !== "held") return `only a held push can be ${verb}, and this one is ${push.status}`;
  if (heldUntil(push) <= now) return NOT_APPROVED.words;
  if (version === null || version === push.content_version) return null;
  return { code: "outdated-version", reason: `the content version is ${push.content_version}, not ${version}` };
}

/** True: something differs. */
function changeContent(ledger: Ledger, push: PushRow, asked: PushChange): Result<boolean, Refusal> {
  const before = contentOf(ledger, push.id);
  const after = { ...before, ...given(asked, ["subject", "html", "text", "from", "replyTo", "list", "headers"]) };
  const origin = originOf(ledger);
  const isRewritten = before.subject !== after.subject || before.html !== after.html || before.text !== after.text;
  // A content that was edited is no longer that of the template.
  const template = asked.template ?? (isRewritten ? null : origin.template);
  const isNew = JSON.stringify([before, origin.template]) !== JSON.stringify([after, template]);
  if (isNew && Buffer.byteLength(JSON.stringify(after)) > MAX_CONTENT_BYTES) {
    const reason = `the push without its attachments would have more than ${MAX_CONTENT_BYTES} bytes as JSON`;
    return err({ code: "body-too-large", reason });
  }
  const files = asked.attachments;
  const areNew = files !== undefined && !areSame(attachmentsOf(ledger), files);
  if (areNew) storeAttachments(ledger, files);
  if (!isNew) return ok(areNew);
  recordOrigin(ledger, { ...origin, template });
  ledger.sql.exec(
    "UPDATE content SET subject = ?1, html = ?2, text = ?3, sender = ?4, reply_to = ?5, list = ?6, headers = ?7",
    after.subject,
    after.html,
    after.text,
    after.from,
    after.replyTo,
    after.list ? 1 : 0,
    JSON.stringify(after.headers),
  );
  return ok(true);
}

function areSame(some: readonly Attachment[], others: readonly Attachment[]): boolean {
  const isSame = (one: Attachment, other: Attachment | undefined) =>
    other !== undefined &&
    JSON.stringify(infoOf(one)) === JSON.stringify(infoOf(other)) &&
    Buffer.compare(one.bytes, other.bytes) === 0;
  return some.length === others.length && some.every((one, at) => isSame(one, others[at]));
}

/** The columns that differ. */
function changedOptions(push: PushRow, asked: PushChange, now: number): Partial<PushRow> {
  const { sendAt, expiresInSeconds, rate, inDoubt, relays, priority, canary } = asked;
  const columns: Partial<PushRow> = {
    ...(sendAt === undefined ? {} : { send_at: sendAt }),
    ...(expiresInSeconds === undefined ? {} : { expires_in_seconds: expiresInSeconds }),
    ...(rate === undefined ? {} : { rate }),
    ...(inDoubt === undefined ? {} : { in_doubt: inDoubt }),
    ...(relays === undefined ? {} : { relays: relays === null ? null : JSON.stringify(relays) }),
    ...(priority === undefined ? {} : { priority }),
    ...(canary === undefined ? {} : { canary: canary === null ? null : JSON.stringify(newCanary(canary)) }),
  };
  const changed = Object.fromEntries(Object.entries(columns).filter(([name, value]) => value !== push[name]));
  if (!("rate" in changed)) return changed;
  const { own } = initialHealth(rate ?? null, now);
  return { ...changed, health: JSON.stringify({ ...healthOf(push), own }) };
}

function given<T extends object, K extends keyof T>(fields: T, names: readonly K[]): Partial<Pick<T, K>> {
  const entries = names.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]]));
  return Object.fromEntries(entries) as Partial<Pick<T, K>>;
}
