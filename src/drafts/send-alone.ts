import { judge, judgeFault } from "../delivery/settle/judge.ts";
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
 * Sends one mail over a session of its own, so that nothing but its server delays it. Resolves once the session is over.
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
  const feed = new OneMail(mail);
  try {
    const limits = { beginBefore: endsAt, messageTimeoutMs: leftMs + GRACE_MS };
    const end = await within(leftMs, transport.deliver(feed, limits), () => new LateError());
    return feed.answered ?? unsent(end);
  } catch (error) {
    if (feed.answered !== null) return feed.answered;
    if (error instanceof LateError) return { accepted: null, class: null, reply: late };
    // A transport that throws has a bug; the answers to the other mails are still to be told.
    logError({ at: "transport", transport: transport.name, error: String(error) });
    return { accepted: null, class: null, reply: "something went wrong here, and it is in the log" };
  }
}

/** The transport's own timeout comes after ours, or the two would race for the words. */
const GRACE_MS = 1_000;

class LateError extends Error {}

class OneMail implements Feed {
  answered: Answered | null = null;
  readonly #address: string;
  #waiting: Outgoing | null;

  constructor(mail: Outgoing) {
    this.#waiting = mail;
    this.#address = mail.to;
  }

  next(): Outgoing | null {
    const next = this.#waiting;
    this.#waiting = null;
    return next;
  }

  report(outcome: Outcome): void {
    this.answered = answeredBy(outcome, this.#address);
  }
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
