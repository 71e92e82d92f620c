import type { Stage } from "../core/reply.ts";
import { HANG_UP, type Outcome } from "../push/rpc.ts";
import type * as transport from "../transport/transport.ts";
import type { Feed, Outgoing, SessionEnd, SessionFault, SessionLimits, Transport } from "../transport/transport.ts";
import { judge, judgeFault, untried } from "./judge.ts";
import type { Settler, Unsettled } from "./settler.ts";

/** In flight plus unsettled, for one session: the most that a crash can leave in doubt. */
export const SESSION_GROUP = 25;

/** Whoever waits for a turn asks this often whether to go on: a pause takes effect within a second. */
const PULSE_MS = 500;
/** So does a session whose mails take long: none is begun on word from the ledger that is older than this. */
const SILENCE_MS = 1_000;

/** Stages at which there was a session: what happens there need not be the relay's fault. */
const ESTABLISHED: ReadonlySet<Stage> = new Set(["mail", "rcpt", "data", "content"]);

/** A mail ready to go out, or why there is none. */
export type Composed =
  | { readonly kind: "mail"; readonly mail: Outgoing }
  | { readonly kind: "none"; readonly outcome: Outcome };

export interface SendPlan {
  readonly transport: Transport;
  readonly limits: SessionLimits;
  readonly settler: Settler;
  readonly sessions: number;
  readonly compose: (id: number) => Composed;
  /** Under a rate: epoch milliseconds of the first mail, and the time between two. */
  readonly sendTimes: { readonly startAt: number; readonly gapMs: number } | null;
}

/**
 * Sends `ids` over a few sessions that share them, and reports each exactly once to the settler. What cannot be sent
 * now (the relay is down, the ledger said stop, time is up) is reported as such.
 */
export async function sendAll(ids: readonly number[], plan: SendPlan): Promise<void> {
  const work = new Work(ids, plan);
  // A session that ends well may leave what another one put back when it broke; hence again, while that helps.
  while (work.goesOn()) {
    const before = work.left;
    const count = Math.min(plan.sessions, Math.ceil(before / SESSION_GROUP));
    const faults = await Promise.all(Array.from({ length: count }, () => runSessions(work)));
    // Where one session was turned away and another did its work, nothing is wrong: that one would take the rest too.
    const helped = faults.includes(null) && work.left < before;
    if (!plan.settler.stopped && !helped) work.fault ??= faults.find((fault) => fault !== null) ?? null;
  }
  work.giveBack();
}

/** One session after another, until there is nothing more to send. Gives the fault for which it gave up before, or null. */
async function runSessions(work: Work): Promise<SessionFault | null> {
  let lostUnanswered = 0;
  while (work.goesOn()) {
    const feed = new SessionFeed(work);
    const end = await deliver(work.plan, feed);
    feed.end();
    if (end.kind === "done") return null;
    if (end.kind === "renew") {
      lostUnanswered = 0;
      continue;
    }
    const { fault } = end;
    const established = ESTABLISHED.has(fault.stage);
    if (established) work.countHangUp(feed.firstUntried);
    lostUnanswered = fault.answered > 0 ? 0 : lostUnanswered + 1;
    if (isAboutUs(fault)) {
      work.fault = fault; // for all sessions: the next one would hear the same
      return fault;
    }
    // A line lost after an answer is a line lost: one more session. Two without an answer, or none at all: an outage.
    if (!established || lostUnanswered === 2) return fault;
  }
  return null;
}

/** The relay said that we are too fast, or not wanted. */
function isAboutUs(fault: SessionFault): boolean {
  return fault.reply !== null && ESTABLISHED.has(fault.stage) && judgeFault(fault).kind !== "outage";
}

/** A composer that throws has a bug; that this mail cannot be made is all that follows. */
function compose(plan: SendPlan, id: number): Composed {
  try {
    return plan.compose(id);
  } catch (error) {
    const reply = String(error).slice(0, 500);
    return { kind: "none", outcome: { id, kind: "failed", class: "template", reply, address: null, attempt: 0 } };
  }
}

/** A transport that throws has a bug: what it had is in doubt, and the rest of the batch must not suffer for it. */
async function deliver(plan: SendPlan, feed: SessionFeed): Promise<SessionEnd> {
  try {
    return await plan.transport.deliver(feed, plan.limits);
  } catch (error) {
    console.error(JSON.stringify({ at: "transport", transport: plan.transport.name, error: String(error) }));
    return { kind: "fault", fault: { stage: "connect", error: String(error), reply: null, answered: 0 } };
  }
}

/** The deliveries of one claim that are still to be sent, shared by its sessions. */
class Work {
  fault: SessionFault | null = null;
  readonly plan: SendPlan;
  readonly #waiting: number[];
  readonly #blamed = new Map<number, number>();
  #begun = 0;

  constructor(ids: readonly number[], plan: SendPlan) {
    this.plan = plan;
    this.#waiting = [...ids].reverse(); // a stack: the next one is at the end
  }

  get left(): number {
    return this.#waiting.length;
  }

  goesOn(): boolean {
    return this.left > 0 && this.fault === null && this.mayBegin();
  }

  mayBegin(): boolean {
    return !this.plan.settler.stopped && Date.now() < this.plan.limits.beginBefore;
  }

  /** Milliseconds until the next mail's turn; not positive: now. */
  waitMs(): number {
    const { sendTimes } = this.plan;
    return sendTimes === null ? 0 : sendTimes.startAt + this.#begun * sendTimes.gapMs - Date.now();
  }

  take(): number | undefined {
    this.#begun++;
    return this.#waiting.pop();
  }

  putBack(ids: readonly number[]): void {
    this.#waiting.push(...[...ids].reverse());
    // They have had their turn and not used it.
    this.#begun = Math.max(0, this.#begun - ids.length);
  }

  /**
   * A mail that was next when a session was lost, twice, makes the server hang up: it is deferred, as if the server
   * had said so, or it would stop the whole push.
   */
  countHangUp(id: number | null): void {
    if (id === null) return;
    const times = (this.#blamed.get(id) ?? 0) + 1;
    this.#blamed.set(id, times);
    if (times < 2) return;
    const at = this.#waiting.indexOf(id);
    if (at < 0) return; // another session has it by now
    this.#waiting.splice(at, 1);
    const reply = "the server closed the connection on this mail twice";
    this.plan.settler.report({ id, kind: "deferred", class: HANG_UP, reply, address: null, attempt: 1 });
  }

  /** What is left goes back: to an outage, where that is why, else simply untried. */
  giveBack(): void {
    const why = this.fault === null ? null : judgeFault(this.fault);
    for (const id of this.#waiting.splice(0)) {
      this.plan.settler.report(why === null ? untried(id) : { ...untried(id), ...why });
    }
  }
}

/** The feed of one session: takes from the shared work, and keeps count of what is not settled. */
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
      if (this.#ended || !this.#work.mayBegin() || this.#work.left === 0) return null;
      if (this.#addresses.size + this.#unsettled >= SESSION_GROUP) return this.#whenRoom();
      if (this.#work.plan.settler.silentMs() > SILENCE_MS) return this.#whenAsked();
      const wait = this.#work.waitMs();
      if (wait > 0) return this.#whenItsTurn(wait);
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
    if (this.#ended) return; // it was counted as in doubt, and stays so
    const address = this.#addresses.get(seen.id);
    if (address === undefined) throw new Error(`transport reported ${seen.id} without having it`);
    this.#addresses.delete(seen.id);
    if (seen.kind === "untried") {
      this.#untried.add(seen.id);
      // It left room, and nothing may be left that settling could make room by: a session that waits has to hear of it.
      this.#wake?.();
      return;
    }
    const outcome = judge(seen, address);
    // The relay wants no more of this for now: whatever the ledger will say, begin nothing else.
    if (outcome.kind === "throttled" || outcome.kind === "outage" || outcome.kind === "unauthorised") {
      this.#work.plan.settler.stopped = true;
    }
    this.#report(outcome);
  }

  settled(): void {
    this.#unsettled--;
    this.#wake?.();
  }

  /** After the session: what it had and did not hand over is anybody's again. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
    this.#work.putBack(this.#inOrder());
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
    return this.#inOrder()[0] ?? null;
  }

  /** What was not handed over, as it was given: reports may come in another order. */
  #inOrder(): number[] {
    return this.#given.filter((id) => this.#untried.has(id));
  }

  #report(outcome: Outcome): void {
    this.#unsettled++;
    this.#work.plan.settler.report(outcome, this);
    // Somebody waits for room: settle in small groups rather than a second later.
    const enough = this.#unsettled >= SESSION_GROUP / 2 || this.#addresses.size === 0;
    if (this.#wake !== null && enough) this.#work.plan.settler.flush();
  }

  /** Waits for this mail's turn under the rate, in steps: between them the ledger may say stop. */
  async #whenItsTurn(wait: number): Promise<Outgoing | null> {
    await sleep(Math.min(wait, PULSE_MS));
    if (wait > PULSE_MS) await this.#work.plan.settler.pulse();
    return this.next();
  }

  async #whenAsked(): Promise<Outgoing | null> {
    await this.#work.plan.settler.pulse();
    return this.next();
  }

  async #whenRoom(): Promise<Outgoing | null> {
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
