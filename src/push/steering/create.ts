import type { Content } from "../../message/content.ts";
import { newCanary } from "../canary/canary.ts";
import { FIRST_WINDOW, initialHealth } from "../health/health.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { recordOnce } from "../ledger/once/give-back.ts";
import type { NewPush } from "../rpc.ts";
import { attachmentInfos, storeAttachments } from "./attachments.ts";
import { recordAction } from "./history.ts";
import { recordOrigin } from "./origin.ts";

/** Stores a new push. The alarm starts it, at once or at `sendAt`; a held one waits for its approval before. */
export function create(ledger: Ledger, push: NewPush, now: number, status: "scheduled" | "held" = "scheduled"): void {
  ledger.createTables();
  ledger.sql.exec(
    `INSERT INTO push (id, action, filter, expected, created_at, send_at, expires_in_seconds, rate, in_doubt, status,
                       window, health, expected_is_estimate, relays, priority, canary)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?15, ?10, ?11, ?12, ?13, ?14, ?16)`,
    push.id,
    push.action,
    JSON.stringify(push.filter),
    push.expected,
    push.createdAt,
    push.sendAt,
    push.expiresInSeconds,
    push.rate,
    push.inDoubt,
    FIRST_WINDOW,
    JSON.stringify(initialHealth(push.rate, now)),
    push.expectedIsEstimate ? 1 : 0,
    push.relays ? JSON.stringify(push.relays) : null,
    push.priority ?? "normal",
    status,
    push.canary ? JSON.stringify(newCanary(push.canary)) : null,
  );
  ledger.sql.exec(
    `INSERT INTO content (subject, html, text, sender, reply_to, list, signed_with, headers)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)`,
    push.subject,
    push.html,
    push.text,
    push.from,
    push.replyTo,
    push.list ? 1 : 0,
    push.signedWith,
    JSON.stringify(push.headers ?? {}),
  );
  storeAttachments(ledger, push.attachments ?? []);
  recordOrigin(ledger, { template: push.template ?? null, segment: push.segment ?? null });
  if (push.once != null) recordOnce(ledger, push.once);
  recordAction(ledger, { action: "create", by: push.by, at: push.createdAt });
}

/** Starts a push that is due. Its expiry counts from now. */
export function start(ledger: Ledger, now: number): void {
  const push = ledger.push();
  if (push === null || push.status !== "scheduled" || (push.send_at ?? now) > now) return;
  ledger.updatePush({ status: "running", started_at: now, expires_at: now + push.expires_in_seconds * 1000 });
}

type ContentRow = Omit<Content, "push" | "list" | "headers" | "attachments"> & {
  readonly list: number;
  readonly headers: string;
};

/**
 * The push's content, for a consumer, which caches it under the push's id. So nothing is claimed of a push whose content
 * may still change: a held one. The bytes of its files come by `attachmentsOf`.
 */
export function contentOf(ledger: Ledger, id: string): Content {
  const row = ledger.sql
    .exec<{ [column in keyof ContentRow]: SqlStorageValue }>(
      `SELECT subject, html, text, sender AS "from", reply_to AS replyTo, list, signed_with AS signedWith, headers
         FROM content`,
    )
    .one() as ContentRow;
  const headers: Content["headers"] = JSON.parse(row.headers);
  return { ...row, headers, attachments: attachmentInfos(ledger), list: row.list === 1, push: id };
}
