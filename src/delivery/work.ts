import { logError } from "../log.ts";
import { REFUSALS_IN_A_ROW, refusesUs } from "../push/health/refusals.ts";
import { CATCH_UP } from "../push/relay/schedule.ts";
import { HANG_UP, type Outcome, TEMPLATE } from "../push/rpc.ts";
import type { Outgoing, SessionFault, SessionLimits, Transport } from "../transport/transport.ts";
import type { Allowance } from "./allowance.ts";
import { Oversized } from "./content/oversized.ts";
import { judgeFault, untried } from "./settle/judge.ts";
import type { Settler } from "./settle/settler.ts";

/** No mail starts if the ledger's last answer is older than this; matters for sessions with slow mails. */
const SILENCE_MS = 1_000;
/** No mail starts from a read of its recipient that is older than this. */
const READ_VALID_MS = 5_000;

/** A composed mail, or the outcome that replaces it. */
export type Composed =
  | { readonly kind: "mail"; readonly mail: Outgoing }
  | { readonly kind: "none"; readonly outcome: Outcome };

export interface SendPlan {
  readonly transport: Transport;
  readonly limits: SessionLimits;
  readonly settler: Settler;
  readonly sessions: number;
  /** Each of these is sent while nothing else is in flight in its session; absent: none. */
  readonly alone?: ReadonlySet<number>;
  readonly allowance: Allowance;
  /** The recipients that `compose` uses. */
  readonly recipients: Rereadable;
  readonly compose: (id: number) => Composed;
  /** Under a rate: send time of the first mail, epoch milliseconds, and interval between mails. */
  readonly sendTimes: { readonly startAt: number; readonly gapMs: number } | null;
}

/** Recipients whose last read becomes stale while mails are sent. */
export interface Rereadable {
  /** Time of the last read, epoch milliseconds. */
  readonly readAt: number;
  /** Reads these again; resolves to the outcomes of those who may no longer receive. Throws if the read fails. */
  read(ids: readonly number[]): Promise<readonly Outcome[]>;
}

/** The unsent deliveries of one claim, shared by its sessions. */
export class Work {
  fault: SessionFault | null = null;
  /** A mail failed or is in doubt without the relay's reply, and none was accepted since: perhaps all will be. */
  isFailing = false;
  /** Refusals of us since the last accepted mail. */
  #refusals = 0;
  #accepted = false;
  readonly plan: SendPlan;
  readonly oversized: Oversized;
  readonly #waiting: number[];
  readonly #hangUps = new Map<number, number>();
  #started = 0;
  /** When the last mail began, epoch milliseconds. */
  #startedAt = 0;
  #composed = 0;
  #checking: Promise<void> | null = null;
  /** Some waiting deliveries were in flight during the last read, which left them out. */
  #returned = false;
  #unreadable = false;
  /** Size of the last mail, and of mails that found no room. */
  #lastBytes = 0;
  readonly #bytes = new Map<number, number>();

  constructor(ids: readonly number[], plan: SendPlan) {
    this.plan = plan;
    this.oversized = new Oversized(plan.settler);
    this.#waiting = [...ids].reverse(); // a stack: the next id is last
  }

  get remaining(): number {
    return this.#waiting.length;
  }

  /** True: the next mail, or one of those in flight, is to be sent alone. */
  isAlone(inFlight: Iterable<number>): boolean {
    const { alone } = this.plan;
    if (alone === undefined || alone.size === 0) return false;
    return [...this.#waiting.slice(-1), ...inFlight].some((id) => alone.has(id));
  }

  canContinue(): boolean {
    return this.remaining > 0 && this.fault === null && this.mayBegin();
  }

  mayBegin(): boolean {
    // A claim sends one mail at least, or a push that is costly to prepare would never advance.
    const spent = this.plan.allowance.isSpent && this.#composed > 0;
    return !spent && !this.#unreadable && !this.plan.settler.stopped && Date.now() < this.plan.limits.beginBefore;
  }

  /** True: call `check` before the next mail. */
  get mustCheck(): boolean {
    return this.plan.settler.silentMs() > SILENCE_MS || this.#isStale;
  }

  /**
   * Asks the ledger whether to continue, then reads stale recipients again. One call after the other, once for all
   * sessions: with the sessions and a settle, an invocation has at most six connections.
   */
  check(): Promise<void> {
    this.#checking ??= this.#check().finally(() => {
      this.#checking = null;
    });
    return this.#checking;
  }

  /**
   * Milliseconds until the next mail's send time; not positive: now. What a slow handshake or a stall held up is made up
   * for a little faster than the pace, never at once: a relay that counts would refuse the burst.
   */
  waitMs(): number {
    const { sendTimes } = this.plan;
    if (sendTimes === null) return 0;
    const { startAt, gapMs } = sendTimes;
    return Math.max(startAt + this.#started * gapMs, this.#startedAt + gapMs / CATCH_UP) - Date.now();
  }

  /**
   * Composes the next mail and takes its bytes from the allowance. Null: it must wait for room. The size is known only
   * afterwards, so a mail that does not fit is composed again; the mails of one push are similar, so that is rare.
   */
  compose(): Composed | null {
    const id = this.#waiting.at(-1);
    if (id === undefined) return null;
    const { allowance } = this.plan;
    if (!allowance.fits(this.#bytes.get(id) ?? this.#lastBytes)) return null;
    const composed = composeSafely(this.plan, id);
    this.#composed++;
    if (composed.kind === "mail") {
      const bytes = composed.mail.content.length;
      this.#lastBytes = bytes;
      if (!allowance.fits(bytes)) {
        this.#bytes.set(id, bytes);
        return null;
      }
      allowance.take(bytes);
    }
    this.#waiting.pop();
    this.#started++;
    this.#startedAt = Date.now();
    return composed;
  }

  /** Takes note of a reply: if the relay wants no more mails for now, stops before the ledger answers. */
  hear(outcome: Outcome): void {
    const { kind } = outcome;
    if (kind === "sent") {
      this.isFailing = false;
      this.#refusals = 0;
      this.#accepted = true;
    }
    // One alone may concern its recipient.
    if (refusesUs(outcome)) this.#refusals++;
    // Each mail that is too large fails, and most often all are.
    const tooLarge = outcome.class === "too-large" && !this.#accepted;
    const stops = kind === "throttled" || kind === "quota" || kind === "outage" || tooLarge;
    if (stops || this.#refusals >= REFUSALS_IN_A_ROW) this.plan.settler.stopped = true;
  }

  returnToList(ids: readonly number[]): void {
    if (ids.length === 0) return;
    this.#waiting.push(...[...ids].reverse());
    this.#returned = true;
    // Their send times are unused.
    this.#started = Math.max(0, this.#started - ids.length);
  }

  /**
   * A mail that was next when a session was lost, twice, is taken to cause the hang-up. It is deferred, as if the relay
   * had replied so; otherwise it would stop the whole push.
   */
  countHangUp(id: number | null): void {
    if (id === null) return;
    const times = (this.#hangUps.get(id) ?? 0) + 1;
    this.#hangUps.set(id, times);
    if (times < 2) return;
    const at = this.#waiting.indexOf(id);
    if (at < 0) return; // another session has taken it
    this.#waiting.splice(at, 1);
    const reply = "the server closed the connection on this mail twice";
    this.plan.settler.report({ id, kind: "deferred", class: HANG_UP, reply, address: null, attempt: 1 });
  }

  /** Reports the remaining deliveries with the fault's outcome, or as untried without a fault. */
  reportRemaining(): void {
    this.oversized.conclude();
    const why = this.fault === null ? null : judgeFault(this.fault);
    for (const id of this.#waiting.splice(0)) {
      this.plan.settler.report(why === null ? untried(id) : { ...untried(id), ...why });
    }
  }

  get #isStale(): boolean {
    return this.#returned || Date.now() - this.plan.recipients.readAt > READ_VALID_MS;
  }

  async #check(): Promise<void> {
    await this.plan.settler.pulse();
    if (!this.#isStale || this.remaining === 0 || !this.mayBegin()) return;
    this.#returned = false; // deliveries returned during the read are not in it
    try {
      for (const outcome of await this.plan.recipients.read([...this.#waiting])) {
        const at = this.#waiting.indexOf(outcome.id);
        if (at < 0) continue; // another session has taken it
        this.#waiting.splice(at, 1);
        this.plan.settler.report(outcome);
      }
    } catch (error) {
      logError({ at: "read again", deliveries: this.remaining, error: String(error) });
      this.#unreadable = true;
    }
  }
}

/** A composer that throws has a bug; it fails only this delivery. */
function composeSafely(plan: SendPlan, id: number): Composed {
  try {
    return plan.compose(id);
  } catch (error) {
    const reply = String(error).slice(0, 500);
    return { kind: "none", outcome: { id, kind: "failed", class: TEMPLATE, reply, address: null, attempt: 0 } };
  }
}
