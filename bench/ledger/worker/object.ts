import { DurableObject } from "cloudflare:workers";
import type { Tallies } from "../../../src/core/states.ts";
import type { FeedbackEvent } from "../../../src/feedback/event.ts";
import { suppressionsOf } from "../../../src/feedback/suppressions.ts";
import { wakeFacts } from "../../../src/push/alarm/facts.ts";
import { nextWake } from "../../../src/push/alarm/plan.ts";
import { deliveriesOf } from "../../../src/push/index/deliveries.ts";
import { statusOf } from "../../../src/push/index/status.ts";
import { pushView } from "../../../src/push/index/view.ts";
import { claim } from "../../../src/push/ledger/claim.ts";
import { applyFeedback } from "../../../src/push/ledger/feedback.ts";
import { Ledger, type PushRow } from "../../../src/push/ledger/ledger.ts";
import { markReleased } from "../../../src/push/ledger/release.ts";
import { settle } from "../../../src/push/ledger/settle.ts";
import { addPage, beginSnapshot, SNAPSHOT_PAGE } from "../../../src/push/ledger/snapshot.ts";
import type { Limits } from "../../../src/push/limits.ts";
import { Watchers } from "../../../src/push/live/watchers.ts";
import { dueReports, takeAnswer } from "../../../src/push/relay/reporting.ts";
import type {
  ClaimAnswer,
  ClaimRequest,
  DeliveriesPage,
  NewPush,
  Outcome,
  SettleAnswer,
  SettleRequest,
} from "../../../src/push/rpc.ts";
import { create, start } from "../../../src/push/steering/create.ts";
import { addSuppressions } from "../../../src/recipients/suppressions.ts";
import type { Step, StepReport } from "../step.ts";
import { countingStorage } from "./counting.ts";

/** As src/push/dispatch.ts releases, as the queue delivers, and as the consumer settles. */
const RELEASE_AT_ONCE = 1_000;
const BATCH = 100;
const GROUP = 25;
/** As src/http/routes/pushes/export.ts reads. */
const EXPORT_PAGE = 5_000;

const LIMITS: Limits = {
  window: 10_000,
  staleAfterMs: 600_000,
  leaseMs: 900_000,
  maxAttempts: 8,
  retentionMs: 90 * 86_400_000,
  breaker: { first: 20, streak: 50, spamShare: 0.05 },
  returned: { bounceShare: 0.05, complaintShare: 0.003 },
  relays: [{ id: "default", weight: 1, perSecond: null, quotas: [] }],
  backoffScale: 1,
  random: Math.random,
};

/**
 * A push's ledger whose every event is made as src/push/object.ts makes it: one transaction, then what decides the
 * next alarm is read. What is left out is D1, the queue and setting the alarm itself.
 */
export class LedgerBench extends DurableObject<{ readonly DB: D1Database }> {
  readonly #counter = countingStorage(this.ctx.storage);
  readonly #ledger = new Ledger(this.#counter.storage);
  readonly #watchers = new Watchers(this.ctx, () => {
    const push = this.#ledger.push();
    return push === null ? null : JSON.stringify(pushView(statusOf(this.#ledger, push, LIMITS, Date.now())));
  });

  async begin(push: NewPush): Promise<void> {
    this.#event((now) => {
      create(this.#ledger, push, now);
      start(this.#ledger, now);
      beginSnapshot(this.#ledger, Number.MAX_SAFE_INTEGER);
    });
  }

  /** Does `step` for the deliveries with ids above `after`, up to `upTo`. */
  async step(step: Step, after: number, upTo: number, countRows: boolean): Promise<StepReport> {
    const before = performance.now();
    const rows = this.#counter.count(countRows, () => this.#do(step, after, upTo));
    return { ms: performance.now() - before, rows, bytes: this.ctx.storage.sql.databaseSize };
  }

  /** As src/push/object.ts: suppressions to D1, then the ledger. */
  async feedback(events: readonly FeedbackEvent[]): Promise<void> {
    const { now: entries, held } = suppressionsOf(this.#ledger, LIMITS, events);
    await addSuppressions(this.env.DB, entries, Date.now());
    this.#event((now) => applyFeedback(this.#ledger, LIMITS, events, held, now));
  }

  async claim(request: ClaimRequest): Promise<ClaimAnswer> {
    const granted = this.#event((now) => claim(this.#ledger, LIMITS, request, now));
    return { ...granted, leaseMs: LIMITS.leaseMs, content: null };
  }

  async settle(request: SettleRequest): Promise<SettleAnswer> {
    return this.#event((now) => settle(this.#ledger, LIMITS, request, now));
  }

  /** A WebSocket that watches, as in src/push/object.ts. */
  override async fetch(): Promise<Response> {
    return new Response(null, { status: 101, webSocket: this.#watchers.accept(Date.now()) });
  }

  async deliveries(after: number): Promise<DeliveriesPage> {
    return deliveriesOf(this.#ledger, { state: null, after, limit: EXPORT_PAGE });
  }

  async tallies(): Promise<Tallies> {
    return this.#ledger.tallies();
  }

  #do(step: Step, after: number, upTo: number): void {
    switch (step) {
      case "snapshot":
        for (let from = after; from < upTo; from += SNAPSHOT_PAGE) {
          this.#snapshot(from, Math.min(upTo, from + SNAPSHOT_PAGE));
        }
        return;
      case "end-snapshot": // an empty page
        this.#snapshot(upTo, upTo);
        return;
      case "release":
        for (let from = after; from < upTo; from += RELEASE_AT_ONCE) {
          this.#event((now) => markReleased(this.#ledger, LIMITS, Math.min(RELEASE_AT_ONCE, upTo - from), now));
        }
        return;
      case "deliver":
        for (let from = after; from < upTo; from += BATCH) this.#deliver(from, Math.min(upTo, from + BATCH));
        return;
      case "status":
        for (let call = after; call < upTo; call++)
          statusOf(this.#ledger, this.#ledger.push() as PushRow, LIMITS, Date.now());
    }
  }

  #snapshot(after: number, upTo: number): void {
    const recipients = idsOf(after, upTo).map((id) => ({ id, address: `reader${id}@area.example` }));
    const page = { recipients, upTo, isLast: upTo === after };
    this.#event((now) => addPage(this.#ledger, { after, bound: Number.MAX_SAFE_INTEGER }, page, now));
  }

  #deliver(after: number, upTo: number): void {
    const token = crypto.randomUUID();
    const request = { token, ids: idsOf(after, upTo), knowsContent: true };
    const { send } = this.#event((now) => claim(this.#ledger, LIMITS, request, now));
    if (send.length !== upTo - after) throw new Error(`${send.length} granted of ${upTo - after}`);
    for (let at = 0; at < send.length; at += GROUP) {
      const outcomes = send.slice(at, at + GROUP).map(sentTo);
      this.#event((now) => settle(this.#ledger, LIMITS, { token, outcomes }, now));
    }
  }

  /** The relay's object is another one: here its answer, an unlimited lease, comes at once. */
  #report(now: number): void {
    for (const asking of dueReports(this.#ledger, LIMITS, now)) {
      const lease = {
        id: `${asking.report.seq}`,
        startInMs: 0,
        forMs: 30_000,
        gapMs: 0,
        slots: null,
        fromQuota: false,
      };
      const rest = {
        health: { kind: "up" },
        sessions: null,
        askAgainInMs: 1_000,
        yours: false,
        eager: false,
        waiting: null,
      } as const;
      takeAnswer(this.#ledger, LIMITS, asking, { epoch: 1, lease, ...rest }, now);
    }
  }

  #event<T>(event: (now: number) => T): T {
    const now = Date.now();
    const before = this.#ledger.changes;
    const result = this.#ledger.transaction(() => {
      const value = event(now);
      if (this.#ledger.changes !== before) this.#ledger.markUnmirrored();
      return value;
    });
    this.#report(now);
    if (this.#ledger.changes !== before) this.#watchers.changed();
    const push = this.#ledger.push();
    if (push !== null) nextWake(wakeFacts(this.#ledger, push, LIMITS, now), now);
    return result;
  }
}

/** Ids above `after`, up to `upTo`. */
export function idsOf(after: number, upTo: number): number[] {
  return Array.from({ length: upTo - after }, (_, index) => after + index + 1);
}

export function sentTo(id: number): Outcome {
  const reply = "250 2.0.0 Ok: queued as 4XYZ0123456789AB";
  return { id, kind: "sent", class: null, reply, address: `reader${id}@area.example`, attempt: 1 };
}
