import { CATCH_UP } from "../../src/push/relay/schedule.ts";
import { answered, begun, drawn, owe, type RelayUse, reportDue, UNUSED, unanswered } from "../../src/push/relay/use.ts";
import { LONGEST_LEASE_MS, receive } from "../../src/relay/grant.ts";
import type { Priority, Report, ReportAnswer } from "../../src/relay/rpc.ts";
import { noSenders, type Senders } from "../../src/relay/senders.ts";
import { freshState, type RelayLimits, type RelayState } from "../../src/relay/state.ts";

export const NO_LIMITS: RelayLimits = { perSecond: null, quotas: [], maxSessions: null, backoffScale: 1 };

/** What the mail server behind the relay says to a mail at this time. */
export type Server = (now: number) => "accepted" | "throttled" | "outage";

export interface SimulatedPush {
  readonly name: string;
  readonly priority: Priority;
  /** Its clock is ahead of the relay's by so much. */
  readonly skewMs: number;
  left: number;
  use: RelayUse;
  sent: number;
  doneAt: number | null;
  /** Mails to begin, by time. */
  begin: { at: number; epoch: number }[];
  /** Mails begun and not answered yet, by time. */
  replies: { at: number; epoch: number; said: ReturnType<Server> }[];
  /** When its consumer claims again at the earliest. */
  freeAt: number;
}

export interface Faults {
  /** Probability that a report, or its answer, is lost. */
  readonly lost?: number;
  /** Most milliseconds that an answer takes. */
  readonly lateMs?: number;
  readonly random?: () => number;
  /** One consumer a push, as the emulator has: it claims again when all of a claim is answered. Absent: claims at once. */
  readonly consumer?: { readonly connectMs: number; readonly replyMs: number };
}

const STEP_MS = 5;
const restMs = (nth: number) => 5_000 * 2 ** (nth - 1);
const CLAIM = 100;

/**
 * Pushes that share one relay: the relay's decisions and the pushes' are the real ones; the calls between them may be
 * lost, late or repeated, and the clocks differ. Time passes in steps.
 */
export class Network {
  now = 1_000;
  state: RelayState;
  senders: Senders = noSenders();
  freshFrom = 0;
  calls = 0;
  /** Mails that pushes began while the relay's object was silent to them. */
  silent = 0;
  throttled = 0;
  readonly pushes: SimulatedPush[] = [];
  /** When mails were begun, on the relay's clock. */
  readonly begun: number[] = [];
  readonly #inFlight: { at: number; push: SimulatedPush; report: Report; answer: ReportAnswer; askedAt: number }[] = [];
  readonly #random: () => number;

  readonly limits: RelayLimits;
  readonly server: Server;
  readonly faults: Faults;

  constructor(limits: RelayLimits, server: Server = () => "accepted", faults: Faults = {}) {
    this.limits = limits;
    this.server = server;
    this.faults = faults;
    this.state = freshState(limits, this.now);
    this.#random = faults.random ?? (() => 0.5);
  }

  add(name: string, wants: number, priority: Priority = "normal", skewMs = 0): SimulatedPush {
    const push = {
      name,
      priority,
      skewMs,
      left: wants,
      use: UNUSED,
      sent: 0,
      doneAt: null,
      begin: [],
      replies: [],
      freeAt: 0,
    };
    this.pushes.push(push);
    return push;
  }

  /** The push's object says nothing more. */
  silence(push: SimulatedPush): void {
    this.pushes.splice(this.pushes.indexOf(push), 1);
  }

  restartRelay(): void {
    this.senders = noSenders();
    this.freshFrom = this.now + LONGEST_LEASE_MS;
  }

  run(ms: number): void {
    for (const end = this.now + ms; this.now < end; this.now += STEP_MS) this.#step();
  }

  runUntilDone(mostMs: number): number {
    const start = this.now;
    while (this.pushes.some((push) => push.doneAt === null) && this.now - start < mostMs) this.run(STEP_MS);
    return this.now - start;
  }

  #step(): void {
    for (const one of this.#inFlight.filter(({ at }) => at <= this.now)) {
      const clock = this.now + one.push.skewMs;
      one.push.use = answered(one.push.use, one.report.seq, one.answer, one.askedAt, clock);
      // The settle of a claim from before a cut answers "stop".
      one.push.begin = one.push.begin.filter(({ epoch }) => epoch >= one.push.use.epoch);
      this.#inFlight.splice(this.#inFlight.indexOf(one), 1);
    }
    for (const push of this.pushes) {
      this.#send(push);
      this.#hear(push);
      this.#report(push);
      this.#claim(push);
    }
  }

  /** Claims what may be begun within the next moments, as a consumer would. */
  #claim(push: SimulatedPush): void {
    const { consumer } = this.faults;
    if (consumer !== undefined && (push.begin.length + push.replies.length > 0 || this.now < push.freeAt)) return;
    const wanted = Math.min(CLAIM, push.left - push.begin.length);
    if (wanted <= 0 || push.use.health.kind === "resting" || push.use.health.kind === "stopped") return;
    const clock = this.now + push.skewMs;
    const taken = drawn(push.use, wanted, { perSecond: this.limits.perSecond, quotas: this.limits.quotas }, clock);
    if (taken === null || taken.granted === 0) return;
    push.use = taken.use;
    if (taken.use.lease?.id === "silent") this.silent += taken.granted;
    const { startInMs, gapMs } = taken.sendTimes ?? { startInMs: 0, gapMs: 0 };
    let last = 0;
    for (let i = 0; i < taken.granted; i++) {
      const due = this.now + startInMs + i * gapMs;
      // As src/delivery/work.ts: late ones are made up for a little faster than the pace.
      const at = Math.max(due, i === 0 ? this.now + (consumer?.connectMs ?? 0) : last + gapMs / CATCH_UP);
      push.begin.push({ at, epoch: push.use.epoch });
      last = at;
    }
  }

  #send(push: SimulatedPush): void {
    while (push.begin[0] !== undefined && push.begin[0].at <= this.now) {
      const { epoch } = push.begin.shift() as { at: number; epoch: number };
      const said = this.server(this.now);
      this.begun.push(this.now);
      push.replies.push({ at: this.now + (this.faults.consumer?.replyMs ?? 0), epoch, said });
      this.#hear(push);
    }
  }

  #hear(push: SimulatedPush): void {
    while (push.replies[0] !== undefined && push.replies[0].at <= this.now) {
      const { epoch, said } = push.replies.shift() as SimulatedPush["replies"][number];
      const clock = this.now + push.skewMs;
      if (said === "accepted") {
        push.left--;
        push.sent++;
        push.use = owe(push.use, epoch, { accepted: 1 }, restMs, clock);
        if (push.left === 0) push.doneAt = this.now;
      } else {
        // The consumer stops: the rest of its claim goes back.
        push.begin.length = 0;
        if (said === "throttled") this.throttled++;
        push.use = owe(push.use, epoch, { [said === "throttled" ? "throttled" : "outage"]: "words" }, restMs, clock);
      }
      if (push.begin.length + push.replies.length === 0)
        push.freeAt = this.now + (this.faults.consumer?.connectMs ?? 0) / 3;
    }
  }

  #report(push: SimulatedPush): void {
    const clock = this.now + push.skewMs;
    const wish = {
      push: push.name,
      wants: push.left,
      readyInMs: 0,
      priority: push.priority,
      asked: null,
      sessionsOpen: push.begin.length + push.replies.length > 0 ? 1 : 0,
      out: push.begin.length + push.replies.length,
    };
    if (!reportDue(push.use, wish, clock)) return;
    this.calls++;
    const { use, report } = begun(push.use, wish, clock);
    push.use = use;
    const { lost = 0, lateMs = 0 } = this.faults;
    if (this.#random() < lost) {
      push.use = unanswered(push.use, clock, this.#random);
      return;
    }
    const asking = {
      report,
      senders: this.senders,
      limits: this.limits,
      freshFrom: this.freshFrom,
      random: this.#random,
    };
    const { state, answer } = receive(this.state, { ...asking, now: this.now });
    this.state = state;
    if (this.#random() < lost) {
      push.use = unanswered(push.use, clock, this.#random);
      return;
    }
    const at = this.now + this.#random() * lateMs;
    this.#inFlight.push({ at, push, report, answer, askedAt: clock });
  }

  /** Most mails begun in any one second. */
  get mostInASecond(): number {
    const times = this.begun.toSorted((a, b) => a - b);
    let most = 0;
    let first = 0;
    times.forEach((at, index) => {
      while (at - (times[first] as number) >= 1_000) first++;
      most = Math.max(most, index - first + 1);
    });
    return most;
  }
}

/** Takes so many a second, counted in whole seconds. */
export function perSecondServer(limit: number): Server {
  let second = -1;
  let count = 0;
  return (now) => {
    const current = Math.floor(now / 1000);
    if (current !== second) [second, count] = [current, 0];
    return ++count > limit ? "throttled" : "accepted";
  };
}

/** A token bucket: `burst` at once, and so many a second. */
export function bucketServer(perSecond: number, burst: number): Server {
  let tokens = burst;
  let filledAt = 0;
  return (now) => {
    tokens = Math.min(burst, tokens + ((now - filledAt) / 1000) * perSecond);
    filledAt = now;
    if (tokens < 1) return "throttled";
    tokens--;
    return "accepted";
  };
}

/** Postfix's anvil: so many in a window that begins with the first mail. */
export function windowServer(limit: number, windowMs: number): Server {
  let start = -Infinity;
  let count = 0;
  return (now) => {
    if (now - start >= windowMs) [start, count] = [now, 0];
    return ++count > limit ? "throttled" : "accepted";
  };
}
