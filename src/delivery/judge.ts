import { formatReply, type Reply, type Stage } from "../core/reply.ts";
import { classify, effectOf } from "../core/verdict.ts";
import type { VerdictClass } from "../core/verdict-class.ts";
import { type Outcome, UNSENDABLE } from "../push/rpc.ts";
import type * as transport from "../transport/transport.ts";

/** What the ledger is told of one delivery, from what the transport saw of it. */
export function judge(seen: transport.Outcome, address: string): Outcome {
  switch (seen.kind) {
    case "answered":
      return judgeReply(seen.id, seen.reply, seen.stage, address);
    case "unsendable":
      return { id: seen.id, kind: "failed", class: UNSENDABLE, reply: seen.reason, address, attempt: 0 };
    case "in_doubt":
      return { id: seen.id, kind: "in_doubt", class: "in-doubt", reply: seen.reason, address, attempt: 0 };
    case "untried":
      return untried(seen.id);
  }
}

function judgeReply(id: number, reply: Reply, stage: Stage, address: string): Outcome {
  const verdict = classify(reply, stage);
  const { delivery, countsAttempt } = effectOf(verdict);
  const kind = delivery === "pending" ? goesBackAs(verdict) : delivery;
  return { id, kind, class: verdict, reply: formatReply(reply), address, attempt: countsAttempt ? 1 : 0 };
}

/** A reply that was not about the recipient: what it was about. */
function goesBackAs(verdict: VerdictClass): "throttled" | "outage" | "unauthorised" {
  return verdict === "throttled" || verdict === "unauthorised" ? verdict : "outage";
}

/** Not handed over, and nothing was said of it: it goes back as it was. */
export function untried(id: number): Outcome {
  return { id, kind: "untried", class: null, reply: null, address: null, attempt: 0 };
}

/** What a session's fault makes of the deliveries that are left: never a fault of theirs. */
export function judgeFault(fault: transport.SessionFault): Pick<Outcome, "kind" | "class" | "reply"> {
  const words = fault.reply === null ? `${fault.stage}: ${fault.error}` : formatReply(fault.reply);
  const kind = fault.reply === null ? "outage" : goesBackAs(classify(fault.reply, fault.stage));
  return { kind, class: kind, reply: words };
}
