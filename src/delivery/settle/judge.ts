import { formatReply, type Reply, type Stage } from "../../core/reply.ts";
import { classify, effectOf, isAccountQuota } from "../../core/verdict.ts";
import type { VerdictClass } from "../../core/verdict-class.ts";
import { type Outcome, UNSENDABLE } from "../../push/rpc.ts";
import type * as transport from "../../transport/transport.ts";

/** Converts a transport's outcome to the outcome reported to the ledger. */
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
  const kind = delivery === "pending" ? requeueKind(verdict, reply) : delivery;
  return { id, kind, class: verdict, reply: formatReply(reply), address, attempt: countsAttempt ? 1 : 0 };
}

type RequeueKind = "throttled" | "quota" | "outage" | "unauthorised";

/** The kind of a reply that does not concern the recipient. */
function requeueKind(verdict: VerdictClass, reply: Reply): RequeueKind {
  if (verdict === "throttled" && isAccountQuota(reply)) return "quota";
  return verdict === "throttled" || verdict === "unauthorised" ? verdict : "outage";
}

/** The outcome of a delivery not handed over: requeued unchanged. */
export function untried(id: number): Outcome {
  return { id, kind: "untried", class: null, reply: null, address: null, attempt: 0 };
}

/** A mail over the relay's SIZE, if all others are as large: the class says so, and the push pauses. */
export function tooLarge(id: number, reason: string, address: string): Outcome {
  return { id, kind: "failed", class: "too-large", reply: reason, address, attempt: 0 };
}

/** Converts a session's fault to the outcome of its remaining deliveries; never blamed on a recipient. */
export function judgeFault(fault: transport.SessionFault): Pick<Outcome, "kind" | "class" | "reply"> {
  const reply = fault.reply === null ? `${fault.stage}: ${fault.error}` : formatReply(fault.reply);
  const kind = kindOfFault(fault);
  return { kind, class: kind === "quota" ? "throttled" : kind, reply };
}

function kindOfFault({ reply, stage, incompatible }: transport.SessionFault): RequeueKind {
  if (incompatible === true) return "unauthorised";
  return reply === null ? "outage" : requeueKind(classify(reply, stage), reply);
}
