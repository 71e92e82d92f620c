import { secondsUntil } from "../../core/backoff.ts";
import { type Health, healthOf, isProbing } from "../health/health.ts";
import { suspectsInTheMiddle } from "../health/suspects.ts";
import type { Limits } from "../limits.ts";
import { DEFAULT_RELAY, drawFor } from "../relay/draw.ts";
import { useOf } from "../relay/reporting.ts";
import type { ClaimAnswer, ClaimRequest } from "../rpc.ts";
import type { DeliveryRow, Ledger, PushRow } from "./ledger.ts";
import { doubtedAmong } from "./once/give-back.ts";

type Grant = Pick<ClaimAnswer, "send" | "alone" | "later" | "sendTimes" | "relay" | "sessions">;
type Granted = Grant & Pick<ClaimAnswer, "once">;
const NOTHING: Grant = { send: [], later: [], sendTimes: null, relay: DEFAULT_RELAY, sessions: null };

/**
 * Grants a consumer the deliveries it may send, under its token and a lease. The release number is not checked: it
 * only serves to find lost messages.
 */
export function claim(ledger: Ledger, limits: Limits, request: ClaimRequest, now: number): Granted {
  const push = ledger.push();
  if (push === null) return { ...NOTHING, once: null };
  const onceOf = (n: number, ids: readonly number[]) =>
    ledger.once === null ? null : { ...ledger.once, claim: n, doubted: doubtedAmong(ledger.sql, ids) };
  const known = ledger.sql
    .exec<{ n: number; answer: string }>("SELECT n, answer FROM claim WHERE token = ?1", request.token)
    .toArray()[0];
  if (known !== undefined) {
    // A claim from before there were several relays says neither relay nor sessions.
    const answer = { ...NOTHING, ...(JSON.parse(known.answer) as Partial<Grant>) };
    return { ...answer, once: onceOf(known.n, answer.send) };
  }

  const rows = suspectsInTheMiddle(ledger, ledger.rows(request.ids));
  const claimable = rows.filter((row) => row.state === "queued" || row.state === "deferred");
  const notDue = claimable.filter((row) => row.state === "deferred" && (row.due_at ?? 0) > now);
  const due = claimable.filter((row) => !notDue.includes(row));
  const later = notDue.map((row) => ({ id: row.id, delaySeconds: secondsUntil(row.due_at ?? now, now) }));
  const granted = grant(ledger, limits, push, request, due, now);
  const answer: Grant = { ...granted, later };
  let once: Granted["once"] = null;
  if (granted.send.length > 0) {
    const { n } = ledger.sql
      .exec<{ n: number }>(
        "INSERT INTO claim (token, lease_until, granted, answer, at, relay, epoch) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING n",
        request.token,
        now + limits.leaseMs,
        JSON.stringify(granted.send),
        JSON.stringify(answer),
        now,
        granted.relay,
        useOf(healthOf(push), granted.relay).epoch,
      )
      .one();
    once = onceOf(n, granted.send);
    ledger.openClaims.open(n, granted.relay, granted.sessions ?? 0, granted.send, now);
    moveByState(due, granted.send, (ids, from) =>
      ledger.moveAll(ids, from, "sending", { claim: n, due_at: null }, now),
    );
  }
  return { ...answer, once };
}

/** Grants the due rows that may be sent now. Returns the others to pending with unchanged attempts. */
function grant(
  ledger: Ledger,
  limits: Limits,
  push: PushRow,
  request: ClaimRequest,
  due: readonly DeliveryRow[],
  now: number,
): Grant {
  if (due.length === 0 || push.status === "cancelled") return NOTHING; // the sweep cancels them in chunks
  const ids = due.map((row) => row.id);
  const requeue = (refused: readonly number[], at: number) =>
    moveByState(due, refused, (group, from) => ledger.moveAll(group, from, "pending", { due_at: at }, now));

  if (push.status !== "running") {
    requeue(ids, now);
    return NOTHING;
  }
  if (push.expires_at !== null && push.expires_at <= now) {
    moveByState(due, ids, (group, from) =>
      ledger.moveAll(group, from, "failed", { due_at: null, class: "expired" }, now),
    );
    return NOTHING;
  }
  if (!canSend(request, ledger)) {
    requeue(ids, now + OLD_CONSUMER_MS);
    return NOTHING;
  }
  const before = healthOf(push);
  const health: Health = { ...before, queueMs: queueTime(before.queueMs, due, now) };
  if (health.outage.nextTryAt !== null && health.outage.nextTryAt > now) {
    requeue(ids, Math.ceil(health.outage.nextTryAt));
    return NOTHING;
  }
  const wanted = isProbing(health) ? Math.min(ids.length, roomToProbe(ledger, push, health)) : ids.length;
  const { relays: known = [DEFAULT_RELAY], patienceMs } = request;
  const share = drawFor({ ledger, limits, push, health, known, patienceMs }, wanted, now);
  // Each of the others has its own time, so that the alarm releases no more than may be sent.
  ledger.store(
    due,
    ids.slice(share.granted).map((id, at) => {
      return { id, state: "pending", due_at: Math.ceil(share.nextAt + at * share.gapMs) };
    }),
    now,
  );
  const after = JSON.stringify(share.health);
  if (after !== push.health) ledger.updatePush({ health: after });
  const { relay, sendTimes, sessions } = share;
  const send = due.slice(0, share.granted);
  const alone = idsOf(send.filter(wasInDoubt));
  const others = idsOf(send.filter((row) => !wasInDoubt(row)));
  const granted = { send: [...others, ...alone], later: [], sendTimes, relay, sessions };
  return alone.length === 0 ? granted : { ...granted, alone };
}

/** Also before a retry, which counts doubts anew. */
function wasInDoubt({ doubts, class: verdict }: DeliveryRow): boolean {
  return doubts > 0 || verdict === "in-doubt";
}

function idsOf(rows: readonly DeliveryRow[]): number[] {
  return rows.map(({ id }) => id);
}

/** A deployment replaces the consumers of earlier code within a short time. */
const OLD_CONSUMER_MS = 10_000;

/** False: the consumer runs code from before there was something that this push needs. */
function canSend({ reserves, sendsAttachments }: ClaimRequest, ledger: Ledger): boolean {
  if (ledger.once !== null && reserves === undefined) return false;
  return sendsAttachments === true || !hasAttachments(ledger);
}

/** True: the mails have attachments or headers of their own. */
function hasAttachments({ sql }: Ledger): boolean {
  const { needs } = sql
    .exec<{ needs: number }>(
      "SELECT EXISTS (SELECT 1 FROM attachment) OR EXISTS (SELECT 1 FROM content WHERE headers <> '{}') AS needs",
    )
    .one();
  return needs === 1;
}

/** The share of the last claim in the average of the queue's time. */
const NEWEST_SHARE = 0.5;
const QUEUE_RESOLUTION_MS = 250;

/** The moving average of the time from release to claim. Rows that the queue brought again say nothing of it. */
function queueTime(before: number, due: readonly DeliveryRow[], now: number): number {
  const fresh = due.filter((row) => row.state === "queued");
  if (fresh.length === 0) return before;
  const mean = fresh.reduce((sum, row) => sum + Math.max(0, now - row.updated_at), 0) / fresh.length;
  const average = before + (mean - before) * NEWEST_SHARE;
  // Coarse, so that an ordinary claim does not change the push's row.
  return Math.round(average / QUEUE_RESOLUTION_MS) * QUEUE_RESOLUTION_MS;
}

/**
 * How many deliveries a claim may add while the push probes its relay. The window alone bounds only what is released,
 * and a queue may still hold thousands of messages from before the back-off.
 */
function roomToProbe(ledger: Ledger, push: PushRow, health: Health): number {
  const { sending } = ledger.sql
    .exec<{ sending: number }>(
      `SELECT count(*) AS sending FROM claim, json_each(claim.granted) AS granted
       JOIN delivery ON delivery.id = granted.value
       WHERE claim.n > ?1 AND delivery.state = 'sending' AND delivery.claim = claim.n`,
      health.fromClaim,
    )
    .one();
  return Math.max(0, push.window - sending);
}

/** Groups `ids` by the state of their rows: `moveAll` moves rows from one state only. */
function moveByState(
  rows: readonly DeliveryRow[],
  ids: readonly number[],
  moveGroup: (ids: number[], from: "queued" | "deferred") => void,
): void {
  const wanted = new Set(ids);
  for (const state of ["queued", "deferred"] as const) {
    moveGroup(
      rows.filter((row) => row.state === state && wanted.has(row.id)).map((row) => row.id),
      state,
    );
  }
}
