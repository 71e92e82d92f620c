import { DurableObject } from "cloudflare:workers";
import { blanked } from "../core/blanked.ts";
import { acceptedPerSecond } from "./acceptance.ts";
import { LONGEST_LEASE_MS, receive, viewOf } from "./grant.ts";
import { PAUSED_BY_HAND, stopped, UP } from "./health.ts";
import { freesAt, usedOf } from "./quota.ts";
import type { RelayStatus, Report, ReportAnswer } from "./rpc.ts";
import { activeSenders, noSenders } from "./senders.ts";
import { sessionLimit } from "./sessions.ts";
import { freshState, limitOf, type RelayLimits, type RelayState, useOf } from "./state.ts";
import { pruned } from "./timeline.ts";

/** What was learned is stored this often at most; a raised epoch and a quota's use at once. */
const STORE_EVERY_MS = 5_000;
/** The one key in storage. */
const KEY = "relay";

/** What the configuration says of this relay; sent with each call, since an object does not know its own name. */
export interface RelayTerms {
  readonly limits: RelayLimits;
  /** A hash of host, port, user name and password: when it changes, what was learned, and a stop, are void. */
  readonly fingerprint: string;
}

interface Stored {
  readonly fingerprint: string;
  readonly state: RelayState;
}

/**
 * One relay's control plane: its health, its learned rate, its quotas, and the shares of the pushes that use it. No mail
 * and no claim passes through it. Shares are in memory alone; after a restart nothing limited is given until the leases
 * from before are over.
 */
export class Relay extends DurableObject<Env> {
  #stored: Stored | null;
  #storedAt = 0;
  #storeDue = false;
  readonly #senders = noSenders();
  readonly #freshFrom: number;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#stored = ctx.storage.kv.get<Stored>(KEY) ?? null;
    this.#freshFrom = this.#stored === null ? 0 : Date.now() + LONGEST_LEASE_MS;
  }

  /** A push's report, answered with its lease. Safe to repeat: see `Report.seq`. */
  async report(terms: RelayTerms, report: Report): Promise<ReportAnswer> {
    const now = Date.now();
    const before = this.#state(terms, now);
    const asking = { report, senders: this.#senders, limits: terms.limits, freshFrom: this.#freshFrom, now };
    const { state, answer } = receive(before, { ...asking, random: Math.random });
    this.#keep(terms, state, state.epoch !== before.epoch || state.quotas !== before.quotas, now);
    return answer;
  }

  async status(terms: RelayTerms): Promise<RelayStatus> {
    const now = Date.now();
    const state = this.#state(terms, now);
    const { health } = state;
    const stretches = pruned(this.#senders.stretches, now);
    return {
      health: viewOf(health, now),
      since: "since" in health ? health.since : null,
      paused: health.kind === "stopped" && health.by === "person",
      perSecond: limitOf(state, terms.limits),
      learnedLimit: state.rate.ceiling,
      acceptedPerSecond: acceptedPerSecond(state.acceptance, now),
      sessions: {
        limit: sessionLimit(state.sessions, terms.limits.maxSessions),
        open: [...this.#senders.known.values()].reduce((sum, { sessionsOpen }) => sum + sessionsOpen, 0),
      },
      quotas: terms.limits.quotas.map((quota) => {
        const use = useOf(state, quota);
        return { ...quota, used: usedOf(use, quota, now), freesAt: freesAt(use, quota, now) };
      }),
      shares: activeSenders(this.#senders, now).map(({ push, wants }) => ({
        push,
        wants,
        perSecond: stretches.findLast((stretch) => stretch.push === push)?.perSecond ?? null,
      })),
    };
  }

  /** Nobody sends over this relay until it is resumed. */
  async pause(terms: RelayTerms): Promise<void> {
    this.#change(terms, (state, now) =>
      state.health.kind === "stopped" && state.health.by === "person"
        ? state
        : { ...state, epoch: state.epoch + 1, health: stopped(PAUSED_BY_HAND, "person", now) },
    );
  }

  /**
   * Ends a stop and a rest; what was learned of rates and quotas stays. Answers the pushes that used it lately: its stop
   * may have paused them just now.
   */
  async resume(terms: RelayTerms): Promise<readonly string[]> {
    this.#change(terms, (state) =>
      state.health.kind === "up" ? state : { ...state, epoch: state.epoch + 1, health: UP, holdUntil: 0, holds: 0 },
    );
    return [...this.#senders.known.keys()];
  }

  /** Takes an address out of what the relay said. */
  async erase(address: string): Promise<void> {
    const stored = this.#stored;
    if (stored === null || !JSON.stringify(stored).toLowerCase().includes(address.toLowerCase())) return;
    this.#stored = JSON.parse(blanked(JSON.stringify(stored), address));
    this.#store(this.#stored as Stored, Date.now());
  }

  override async alarm(): Promise<void> {
    if (this.#stored !== null) this.#store(this.#stored, Date.now());
  }

  #change(terms: RelayTerms, change: (state: RelayState, now: number) => RelayState): void {
    const now = Date.now();
    const before = this.#state(terms, now);
    const state = change(before, now);
    if (state !== before) this.#senders.stretches = [];
    this.#keep(terms, state, state !== before, now);
  }

  #state({ fingerprint, limits }: RelayTerms, now: number): RelayState {
    if (this.#stored === null) return freshState(limits, now);
    if (this.#stored.fingerprint === fingerprint) return this.#stored.state;
    // Another account or another server: only the epoch goes on, so that results from before do not count.
    return { ...freshState(limits, now), epoch: this.#stored.state.epoch + 1 };
  }

  #keep({ fingerprint }: RelayTerms, state: RelayState, atOnce: boolean, now: number): void {
    this.#stored = { fingerprint, state };
    if (atOnce || now - this.#storedAt >= STORE_EVERY_MS) this.#store(this.#stored, now);
    else if (!this.#storeDue) {
      this.#storeDue = true;
      void this.ctx.storage.setAlarm(this.#storedAt + STORE_EVERY_MS);
    }
  }

  #store(stored: Stored, now: number): void {
    this.#storedAt = now;
    this.#storeDue = false;
    this.ctx.storage.kv.put(KEY, stored);
  }
}
