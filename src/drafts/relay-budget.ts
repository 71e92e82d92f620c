import type { RelaySettings } from "../config/relays.ts";
import { effectOf, isVerdict } from "../core/verdict.ts";
import { sendReport } from "../relay/call.ts";
import type { Lease, Report, ReportAnswer } from "../relay/rpc.ts";
import type { Answered } from "./send-alone.ts";

/** What the relay lets a test begin next, counted from now. */
export interface Turn {
  readonly kind: "turn";
  readonly mails: number;
  readonly sessions: number;
  readonly startInMs: number;
  /** Between two mails. */
  readonly gapMs: number;
}

/** The relay lets a test begin nothing now. `stopped`: waiting does not help. */
export interface Rest {
  readonly kind: "rest" | "stopped";
  /** Why, in words; null: others are served first. */
  readonly words: string | null;
  readonly forMs: number;
}

/** The relay's object may be asked again at once; after so many tries it is silent. */
const TRIES = 2;
/** While it is silent mails are begun at this pace, or the relay's if that is less. */
const SILENT_PER_SECOND = 1;
const SILENT_WORDS = "the relay's quota is not known at the moment";
const ASK_SILENT_MS = 1_000;
/** Sessions count as open for two seconds after a report. */
const TELL_MS = 1_000;

const NOTHING = { accepted: 0, refused: 0, inDoubt: 0 };

/**
 * A test's part of what its relay gives: one more sender beside the pushes, so that rate, sessions and quotas hold for
 * all together. It tells how many mails were taken, refused and left in doubt. It tells no fault: a few mails to one
 * person's address must slow down no push.
 */
export class RelayBudget {
  readonly #env: Env;
  readonly #relay: RelaySettings;
  readonly #sender: string;
  #seq = 0;
  #epoch = 0;
  #owed = NOTHING;
  /** Mails of the present turn whose answer is not there. */
  #out = 0;
  /** A report without an answer is repeated as it is: it may have been counted. */
  #unanswered: Report | null = null;

  /** @param id unlike those of pushes and of other tests */
  constructor(env: Env, relay: RelaySettings, id: string) {
    this.#env = env;
    this.#relay = relay;
    this.#sender = `test-${id}`;
  }

  /** Asks for a turn of up to `wants` mails. */
  async ask(wants: number): Promise<Turn | Rest> {
    const answer = await this.#tell(wants, 0);
    const next = answer === null ? this.#alone() : this.#heard(answer, wants);
    if (next.kind === "turn") this.#out = next.mails;
    return next;
  }

  /** Tells the relay, until `work` ends, that sessions are open. Nothing else may be told meanwhile. */
  async during(sessions: number, work: Promise<void>): Promise<void> {
    const ended = work.then(() => true);
    const later = () => new Promise<false>((resolve) => setTimeout(() => resolve(false), TELL_MS));
    while (!(await Promise.race([ended, later()]))) await this.#tell(0, sessions);
  }

  /** Counts what became of a mail of the present turn. */
  count({ accepted, class: verdict }: Answered): void {
    const { accepted: taken, refused, inDoubt } = this.#owed;
    this.#out--;
    if (accepted === true) this.#owed = { accepted: taken + 1, refused, inDoubt };
    else if (accepted === null) this.#owed = { accepted: taken, refused, inDoubt: inDoubt + 1 };
    else if (isVerdict(verdict) && effectOf(verdict).countsAttempt) {
      this.#owed = { accepted: taken, refused: refused + 1, inDoubt };
    }
  }

  /** Gives back what is left. Never throws: without an answer the relay forgets this sender in time. */
  async end(): Promise<void> {
    const before = this.#unanswered;
    const answer = await this.#tell(0, 0);
    if (before !== null && answer !== null) await this.#tell(0, 0);
  }

  async #tell(wants: number, sessionsOpen: number): Promise<ReportAnswer | null> {
    this.#unanswered ??= this.#report(wants, sessionsOpen);
    for (let tries = 0; tries < TRIES; tries++) {
      const answer = await sendReport(this.#env, this.#relay, this.#unanswered);
      if (answer === null) continue;
      this.#unanswered = null;
      this.#epoch = answer.epoch;
      return answer;
    }
    return null;
  }

  #heard({ health, lease, sessions, askAgainInMs, waiting }: ReportAnswer, wants: number): Turn | Rest {
    if (health.kind === "stopped") return { kind: "stopped", words: health.words, forMs: 0 };
    if (health.kind === "resting") {
      return { kind: "rest", words: health.words, forMs: Math.max(health.forMs, askAgainInMs) };
    }
    const mails = lease === null ? 0 : Math.min(wants, mailsOf(lease));
    const most = sessions ?? wants;
    if (lease === null || mails < 1 || most < 1) {
      const words = waiting === null ? null : `the quota (${waiting.words}) is used`;
      return { kind: "rest", words, forMs: askAgainInMs };
    }
    return { kind: "turn", mails, sessions: most, startInMs: Math.max(0, lease.startInMs), gapMs: lease.gapMs };
  }

  /** Without the relay's object. A quota is known to nobody else. */
  #alone(): Turn | Rest {
    const { perSecond, quotas } = this.#relay.limits;
    if (quotas.length > 0) return { kind: "rest", words: SILENT_WORDS, forMs: ASK_SILENT_MS };
    const startInMs = 1000 / Math.min(SILENT_PER_SECOND, perSecond ?? SILENT_PER_SECOND);
    return { kind: "turn", mails: 1, sessions: 1, startInMs, gapMs: 0 };
  }

  #report(wants: number, sessionsOpen: number): Report {
    const owed = this.#owed;
    this.#owed = NOTHING;
    return {
      push: this.#sender,
      seq: ++this.#seq,
      epoch: this.#epoch,
      ...owed,
      acceptedLate: 0,
      throttled: null,
      outage: null,
      outageAtConnect: false,
      quota: null,
      unauthorised: null,
      later: null,
      sessionsRefused: 0,
      sessionsOpen,
      out: this.#out,
      wants,
      readyInMs: 0,
      // A person waits for it.
      priority: "high",
      asked: null,
    };
  }
}

/** How many mails a lease allows from now on; it may have begun. */
function mailsOf({ startInMs, forMs, gapMs, slots }: Lease): number {
  const leftMs = forMs + Math.min(0, startInMs);
  if (leftMs <= 0) return 0;
  return Math.min(
    slots ?? Number.POSITIVE_INFINITY,
    gapMs === 0 ? Number.POSITIVE_INFINITY : Math.ceil(leftMs / gapMs),
  );
}
