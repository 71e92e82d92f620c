import type { DeliveryState, PushState, Tallies } from "../core/states.ts";
import type { Content } from "../message/content.ts";

/** What a push is created with, already validated. Times in epoch milliseconds. */
export interface NewPush {
  readonly id: string;
  readonly action: string;
  /** The filter as it was given; compiled again for each page of the snapshot. */
  readonly filter: unknown;
  readonly subject: string;
  readonly html: string;
  readonly text: string | null;
  readonly from: string;
  readonly replyTo: string | null;
  readonly expected: number;
  readonly createdAt: number;
  /** null: at once. */
  readonly sendAt: number | null;
  readonly expiresInSeconds: number;
  /** Mails per second; null: as fast as the relay takes them. */
  readonly rate: number | null;
  readonly inDoubt: "resend" | "hold";
}

/** Why a push pauses by itself, or what its relay is at. */
export interface RelayHealth {
  readonly ok: boolean;
  readonly since: number | null;
  readonly error: string | null;
  readonly nextTryAt: number | null;
}

/** What `GET /api/pushes/:id` answers. Times in epoch milliseconds; the route renders them. */
export interface PushStatus {
  readonly id: string;
  readonly action: string;
  readonly status: PushState;
  /** Why it is paused: by a person, or the relay's words. */
  readonly reason: string | null;
  readonly filter: unknown;
  readonly subject: string;
  readonly expected: number;
  readonly total: number;
  readonly snapshotDone: boolean;
  readonly tallies: Tallies;
  readonly success: number;
  readonly failure: number;
  readonly rate: number | null;
  /** What is released now, mails per second; null: not limited. */
  readonly currentRate: number | null;
  readonly window: number;
  readonly relay: RelayHealth;
  readonly createdAt: number;
  readonly sendAt: number | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly expiresAt: number | null;
}

/** One row of `GET /api/pushes/:id/deliveries`. */
export interface DeliveryView {
  readonly id: number;
  readonly address: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** The verdict's class, "no-such-user", or our own reason, "expired". */
  readonly class: string | null;
  /** The server's last words: "550 5.1.1 no such user", or ours. */
  readonly reply: string | null;
  readonly dueAt: number | null;
  readonly updatedAt: number;
}

export interface DeliveriesQuery {
  readonly state: DeliveryState | null;
  /** Rows with a greater id. */
  readonly after: number;
  readonly limit: number;
}

/** What a person asks of a push may be impossible in its state: that is a 409 with this reason. */
export type CommandAnswer =
  | { readonly ok: true; readonly status: PushStatus }
  | { readonly ok: false; readonly reason: string };

/** The class of a mail on which the server closed the line twice: it is deferred, though the relay has not answered. */
export const HANG_UP = "hang-up";
/** The class of a mail that the relay says beforehand it does not take: over its SIZE, an address without SMTPUTF8. */
export const UNSENDABLE = "unsendable";

/** What became of one delivery under a claim, as the consumer reports it. */
export interface Outcome {
  readonly id: number;
  /**
   * - `sent`: the relay took it. `failed`: refused for good, or we cannot make or hand over this mail.
   * - `deferred`: the relay said "later" of this recipient. `skipped`: suppressed, or deleted since the snapshot.
   * - `in_doubt`: handed over whole, and no answer.
   * - `untried`, `throttled`, `outage`, `unauthorised`: nothing was said of this recipient; it goes back.
   */
  readonly kind:
    | "sent"
    | "failed"
    | "deferred"
    | "skipped"
    | "in_doubt"
    | "untried"
    | "throttled"
    | "outage"
    | "unauthorised";
  /** The verdict's class (core/verdict.ts), or our own reason: "template", "suppressed". */
  readonly class: string | null;
  /** The server's words, "550 5.1.1 no such user", or ours. One line, at most 500 characters. */
  readonly reply: string | null;
  /** Where it went, or null where that was never read. */
  readonly address: string | null;
  /** 1 if the relay answered for this recipient, else 0: only what the relay said is an attempt. */
  readonly attempt: 0 | 1;
}

/** A delivery whose message the queue has to bring again: `message.retry({ delaySeconds })`. */
export interface Later {
  readonly id: number;
  readonly delaySeconds: number;
}

/** A consumer takes deliveries that the queue brought it. */
export interface ClaimRequest {
  /** Random, made by the consumer for this claim: whoever has it may settle. The same token gets the same answer. */
  readonly token: string;
  readonly ids: readonly number[];
  /** False asks for the push's content in the answer. */
  readonly knowsContent: boolean;
}

/** What to do with each id of a claim; one that is in neither list is dropped: acked, for the ledger is the truth. */
export interface ClaimAnswer {
  readonly send: readonly number[];
  /** Deferred and not due yet. */
  readonly later: readonly Later[];
  /** Under a rate: when to begin the first of `send`, from now, and how long after it each next one. */
  readonly sendTimes: { readonly startInMs: number; readonly gapMs: number } | null;
  readonly leaseMs: number;
  readonly content: Content | null;
}

export interface SettleRequest {
  readonly token: string;
  readonly outcomes: readonly Outcome[];
}

export interface SettleAnswer {
  /** All others are acked. */
  readonly later: readonly Later[];
  /** Begin no more mails under this claim: the push was paused, cancelled, throttled, or its relay failed. */
  readonly stop: boolean;
}

/** Which deliveries `retry` takes up again: all that it may, or those that meet every condition given. */
export interface RetrySelection {
  readonly states: readonly ("failed" | "in_doubt")[];
  readonly class: string | null;
  readonly ids: readonly number[] | null;
}

export type Retried =
  | (Extract<CommandAnswer, { ok: true }> & { readonly retried: number })
  | Extract<CommandAnswer, { ok: false }>;
export type Resolved =
  | (Extract<CommandAnswer, { ok: true }> & { readonly resolved: number })
  | Extract<CommandAnswer, { ok: false }>;
