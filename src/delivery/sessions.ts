import type { Stage } from "../core/reply.ts";
import { logError } from "../log.ts";
import type { SessionEnd, SessionFault } from "../transport/transport.ts";
import { SESSION_GROUP, SessionFeed } from "./feed.ts";
import { judgeFault } from "./settle/judge.ts";
import { type SendPlan, Work } from "./work.ts";

/** Stages after the handshake: a fault there is not necessarily the relay's. */
const ESTABLISHED: ReadonlySet<Stage> = new Set(["mail", "rcpt", "data", "content"]);

/**
 * Sends `ids` over concurrent sessions that share one list, and reports each id exactly once to the settler. Deliveries
 * that cannot be sent now (outage, stop, deadline) are reported for requeueing.
 */
export async function sendAll(ids: readonly number[], plan: SendPlan): Promise<void> {
  const work = new Work(ids, plan);
  // When a session breaks, its unsent mails return to the shared list, perhaps after the others have ended.
  // Repeat while progress is made.
  while (work.canContinue()) {
    const before = work.remaining;
    const count = Math.min(plan.sessions, Math.ceil(before / SESSION_GROUP));
    const faults = await Promise.all(Array.from({ length: count }, () => runSessions(work)));
    // If one session was refused and another made progress, the relay works: it can take the rest too.
    const progressed = faults.includes(null) && work.remaining < before;
    if (progressed) plan.settler.refusedSessions(faults.filter((fault) => fault !== null && isAtConnect(fault)).length);
    if (!plan.settler.stopped && !progressed) work.fault ??= faults.find((fault) => fault !== null) ?? null;
  }
  work.reportRemaining();
}

/** Before there was a session: while others work, the relay takes no more of them. */
function isAtConnect({ stage }: SessionFault): boolean {
  return stage === "connect" || stage === "greeting";
}

/** Runs sessions in sequence until the list is empty. Returns the fault that ended it earlier, or null. */
async function runSessions(work: Work): Promise<SessionFault | null> {
  let lostWithoutReply = 0;
  while (work.canContinue()) {
    const feed = new SessionFeed(work);
    const end = await deliver(work.plan, feed);
    feed.end();
    if (end.kind === "done") return null;
    if (end.kind === "renew") {
      lostWithoutReply = 0;
      continue;
    }
    if (work.isFailing) await feed.untilSettled();
    const { fault } = end;
    const established = ESTABLISHED.has(fault.stage);
    if (established) work.countHangUp(feed.firstUntried);
    lostWithoutReply = fault.answered > 0 ? 0 : lostWithoutReply + 1;
    if (concernsSender(fault)) {
      work.fault = fault; // shared by all sessions: each would get the same reply
      return fault;
    }
    // A connection lost after a reply: reconnect. Two lost without a reply, or a failed handshake: an outage.
    if (!established || lostWithoutReply === 2) return fault;
  }
  return null;
}

/** The relay throttles us. A 421 that refuses us may concern one mail: only a second one in a row ends the sessions. */
function concernsSender(fault: SessionFault): boolean {
  if (fault.reply === null || !ESTABLISHED.has(fault.stage)) return false;
  const { kind } = judgeFault(fault);
  return kind === "throttled" || kind === "quota";
}

/** A transport that throws has a bug: its mails in flight are in doubt; the rest of the batch is unaffected. */
async function deliver(plan: SendPlan, feed: SessionFeed): Promise<SessionEnd> {
  try {
    return await plan.transport.deliver(feed, plan.limits);
  } catch (error) {
    logError({ at: "transport", transport: plan.transport.name, error: String(error) });
    return { kind: "fault", fault: { stage: "connect", error: String(error), reply: null, answered: 0 } };
  }
}
