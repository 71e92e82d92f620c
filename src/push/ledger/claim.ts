import { secondsUntil } from "../../core/backoff.ts";
import { type Health, healthOf } from "../health/health.ts";
import { suspectsInTheMiddle } from "../health/suspects.ts";
import type { Limits } from "../limits.ts";
import type { ClaimAnswer, ClaimRequest } from "../rpc.ts";
import type { DeliveryRow, Ledger, PushRow } from "./ledger.ts";
import { reserve } from "./reservation.ts";

type Grant = Pick<ClaimAnswer, "send" | "later" | "sendTimes">;
const NOTHING: Grant = { send: [], later: [], sendTimes: null };

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

  const rows = suspectsInTheMiddle(ledger, ledger.rows(request.ids));
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
  const health: Health = healthOf(push);
  if (health.outage.nextTryAt !== null && health.outage.nextTryAt > now) {
    back(ids, Math.ceil(health.outage.nextTryAt));
    return NOTHING;
  }
  const reserved = reserve(health.nextFreeAt, ids.length, health.rate.perSecond, now);
  if (reserved.granted < ids.length) back(ids.slice(reserved.granted), Math.ceil(reserved.nextFreeAt));
  if (reserved.sendTimes !== null)
    ledger.updatePush({ health: JSON.stringify({ ...health, nextFreeAt: reserved.nextFreeAt }) });
  return { send: ids.slice(0, reserved.granted), later: [], sendTimes: reserved.sendTimes };
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
