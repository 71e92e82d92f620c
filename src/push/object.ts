import { DurableObject } from "cloudflare:workers";
import { readSettings } from "../config/settings.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { FeedbackEvent } from "../feedback/event.ts";
import { suppressionsOf } from "../feedback/suppressions.ts";
import { logError, logEvent } from "../log.ts";
import type { Attachment } from "../message/attachments/attachment.ts";
import type { Content } from "../message/content.ts";
import { forgetAddresses } from "../recipients/erased.ts";
import { addSuppressions } from "../recipients/suppressions.ts";
import { onBehalfOf } from "../request-id.ts";
import { type Dispatch, giveBackPeople, mirrorWhenDue, release, suppress, takeSnapshot } from "./alarm/dispatch.ts";
import { wakeFacts } from "./alarm/facts.ts";
import { nextWake } from "./alarm/plan.ts";
import { eventsBetween, type Seen, seenOf } from "./events.ts";
import { deliveriesOf } from "./index/deliveries.ts";
import { type FailuresPage, failuresOf, type OtherReasoned, reasonsOf } from "./index/failures.ts";
import { paceOf } from "./index/pace.ts";
import { statusOf } from "./index/status.ts";
import { pushView } from "./index/view.ts";
import { claim } from "./ledger/claim.ts";
import { conclude } from "./ledger/conclude.ts";
import { type DeadLetter, returnDeadLetters } from "./ledger/dead-letters.ts";
import { eraseDelivery } from "./ledger/erase.ts";
import { applyFeedback } from "./ledger/feedback.ts";
import { Ledger, type PushRow } from "./ledger/ledger.ts";
import { giveBackAt } from "./ledger/once/give-back.ts";
import { once } from "./ledger/once/once.ts";
import { settle } from "./ledger/settle.ts";
import { delayResends } from "./ledger/start.ts";
import { storyOf } from "./ledger/stories/story.ts";
import { sweep } from "./ledger/sweep.ts";
import { type Limits, limitsOf, UNCONFIGURED } from "./limits.ts";
import { Watchers } from "./live/watchers.ts";
import { askRelays, resumeStopped } from "./relay/ask.ts";
import { hasLease, isPausedFor } from "./relay/reporting.ts";
import type * as rpc from "./rpc.ts";
import { attachmentsOf } from "./steering/attachments.ts";
import * as commands from "./steering/commands.ts";
import { contentOf, create, start } from "./steering/create.ts";
import { recordAction } from "./steering/history.ts";
import * as hold from "./steering/hold.ts";
import { sendableSkipped } from "./steering/skipped.ts";

/** Bounds one alarm's work: other events need their turn, and an alarm may be killed at any time. */
const ROUNDS_PER_ALARM = 20;
/** Backoff after D1 or the queue failed; doubles up to the cap. */
const BACKOFF_MS = 1_000;
const BACKOFF_CAP_MS = 60_000;

/**
 * One push: dispatcher and ledger. Each RPC method runs one event in one transaction. The alarm does the work that no
 * caller starts. The rows are the truth; state in memory may be lost at any time.
 */
export class Push extends DurableObject<Env> {
  readonly #ledger: Ledger;
  readonly #watchers: Watchers;
  /** The alarm's time in epoch ms; null: not set. */
  #armedFor: number | null = null;
  /** No alarm is set to a time before this: set to its own time, a running alarm is taken for done and is lost. */
  #earliest = 0;
  /** An alarm is running; it arms the next one when it ends. */
  #alarmRunning = false;
  #failures = 0;
  /** Reports to relays that are under way. */
  readonly #asks = new Set<Promise<void>>();
  /** What the log knows of the push; a restart reads it from the rows. */
  #logged: Seen | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#ledger = new Ledger(ctx.storage);
    this.#watchers = new Watchers(ctx, () => this.#message());
    ctx.blockConcurrencyWhile(async () => {
      // Tables without a push: earlier versions kept them past retention, and for unknown ids.
      if (this.#ledger.hasTables && this.#ledger.push() === null) await this.#ledger.erase();
      const push = this.#ledger.push();
      if (push !== null) this.#logged = seenOf(push);
      this.#armedFor = await ctx.storage.getAlarm();
      this.#delayResends();
      this.#rearm();
    });
  }

  /**
   * Creates the push; a second call changes nothing. The alarm is armed before this returns. Null: it is past
   * `acceptUntil`, and the push was not created, now or before.
   */
  async create(push: rpc.NewPush): Promise<rpc.PushStatus | null> {
    return this.#create(push, "scheduled");
  }

  /**
   * As `create`, perhaps held, and of all that came with it: a canary, an onceKey, attachments. A method of its own,
   * because an object of older code would send the push without these.
   */
  async createGuarded(push: rpc.NewPush, isHeld: boolean): Promise<rpc.PushStatus | null> {
    return this.#create(push, isHeld ? "held" : "scheduled");
  }

  #create(push: rpc.NewPush, status: "scheduled" | "held"): rpc.PushStatus | null {
    const event = (now: number) => {
      if (this.#ledger.push() === null) {
        if (now > push.acceptUntil) return null;
        create(this.#ledger, push, now, status);
      }
      return this.#statusOf(this.#ledger.push() as PushRow);
    };
    return onBehalfOf(push.requestId ?? null, () => this.#event(event));
  }

  /** Null: there is no such push, or its ledger is past retention. */
  async status(): Promise<rpc.PushStatus | null> {
    const push = this.#ledger.push();
    return push === null ? null : this.#statusOf(push);
  }

  /** What it sends. Null: there is no such push, or its ledger is past retention. */
  async content(): Promise<Content | null> {
    const push = this.#ledger.push();
    return push === null ? null : contentOf(this.#ledger, push.id);
  }

  /** The files that its mails carry, and their bytes. Null: as of `content`. @param only the position of one */
  async attachments(only: number | null = null): Promise<Attachment[] | null> {
    return this.#ledger.push() === null ? null : attachmentsOf(this.#ledger, only);
  }

  /** Null: there is no such push, or its ledger is past retention. */
  async edition(): Promise<rpc.Edition | null> {
    const push = this.#ledger.push();
    return push === null ? null : { status: push.status, version: push.mirror_version };
  }

  /**
   * A WebSocket that gets the status whenever it changes; not RPC, which cannot return one. 404: there is no such push, or
   * its ledger is past retention. 429: too many watch.
   */
  override async fetch(_request: Request): Promise<Response> {
    if (this.#ledger.push() === null) return new Response(null, { status: 404 });
    const webSocket = this.#watchers.accept(Date.now());
    if (webSocket === null) return new Response(null, { status: 429 });
    this.#rearm();
    return new Response(null, { status: 101, webSocket });
  }

  override webSocketMessage(socket: WebSocket): void {
    this.#watchers.received(socket);
  }

  override webSocketClose(socket: WebSocket): void {
    this.#watchers.left(socket);
  }

  async deliveries(query: rpc.DeliveriesQuery): Promise<rpc.DeliveriesPage> {
    return deliveriesOf(this.#ledger, query);
  }

  /** Null: the ledger has no such delivery. */
  async story(id: number): Promise<rpc.DeliveryStory | null> {
    return storyOf(this.#ledger, id);
  }

  /** Where the delivery to this recipient goes or went; null: it is not in the ledger, or the ledger is gone. */
  async addressOf(recipient: number): Promise<string | null> {
    return this.#ledger.push() === null ? null : (this.#ledger.rows([recipient])[0]?.address ?? null);
  }

  async failures(after: number): Promise<FailuresPage> {
    return failuresOf(this.#ledger, after);
  }

  /** A part of the deliveries in a state, by class and by domain. */
  async reasons(state: OtherReasoned, after: number): Promise<FailuresPage> {
    return reasonsOf(this.#ledger, state, after);
  }

  /** Null: there is no such push, or its ledger is past retention. */
  async pace(): Promise<rpc.Pace | null> {
    return paceOf(this.#ledger);
  }

  async claim(request: rpc.ClaimRequest): Promise<rpc.ClaimAnswer> {
    const limits = this.#limits;
    // Only where there is no lease: a deferred delivery that comes back, or the first of a push.
    if (!hasLease(this.#ledger, limits, Date.now())) {
      await this.#askRelays(request.ids.length);
      await Promise.all(this.#asks);
    }
    const granted = this.#event((now) => claim(this.#ledger, limits, request, now));
    const push = this.#ledger.push();
    const content =
      push === null || request.knowsContent || granted.send.length === 0 ? null : contentOf(this.#ledger, push.id);
    return { ...granted, leaseMs: limits.leaseMs, content };
  }

  async settle(request: rpc.SettleRequest): Promise<rpc.SettleAnswer> {
    return this.#event((now) => settle(this.#ledger, this.#limits, request, now));
  }

  /**
   * Applies what came back, to D1's suppressions and then to the ledger: a process that ends in between is called again.
   * Past retention only the suppressions are left to make.
   */
  async feedback(events: readonly FeedbackEvent[]): Promise<rpc.FeedbackAnswer> {
    const limits = this.#limits;
    const { now: entries, held } = suppressionsOf(this.#ledger, limits, events);
    await addSuppressions(this.env.DB, entries, Date.now());
    return this.#event((now) => applyFeedback(this.#ledger, limits, events, held, now));
  }

  /**
   * Takes a person out of the ledger. Before that, suppressions of the address that the mail went to out of D1: nothing
   * knows that address afterwards.
   */
  async erase(id: number, address: string): Promise<void> {
    const sentTo = this.#ledger.push() === null ? undefined : this.#ledger.rows([id])[0]?.address;
    if (sentTo !== undefined && sentTo !== "") await forgetAddresses(this.env.DB, [sentTo]);
    this.#event(() => eraseDelivery(this.#ledger, id, address));
  }

  async deadLetters(letters: readonly DeadLetter[]): Promise<void> {
    this.#event((now) => {
      returnDeadLetters(this.#ledger, letters, now);
      conclude(this.#ledger, now);
    });
  }

  async pause(request: rpc.CommandRequest): Promise<rpc.CommandAnswer> {
    return this.#command("pause", request, (push, now) => commands.pause(this.#ledger, push, commands.ASKED_FOR, now));
  }

  async resume(request: rpc.CommandRequest): Promise<rpc.CommandAnswer> {
    await resumeStopped({ env: this.env, ledger: this.#ledger });
    return this.#command("resume", request, (push, now) => commands.resume(this.#ledger, push, now));
  }

  /** Resumes it if this relay's stop alone has paused it. */
  async resumeAfter(request: rpc.CommandRequest, relay: string): Promise<rpc.CommandAnswer> {
    return this.#command("resume", request, (push, now) =>
      isPausedFor(push, relay) ? commands.resume(this.#ledger, push, now) : err(`it is not paused for relay ${relay}`),
    );
  }

  async cancel(request: rpc.CommandRequest): Promise<rpc.CommandAnswer> {
    return this.#command("cancel", request, (push) => commands.cancel(this.#ledger, push));
  }

  /** `rate`: mails per second; null: no limit of its own. */
  async changeRate(request: rpc.CommandRequest, rate: number | null): Promise<rpc.CommandAnswer> {
    return this.#command("rate", request, (push, now) => commands.changeRate(this.#ledger, push, rate, now));
  }

  /** Changes a held push. `version`: see `hold.change`. */
  async change(
    request: rpc.CommandRequest,
    change: rpc.PushChange,
    version: number | null,
  ): Promise<rpc.CommandAnswer> {
    return this.#command("change", request, (push, now) => hold.change(this.#ledger, push, change, version, now));
  }

  /** Lets a held push go. `version`: see `hold.approve`. */
  async approve(request: rpc.CommandRequest, version: number | null): Promise<rpc.CommandAnswer> {
    return this.#command("approve", request, (push, now) => hold.approve(this.#ledger, push, version, now));
  }

  /** Answers how many deliveries are retried. */
  async retry(request: rpc.CommandRequest, query: rpc.RetryQuery): Promise<rpc.CommandAnswer<number>> {
    const skipped = await sendableSkipped(this.env.DB, this.#ledger, query);
    return this.#command("retry", request, (push, now) =>
      commands.retry(this.#ledger, push, { ...query, skipped }, now),
    );
  }

  /** Records a person's decision on deliveries in doubt. Answers how many were in doubt. */
  async resolve(
    request: rpc.CommandRequest,
    ids: readonly number[],
    as: "sent" | "failed",
  ): Promise<rpc.CommandAnswer<number>> {
    return this.#command("resolve", request, (_push, now) => ok(commands.resolve(this.#ledger, ids, as, now)));
  }

  /** Never throws: after six failures the platform would drop the alarm, and the push would stop. */
  override async alarm(): Promise<void> {
    this.#earliest = (this.#armedFor ?? Date.now()) + 1;
    this.#armedFor = null;
    this.#alarmRunning = true;
    try {
      await this.#work();
      this.#failures = 0;
    } catch (error) {
      this.#failures++;
      const push = this.#ledger.push()?.id;
      logError({ at: "alarm", push, troubles: this.#failures, error: String(error) });
    } finally {
      this.#alarmRunning = false;
      this.#rearm();
    }
  }

  async #work(): Promise<void> {
    const dispatch = this.#dispatch;
    this.#watchers.closeExpired(Date.now());
    // Without a lease there is nothing to release; the first one comes before the first release.
    this.#event((now) => start(this.#ledger, now));
    await this.#askRelays();
    for (let round = 0; round < ROUNDS_PER_ALARM; round++) {
      const moreToSweep = this.#event((now) => {
        start(this.#ledger, now);
        const more = sweep(this.#ledger, this.#limits, now);
        conclude(this.#ledger, now);
        return more;
      });
      const [taken, released] = await Promise.all([takeSnapshot(dispatch), release(dispatch)]);
      if (!moreToSweep && !taken && !released) break;
    }
    await suppress(dispatch);
    await giveBackPeople(dispatch);
    await mirrorWhenDue(dispatch);
    await this.#retire();
  }

  /** Settles that failed while the object was away come before resends. */
  #delayResends(): void {
    if (this.#ledger.push() === null) return;
    try {
      this.#event((now) => delayResends(this.#ledger, this.#limits.backoffScale, now));
    } catch (error) {
      // An invalid configuration: the alarm cannot resend either.
      logError({ at: "start", push: this.#ledger.push()?.id, error: String(error) });
    }
  }

  /** Deletes the ledger past retention; D1 keeps the summary. */
  async #retire(): Promise<void> {
    const push = this.#ledger.push();
    if (push === null || push.finished_at === null || push.unmirrored === 1) return;
    if (push.finished_at + this.#limits.retentionMs > Date.now()) return;
    if (giveBackAt(this.#ledger, this.#limits.backoffScale) !== null) return;
    await this.#ledger.erase();
    this.#watchers.closeAll();
  }

  /**
   * Runs a person's command once, however often the request comes, and records who asked for it, or answers why the
   * push's state forbids it. The status in the answer is always the present one.
   */
  #command<T>(
    action: string,
    request: rpc.CommandRequest,
    command: (push: PushRow, now: number) => Result<T, rpc.Refusal>,
  ): rpc.CommandAnswer<T> {
    const event = (now: number): rpc.CommandAnswer<T> => {
      const push = this.#ledger.push();
      if (push === null) return { ok: false, reason: "this push's ledger is past retention" };
      const done = once(this.#ledger, request, now, () => {
        const result = command(push, now);
        if (result.ok) recordAction(this.#ledger, { action, by: request.by, at: now });
        return result;
      });
      if (!done.ok) return { ok: false, ...(typeof done.error === "string" ? { reason: done.error } : done.error) };
      conclude(this.#ledger, now);
      return { ok: true, value: done.value, status: this.#statusOf(this.#ledger.push() as PushRow) };
    };
    return onBehalfOf(request.requestId, () => this.#event(event));
  }

  /** Runs one event in one transaction, then logs what has changed and re-arms the alarm. */
  #event<T>(event: (now: number) => T): T {
    const now = Date.now();
    const before = this.#ledger.changes;
    const result = this.#ledger.transaction(() => {
      const value = event(now);
      if (this.#ledger.changes !== before) this.#ledger.markUnmirrored();
      return value;
    });
    this.#log();
    if (this.#ledger.changes !== before) this.#watchers.changed();
    if (!this.#alarmRunning) void this.#askRelays();
    this.#rearm();
    return result;
  }

  /** Also returns where nothing is due. See `askRelays`. */
  #askRelays(claiming = 0): Promise<void> {
    const ask = this.#asking(claiming).finally(() => this.#asks.delete(ask));
    this.#asks.add(ask);
    return ask;
  }

  async #asking(claiming: number): Promise<void> {
    try {
      await askRelays(this.#dispatch, claiming);
    } catch (error) {
      // An invalid configuration has no limits.
      logError({ at: "relay", push: this.#ledger.push()?.id, error: String(error) });
    }
  }

  /** What the alarm's steps and the reports to relays need. Throws for an invalid configuration. */
  get #dispatch(): Dispatch {
    return {
      env: this.env,
      ledger: this.#ledger,
      limits: this.#limits,
      event: (event) => this.#event(event),
    };
  }

  /** The only code that logs a push's events. One that a crash cuts off after the commit is missing in the log. */
  #log(): void {
    const push = this.#ledger.push();
    if (push === null) return;
    const seen = seenOf(push);
    const events = [...eventsBetween(this.#logged, seen), ...this.#ledger.events];
    this.#logged = seen;
    for (const event of events) logEvent({ at: "push", push: push.id, ...event });
  }

  /** The only code that sets the alarm: from the rows, and only ever earlier. */
  #rearm(): void {
    const push = this.#ledger.push();
    if (push === null || this.#alarmRunning) return;
    const now = Date.now();
    const next = earlier(this.#nextWake(push, now), this.#watchers.endsAt);
    if (next === null) return;
    const backoff = this.#failures === 0 ? 0 : Math.min(BACKOFF_CAP_MS, BACKOFF_MS * 2 ** (this.#failures - 1));
    const at = Math.ceil(Math.max(next, now + backoff, this.#earliest));
    if (this.#armedFor !== null && this.#armedFor <= at) return;
    this.#armedFor = at;
    void this.ctx.storage.setAlarm(at);
  }

  /** An error here, as from a bad configuration, must not leave the push without an alarm. */
  #nextWake(push: PushRow, now: number): number | null {
    try {
      return nextWake(wakeFacts(this.#ledger, push, this.#limits, now), now);
    } catch (error) {
      logError({ at: "wake", push: push.id, error: String(error) });
      return now + BACKOFF_CAP_MS;
    }
  }

  #statusOf(push: PushRow): rpc.PushStatus {
    return statusOf(this.#ledger, push, this.#limitsForStatus(push), Date.now());
  }

  /** How the push stands is told, and a pause obeyed, also where an invalid configuration lets nothing be sent. */
  #limitsForStatus(push: PushRow): Limits {
    try {
      return this.#limits;
    } catch (error) {
      logError({ at: "status", push: push.id, error: String(error) });
      return UNCONFIGURED;
    }
  }

  /** The status as watchers get it: the answer of `GET /api/pushes/:id`. null: there is no push. */
  #message(): string | null {
    const push = this.#ledger.push();
    return push === null ? null : JSON.stringify(pushView(this.#statusOf(push)));
  }

  get #limits(): Limits {
    return limitsOf(readSettings(this.env), Math.random);
  }
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}
