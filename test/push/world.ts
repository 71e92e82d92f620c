import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { Result } from "../../src/core/result.ts";
import type { DeliveryState } from "../../src/core/states.ts";
import type { FeedbackEvent } from "../../src/feedback/event.ts";
import { suppressionsOf } from "../../src/feedback/suppressions.ts";
import { releaseDue } from "../../src/push/alarm/facts.ts";
import { healthOf } from "../../src/push/health/health.ts";
import { claim } from "../../src/push/ledger/claim.ts";
import { conclude } from "../../src/push/ledger/conclude.ts";
import { applyFeedback } from "../../src/push/ledger/feedback.ts";
import { type DeliveryRow, Ledger, type PushRow } from "../../src/push/ledger/ledger.ts";
import { settle } from "../../src/push/ledger/settle.ts";
import { addPage } from "../../src/push/ledger/snapshot.ts";
import { sweep } from "../../src/push/ledger/sweep.ts";
import type { Limits } from "../../src/push/limits.ts";
import type {
  ClaimAnswer,
  CommandRequest,
  NewPush,
  Outcome,
  RetrySelection,
  SettleAnswer,
} from "../../src/push/rpc.ts";
import { retry } from "../../src/push/steering/commands.ts";
import { create, start } from "../../src/push/steering/create.ts";
import { limitOf } from "../../src/relay/state.ts";
import { RelaySide } from "./relay-side.ts";

export const LIMITS: Limits = {
  window: 1_000,
  staleAfterMs: 600_000,
  leaseMs: 900_000,
  maxAttempts: 8,
  retentionMs: 1e12,
  breaker: { first: 20, streak: 50, spamShare: 0.05 },
  returned: { bounceShare: 0.05, complaintShare: 0.003 },
  relays: [{ id: "default", weight: 1, perSecond: null, quotas: [] }],
  backoffScale: 1,
  random: () => 0.5,
};

export const NEW_PUSH: NewPush = {
  id: "p",
  action: "mailpush",
  filter: {},
  subject: "s",
  html: "h",
  text: null,
  from: "a@example.com",
  replyTo: null,
  list: true,
  signedWith: null,
  expected: 0,
  expectedIsEstimate: false,
  createdAt: 0,
  acceptUntil: Number.POSITIVE_INFINITY,
  sendAt: null,
  expiresInSeconds: 86_400,
  rate: null,
  inDoubt: "resend",
  by: "test",
  relays: null,
  priority: "normal",
};

/** A command's request, like no other. */
export function newRequest(): CommandRequest {
  return { id: crypto.randomUUID(), until: Number.POSITIVE_INFINITY, by: "test", requestId: null };
}

/** One push's ledger in a real object's storage, and a clock that the test turns. */
export class World {
  now: number;
  ledger: Ledger;
  limits: Limits;
  readonly relays: RelaySide;
  readonly #storage: DurableObjectStorage;
  #tokens = 0;

  constructor(
    storage: DurableObjectStorage,
    people: number,
    { held, ...push }: Partial<NewPush> & { readonly held?: boolean } = {},
    limits: Partial<Limits> = {},
    now = 1_000_000_000_000,
  ) {
    this.now = now;
    this.limits = { ...LIMITS, ...limits };
    this.relays = new RelaySide(now, {
      backoffScale: this.limits.backoffScale,
      perSecond: this.limits.relays[0]?.perSecond ?? null,
      quotas: this.limits.relays[0]?.quotas ?? [],
    });
    this.#storage = storage;
    this.ledger = new Ledger(storage);
    create(
      this.ledger,
      { ...NEW_PUSH, expected: people, createdAt: this.now, ...push },
      this.now,
      held ? "held" : "scheduled",
    );
    start(this.ledger, this.now);
    this.ledger.updatePush({ snapshot_bound: people });
    const rows = Array.from({ length: people }, (_, i) => ({ id: i + 1, address: address(i + 1) }));
    addPage(this.ledger, { after: 0, bound: people }, { recipients: rows, upTo: people, isLast: true }, this.now);
    this.report();
  }

  /** Sends the reports that are due and takes the answers, as the object does after each event. */
  report(claiming = 0): void {
    this.relays.answer(this.ledger, this.limits, this.now, claiming);
  }

  /** The push's own back-off, or its relay's rest. */
  get outage(): { count: number; since: number | null; error: string | null; nextTryAt: number | null } {
    const { outage } = healthOf(this.push);
    if (outage.since !== null) return outage;
    const { health } = this.relays.state();
    if (health.kind !== "resting" && health.kind !== "probing") return outage;
    const nextTryAt = health.kind === "resting" ? health.until : null;
    return { count: health.count, since: health.since, error: health.words, nextTryAt };
  }

  /** The relay's rate now, mails per second; null: no limit. */
  get rate(): number | null {
    return limitOf(this.relays.state(), this.relays.limits);
  }

  get push(): PushRow {
    const push = this.ledger.push();
    if (push === null) throw new Error("no push");
    return push;
  }

  row(id: number): DeliveryRow {
    const row = this.ledger.rows([id])[0];
    if (row === undefined) throw new Error(`no delivery ${id}`);
    return row;
  }

  states(): DeliveryState[] {
    return this.ledger.sql
      .exec<{ state: DeliveryState }>("SELECT state FROM delivery ORDER BY id")
      .toArray()
      .map((row) => row.state);
  }

  /** Releases all that the window has room for; gives the ids. */
  release(): number[] {
    this.report();
    return releaseDue(this.ledger, this.push, this.limits, Infinity, this.now).flatMap((one) => one.ids);
  }

  claim(
    ids: readonly number[],
    token = `t${++this.#tokens}`,
    patienceMs?: number,
  ): Omit<ClaimAnswer, "leaseMs" | "content"> & { token: string } {
    this.report(ids.length);
    const request = {
      token,
      ids,
      knowsContent: true,
      relays: this.limits.relays.map(({ id }) => id),
      patienceMs,
      reserves: true as const,
    };
    return { ...claim(this.ledger, this.limits, request, this.now), token };
  }

  /** Releases all and claims these: under one token, in `sending`. */
  sending(...ids: number[]): string {
    this.release();
    return this.claim(ids).token;
  }

  settle(token: string, ...outcomes: Outcome[]): SettleAnswer {
    const answer = settle(this.ledger, this.limits, { token, outcomes }, this.now);
    this.report();
    return answer;
  }

  /** Applies events that came back; gives the ids of those that must come again. */
  feedback(...events: FeedbackEvent[]): readonly string[] {
    const { held } = suppressionsOf(this.ledger, this.limits, events);
    return applyFeedback(this.ledger, this.limits, events, held, this.now).later;
  }

  /** Asks for a retry and gives it the alarm's work; gives how many it selected, or the reason why not. */
  retry(selection: Partial<RetrySelection> = {}): Result<number, string> {
    const asked = this.askRetry(selection);
    if (asked.ok) this.sweep();
    return asked;
  }

  askRetry(selection: Partial<RetrySelection> = {}): Result<number, string> {
    const all: RetrySelection = { states: ["failed", "in_doubt"], class: null, ids: null, skipped: [] };
    const asked = retry(this.ledger, this.push, { ...all, ...selection }, this.now);
    conclude(this.ledger, this.now);
    return asked;
  }

  sweep(): void {
    start(this.ledger, this.now);
    while (sweep(this.ledger, this.limits, this.now));
    conclude(this.ledger, this.now);
  }

  /** Only the tables remain. */
  restart(): void {
    this.ledger = new Ledger(this.#storage);
  }

  pass(ms: number): void {
    this.now += ms;
  }
}

export function address(id: number): string {
  return `p${id}@example.com`;
}

export function outcome(id: number, kind: Outcome["kind"], more: Partial<Outcome> = {}): Outcome {
  const attempt = kind === "sent" || kind === "failed" || kind === "deferred" ? 1 : 0;
  const verdict = { failed: "rejected", deferred: "transient", sent: "accepted" }[kind as string] ?? kind;
  return { id, kind, class: verdict, reply: `550 words about ${id}`, address: address(id), attempt, ...more };
}

let objects = 0;

/** Runs `work` on a fresh object's storage. */
export async function inObject(work: (storage: DurableObjectStorage) => void): Promise<void> {
  const name = `world-${objects++}-${crypto.randomUUID()}`;
  await runInDurableObject(env.PUSH.getByName(name), (_object, state) => {
    state.storage.transactionSync(() => work(state.storage));
  });
}
