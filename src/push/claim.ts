import { secondsUntil } from "../core/backoff.ts";
import { type Learned, learnedOf } from "./learned.ts";
import type { DeliveryRow, Ledger, PushRow } from "./ledger.ts";
import type { Limits } from "./limits.ts";
import { takeSlots } from "./pace.ts";
import type { ClaimAnswer, ClaimRequest } from "./rpc.ts";
import { stoppersInTheMiddle } from "./stopper.ts";

type Grant = Pick<ClaimAnswer, "send" | "later" | "pace">;
const NOTHING: Grant = { send: [], later: [], pace: null };

/**
 * Gives a consumer the deliveries it may send, under its token and a lease. Claims ignore the release number: it only
 * says which message the queue lost.
 */
export function claim(ledger: Ledger, limits: Limits, request: ClaimRequest, now: number): Grant {
  const push = ledger.push();
  if (push === null) return NOTHING;
  const known = ledger.sql
    .exec<{ answer: string }>("SELECT answer FROM claim WHERE token = ?1", request.token)
    .toArray()[0];
  if (known !== undefined) return JSON.parse(known.answer) as Grant;

  const rows = stoppersInTheMiddle(ledger, ledger.rows(request.ids));
  const out = rows.filter((row) => row.state === "queued" || row.state === "deferred");
  const early = out.filter((row) => row.state === "deferred" && (row.due_at ?? 0) > now);
  const due = out.filter((row) => !early.includes(row));
  const later = early.map((row) => ({ id: row.id, delaySeconds: secondsUntil(row.due_at ?? now, now) }));
  const granted = grant(ledger, push, due, now);
  const answer: Grant = { ...granted, later };
  if (granted.send.length > 0) {
    const { n } = ledger.sql
      .exec<{ n: number }>(
        "INSERT INTO claim (token, lease_until, granted, answer) VALUES (?1, ?2, ?3, ?4) RETURNING n",
        request.token,
        now + limits.leaseMs,
        JSON.stringify(granted.send),
        JSON.stringify(answer),
      )
      .one();
    move(due, granted.send, (ids, from) => ledger.moveAll(ids, from, "sending", { claim: n, due_at: null }, now));
  }
  return answer;
}

/** Which of the due rows may be sent now. Those that may not go back to pending here, with their attempts as they are. */
function grant(ledger: Ledger, push: PushRow, due: readonly DeliveryRow[], now: number): Grant {
  if (due.length === 0 || push.status === "cancelled") return NOTHING; // cancel moves them in its own chunks
  const ids = due.map((row) => row.id);
  const back = (refused: readonly number[], at: number) =>
    move(due, refused, (some, from) => ledger.moveAll(some, from, "pending", { due_at: at }, now));

  if (push.status !== "running") {
    back(ids, now);
    return NOTHING;
  }
  if (push.expires_at !== null && push.expires_at <= now) {
    move(due, ids, (some, from) => ledger.moveAll(some, from, "failed", { due_at: null, class: "expired" }, now));
    return NOTHING;
  }
  const learned: Learned = learnedOf(push);
  if (learned.outage.nextTryAt !== null && learned.outage.nextTryAt > now) {
    back(ids, Math.ceil(learned.outage.nextTryAt));
    return NOTHING;
  }
  const slots = takeSlots(learned.nextSlotAt, ids.length, learned.rate.perSecond, now);
  if (slots.granted < ids.length) back(ids.slice(slots.granted), Math.ceil(slots.nextSlotAt));
  if (slots.pace !== null) ledger.updatePush({ learned: JSON.stringify({ ...learned, nextSlotAt: slots.nextSlotAt }) });
  return { send: ids.slice(0, slots.granted), later: [], pace: slots.pace };
}

/** Groups `ids` by the state their rows are in, since a tally moves from one state to one other. */
function move(
  rows: readonly DeliveryRow[],
  ids: readonly number[],
  each: (ids: number[], from: "queued" | "deferred") => void,
): void {
  const wanted = new Set(ids);
  for (const state of ["queued", "deferred"] as const) {
    each(
      rows.filter((row) => row.state === state && wanted.has(row.id)).map((row) => row.id),
      state,
    );
  }
}
