import type { Stage } from "../core/reply.ts";
import { HANG_UP, type Outcome } from "../push/rpc.ts";
import type * as transport from "../transport/transport.ts";
import type { Feed, Outgoing, SessionEnd, SessionFault, SessionLimits, Transport } from "../transport/transport.ts";
import { judge, judgeFault, untried } from "./judge.ts";
import type { Settler, Unsettled } from "./settler.ts";

/** Maximum in flight plus unsettled per session: the most that a crash leaves in doubt. */
export const SESSION_GROUP = 25;

/** A session waiting for its send time asks the ledger this often: a pause takes effect within a second. */
const PULSE_MS = 500;
/** No mail starts if the ledger's last answer is older than this; matters for sessions with slow mails. */
const SILENCE_MS = 1_000;

/** Stages after the handshake: a fault there is not necessarily the relay's. */
const ESTABLISHED: ReadonlySet<Stage> = new Set(["mail", "rcpt", "data", "content"]);

/** A composed mail, or the outcome that replaces it. */
export type Composed =
  | { readonly kind: "mail"; readonly mail: Outgoing }
  | { readonly kind: "none"; readonly outcome: Outcome };

export interface SendPlan {
  readonly transport: Transport;
  readonly limits: SessionLimits;
  readonly settler: Settler;
  readonly sessions: number;
  readonly compose: (id: number) => Composed;
  /** Under a rate: send time of the first mail, epoch milliseconds, and interval between mails. */
  readonly sendTimes: { readonly startAt: number; readonly gapMs: number } | null;
}

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
    if (!plan.settler.stopped && !progressed) work.fault ??= faults.find((fault) => fault !== null) ?? null;
  }
  work.reportRemaining();
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

/** The relay throttles or refuses the sender. */
function concernsSender(fault: SessionFault): boolean {
  return fault.reply !== null && ESTABLISHED.has(fault.stage) && judgeFault(fault).kind !== "outage";
}

/** A composer that throws has a bug; it fails only this delivery. */
function compose(plan: SendPlan, id: number): Composed {
  try {
    return plan.compose(id);
  } catch (error) {
    const reply = String(error).slice(0, 500);
    return { kind: "none", outcome: { id, kind: "failed", class: "template", reply, address: null, attempt: 0 } };
  }
}

/** A transport that throws has a bug: its mails in flight are in doubt; the rest of the batch is unaffected. */
async function deliver(plan: SendPlan, feed: SessionFeed): Promise<SessionEnd> {
  try {
    return await plan.transport.deliver(feed, plan.limits);
  } catch (error) {
    console.error(JSON.stringify({ at: "transport", transport: plan.transport.name, error: String(error) }));
    return { kind: "fault", fault: { stage: "connect", error: String(error), reply: null, answered: 0 } };
  }
}

/** The unsent deliveries of one claim, shared by its sessions. */
class Work {
  fault: SessionFault | null = null;
  readonly plan: SendPlan;
  readonly #waiting: number[];
  readonly #hangUps = new Map<number, number>();
  #started = 0;

  constructor(ids: readonly number[], plan: SendPlan) {
    this.plan = plan;
    this.#waiting = [...ids].reverse(); // a stack: the next id is last
  }

  get remaining(): number {
    return this.#waiting.length;
  }

  canContinue(): boolean {
    return this.remaining > 0 && this.fault === null && this.mayBegin();
  }

  mayBegin(): boolean {
    return !this.plan.settler.stopped && Date.now() < this.plan.limits.beginBefore;
  }

  /** Milliseconds until the next mail's send time; not positive: now. */
  waitMs(): number {
    const { sendTimes } = this.plan;
    return sendTimes === null ? 0 : sendTimes.startAt + this.#started * sendTimes.gapMs - Date.now();
  }

  take(): number | undefined {
    this.#started++;
    return this.#waiting.pop();
  }

  returnToList(ids: readonly number[]): void {
    this.#waiting.push(...[...ids].reverse());
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
    const why = this.fault === null ? null : judgeFault(this.fault);
    for (const id of this.#waiting.splice(0)) {
      this.plan.settler.report(why === null ? untried(id) : { ...untried(id), ...why });
    }
  }
}

/** The feed of one session: takes mails from the shared list and counts unsettled outcomes. */
class SessionFeed implements Feed, Unsettled {
  readonly #work: Work;
  readonly #addresses = new Map<number, string>();
  readonly #given: number[] = [];
  readonly #untried = new Set<number>();
  #unsettled = 0;
  #ended = false;
  #wake: (() => void) | null = null;

  constructor(work: Work) {
    this.#work = work;
  }

  next(): Outgoing | null | Promise<Outgoing | null> {
    for (;;) {
      if (this.#ended || !this.#work.mayBegin() || this.#work.remaining === 0) return null;
      if (this.#addresses.size + this.#unsettled >= SESSION_GROUP) return this.#afterRoom();
      if (this.#work.plan.settler.silentMs() > SILENCE_MS) return this.#afterPulse();
      const wait = this.#work.waitMs();
      if (wait > 0) return this.#afterDelay(wait);
      const id = this.#work.take();
      if (id === undefined) return null;
      const composed = compose(this.#work.plan, id);
      if (composed.kind === "mail") {
        this.#addresses.set(id, composed.mail.to);
        this.#given.push(id);
        return composed.mail;
      }
      this.#report(composed.outcome);
    }
  }

  report(seen: transport.Outcome): void {
    if (this.#ended) return; // already reported as in doubt
    const address = this.#addresses.get(seen.id);
    if (address === undefined) throw new Error(`transport reported ${seen.id} without having it`);
    this.#addresses.delete(seen.id);
    if (seen.kind === "untried") {
      this.#untried.add(seen.id);
      // An untried mail frees room. Wake a waiting session: no settle may be outstanding to do so.
      this.#wake?.();
      return;
    }
    const outcome = judge(seen, address);
    // The relay wants no more mails for now: stop before the ledger answers.
    if (outcome.kind === "throttled" || outcome.kind === "outage" || outcome.kind === "unauthorised") {
      this.#work.plan.settler.stopped = true;
    }
    this.#report(outcome);
  }

  settled(): void {
    this.#unsettled--;
    this.#wake?.();
  }

  /** After the session: returns untried mails to the shared list; mails never reported are in doubt. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
    this.#work.returnToList(this.#untriedInOrder());
    const lost = [...this.#addresses];
    this.#addresses.clear();
    for (const [id, address] of lost) {
      this.#report({
        id,
        kind: "in_doubt",
        class: "in-doubt",
        reply: "never reported by the transport",
        address,
        attempt: 0,
      });
    }
  }

  get firstUntried(): number | null {
    return this.#untriedInOrder()[0] ?? null;
  }

  /** Untried ids in the order given; reports may arrive in another order. */
  #untriedInOrder(): number[] {
    return this.#given.filter((id) => this.#untried.has(id));
  }

  #report(outcome: Outcome): void {
    this.#unsettled++;
    this.#work.plan.settler.report(outcome, this);
    // The session waits for room: settle a small group now rather than a second later.
    const flushNow = this.#unsettled >= SESSION_GROUP / 2 || this.#addresses.size === 0;
    if (this.#wake !== null && flushNow) this.#work.plan.settler.flush();
  }

  /** Waits for this mail's send time in steps: between them the ledger may say stop. */
  async #afterDelay(wait: number): Promise<Outgoing | null> {
    await sleep(Math.min(wait, PULSE_MS));
    if (wait > PULSE_MS) await this.#work.plan.settler.pulse();
    return this.next();
  }

  async #afterPulse(): Promise<Outgoing | null> {
    await this.#work.plan.settler.pulse();
    return this.next();
  }

  async #afterRoom(): Promise<Outgoing | null> {
    this.#work.plan.settler.flush();
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = null;
    return this.next();
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
