import { judge, judgeFault } from "../delivery/judge.ts";
import { logError } from "../log.ts";
import type { Feed, Outcome, Outgoing, SessionEnd, Transport } from "../transport/transport.ts";
import { within } from "../transport/within.ts";

/** What the server said to a mail that no ledger knows. */
export interface Answered {
  /** Whether the server took it; null: it is not known. */
  readonly accepted: boolean | null;
  /** As of a delivery; null: there was no answer. */
  readonly class: string | null;
  /** The server's words, or why there are none. */
  readonly reply: string;
}

/**
 * Sends one mail over a session of its own, so that nothing but its server delays it.
 *
 * @param endsAt epoch milliseconds; without an answer until then, `late` says so
 */
export async function sendAlone(
  transport: Transport,
  mail: Outgoing,
  endsAt: number,
  late: string,
  now: number,
): Promise<Answered> {
  const leftMs = endsAt - now;
  if (leftMs <= 0) return { accepted: false, class: null, reply: `not begun: ${late}` };
  try {
    return await within(leftMs, answerTo(transport, mail, endsAt, leftMs), () => new LateError());
  } catch (error) {
    if (error instanceof LateError) return { accepted: null, class: null, reply: late };
    // A transport that throws has a bug; the answers to the other mails are still to be told.
    logError({ at: "transport", transport: transport.name, error: String(error) });
    return { accepted: null, class: null, reply: "something went wrong here, and it is in the log" };
  }
}

/** The transport's own timeout comes after ours, or the two would race for the words. */
const GRACE_MS = 1_000;

class LateError extends Error {}

/** Resolves with the answer, before the session has taken its leave. */
function answerTo(transport: Transport, mail: Outgoing, endsAt: number, leftMs: number): Promise<Answered> {
  return new Promise((resolve, reject) => {
    let waiting: Outgoing | null = mail;
    const feed: Feed = {
      next() {
        const next = waiting;
        waiting = null;
        return next;
      },
      report(outcome) {
        const answered = answeredBy(outcome, mail.to);
        if (answered !== null) resolve(answered);
      },
    };
    transport
      .deliver(feed, { beginBefore: endsAt, messageTimeoutMs: leftMs + GRACE_MS })
      // Of a mail that was answered this comes too late to count.
      .then((end) => resolve(unsent(end)), reject);
  });
}

/** Null: it was not sent, and the session's end says why. */
function answeredBy(outcome: Outcome, address: string): Answered | null {
  if (outcome.kind === "untried") return null;
  const { kind, class: verdict, reply } = judge(outcome, address);
  const accepted = kind === "in_doubt" ? null : kind === "sent";
  return { accepted, class: verdict, reply: reply ?? "" };
}

function unsent(end: SessionEnd): Answered {
  if (end.kind !== "fault")
    return { accepted: false, class: null, reply: "the session ended before the mail was sent" };
  const { class: verdict, reply } = judgeFault(end.fault);
  return { accepted: false, class: verdict, reply: reply ?? end.fault.error };
}
