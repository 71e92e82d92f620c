import { expect, inject } from "vitest";
import type { Reply, Stage } from "../../../src/core/reply.ts";
import type {
  Feed,
  Outcome,
  Outgoing,
  RelayConfig,
  SessionEnd,
  SessionFault,
  SessionLimits,
  Timeouts,
  Transport,
} from "../../../src/transport/transport.ts";
import { RemoteRelay } from "../../relay/remote.ts";
import type { RelayScript, RelaySummary, SessionRecord, TakenMail, Violation } from "../../relay/script.ts";

export type MakeTransport = (relay: RelayConfig, timeouts: Partial<Timeouts>) => Transport;

/** What the relay offers: each case runs against each. */
export const OFFERS = {
  "one command at a time": ["8BITMIME", "SIZE 50000000"],
  pipelining: ["8BITMIME", "SIZE 50000000", "PIPELINING"],
  chunking: ["8BITMIME", "SIZE 50000000", "PIPELINING", "CHUNKING"],
} as const;
export type Offer = keyof typeof OFFERS;

export interface Case {
  title: string;
  /** Only where these are offered. */
  only?: readonly string[];
  /** Most of its time it waits, so it may do that beside others. */
  waits?: boolean;
  /** It says nothing of the conversation with the relay, so it holds of a transport that leaves that to others, too. */
  any?: boolean;
  run(trial: Trial): Promise<void>;
}

/** How a trial differs from the plain one: three small messages, a relay that behaves. */
export interface Circumstances {
  script?: RelayScript;
  /** Offered besides what the trial offers. */
  offers?: readonly string[];
  messages?: readonly Outgoing[];
  /** The feed makes the transport wait before each message. */
  pauseMs?: number;
  /** The feed gives no more than so many that are not reported yet, as the settling of outcomes does. */
  room?: number;
  relay?: Partial<RelayConfig>;
  timeouts?: Partial<Timeouts>;
  limits?: Partial<SessionLimits>;
  /** The relay may complain of these. */
  tolerates?: readonly Violation["kind"][];
}

/** What came of it. `ends` has more than one where the transport asked to renew. */
export interface Seen {
  end: SessionEnd;
  outcomes: Outcome[];
  summary: RelaySummary;
  mails: TakenMail[];
  sessions: SessionRecord[];
}

/** Longer than any wait that a case allows: who is not back by then hangs. */
const HANGS_MS = 20_000;
/** A renewed session has an answer for one message at least; no case with a refusal has more than 40. */
const MOST_RENEWALS = 60;

/** One transport against relays with one offer. */
export class Trial {
  readonly #make: MakeTransport;
  readonly #offer: readonly string[];
  readonly #speaks: boolean;

  /** @param speaks whether the transport itself speaks to the relay */
  constructor(make: MakeTransport, offer: readonly string[], speaks: boolean) {
    this.#make = make;
    this.#offer = offer;
    this.#speaks = speaks;
  }

  /**
   * Delivers, and checks what holds whatever happens: it comes back, each message taken from the feed is reported
   * once, no report contradicts what the relay has, and the relay has nothing to complain of.
   */
  async run(circumstances: Circumstances = {}): Promise<Seen> {
    const { script = {}, messages = mails(3), tolerates = [], offers = [] } = circumstances;
    const relay = await RemoteRelay.start(inject("relayControl"), {
      capabilities: [...this.#offer, ...offers],
      ...script,
    });
    try {
      const feed = new ListFeed(messages, circumstances.pauseMs ?? 0, circumstances.room ?? Infinity);
      const end = await this.#deliver(relay.port, feed, circumstances);
      const [summary, mails_, sessions] = await Promise.all([relay.summary(), relay.mails(), relay.sessions()]);
      expect(feed.outcomes.map(({ id }) => id).sort(ascending)).toEqual(feed.given.map(({ id }) => id));
      honest(feed, await relay.recipients());
      expect(summary.violations.filter(({ kind }) => !tolerates.includes(kind))).toEqual([]);
      const outcomes = feed.outcomes.toSorted((one, other) => one.id - other.id);
      return { end, outcomes, summary, mails: mails_, sessions };
    } finally {
      await relay.stop();
    }
  }

  /**
   * These were not answered, and not tried. Under CHUNKING they may have been written whole behind what the line was
   * lost at, and then nobody knows.
   */
  expectUnanswered(outcomes: readonly Outcome[]): void {
    const possible = this.#offer.includes("CHUNKING") ? ["untried", "in_doubt"] : ["untried"];
    for (const outcome of inShort(outcomes)) expect(possible).toContain(outcome);
  }

  /** All of it went over one session, where sessions are the transport's own. */
  expectOneSession({ sessions }: Seen): void {
    if (this.#speaks) expect(sessions.length).toBe(1);
  }

  async #deliver(port: number, feed: ListFeed, { relay, timeouts, limits }: Circumstances): Promise<SessionEnd> {
    const transport = this.#make({ ...PLAIN, port, ...relay }, timeouts ?? {});
    for (let session = 0; session < MOST_RENEWALS; session += 1) {
      const end = await within(HANGS_MS, transport.deliver(feed, { ...NO_LIMITS, ...limits }));
      if (end.kind !== "renew") return end;
    }
    throw new Error("the transport renews for ever");
  }
}

const PLAIN = { host: "127.0.0.1", security: "none", username: "", password: "", ehloName: "mailpush.test" } as const;
const NO_LIMITS: SessionLimits = { beginBefore: Number.POSITIVE_INFINITY, messageTimeoutMs: 480_000 };

class ListFeed implements Feed {
  readonly given: Outgoing[] = [];
  readonly outcomes: Outcome[] = [];
  readonly #messages: readonly Outgoing[];
  readonly #pauseMs: number;
  readonly #room: number;
  #roomCame: (() => void) | null = null;

  constructor(messages: readonly Outgoing[], pauseMs: number, room: number) {
    this.#messages = messages;
    this.#pauseMs = pauseMs;
    this.#room = room;
  }

  next(): Outgoing | null | Promise<Outgoing | null> {
    if (this.given.length - this.outcomes.length >= this.#room) {
      return new Promise((resolve) => {
        this.#roomCame = () => resolve(this.#give());
      });
    }
    if (this.#pauseMs === 0) return this.#give();
    return new Promise((resolve) => setTimeout(() => resolve(this.#give()), this.#pauseMs));
  }

  #give(): Outgoing | null {
    const message = this.#messages[this.given.length] ?? null;
    if (message !== null) this.given.push(message);
    return message;
  }

  report(outcome: Outcome): void {
    this.outcomes.push(outcome);
    this.#roomCame?.();
    this.#roomCame = null;
  }
}

/** Taken is what got a 2xx after its content, and nothing else but a doubt may have arrived; nothing arrives twice. */
function honest(feed: ListFeed, received: Record<string, number>): void {
  for (const outcome of feed.outcomes) {
    const message = feed.given.find(({ id }) => id === outcome.id) as Outgoing;
    const times = received[message.to] ?? 0;
    const sent = outcome.kind === "answered" && outcome.stage === "content" && outcome.reply.code < 300;
    const possible = sent ? [1] : outcome.kind === "in_doubt" ? [0, 1] : [0];
    expect(possible, `${message.to}: ${JSON.stringify(outcome)}`).toContain(times);
    if (outcome.kind === "answered" && !sent) expect(outcome.reply.code).toBeGreaterThanOrEqual(400);
  }
}

/** Small ones with ids from 1 to `count`, to r1@example.com and so on. */
export function mails(count: number, content = "Subject: a mail\r\n\r\nHello.\r\n"): Outgoing[] {
  return Array.from({ length: count }, (_, at) => mail({ id: at + 1, content }));
}

export function mail(of: { id: number; content?: string | Uint8Array; to?: string; from?: string }): Outgoing {
  const { id, content = "Subject: a mail\r\n\r\nHello.\r\n" } = of;
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const eightBit = bytes.some((byte) => byte > 127);
  return {
    id,
    from: of.from ?? "news@example.org",
    to: of.to ?? `r${id}@example.com`,
    content: bytes,
    eightBit,
    envelopeId: null,
  };
}

/** In short: "sent", "content 550", "untried", "in_doubt", "unsendable". */
export function inShort(outcomes: readonly Outcome[]): string[] {
  return outcomes.map((outcome) => {
    if (outcome.kind !== "answered") return outcome.kind;
    return outcome.reply.code < 300 ? "sent" : `${outcome.stage} ${outcome.reply.code}`;
  });
}

/** The fault that ended it, at this stage; with this reply where one is given. */
export function expectFault(end: SessionEnd, stage: Stage, reply?: Partial<Reply> | null): SessionFault {
  expect(end).toMatchObject({ kind: "fault", fault: { stage } });
  const { fault } = end as { fault: SessionFault };
  expect(fault.error).not.toBe("");
  if (reply === null) expect(fault.reply).toBeNull();
  else if (reply) expect(fault.reply).toMatchObject(reply);
  return fault;
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`deliver did not come back within ${ms} ms`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function ascending(one: number, other: number): number {
  return one - other;
}
