import type { DeliveryState, PushState, Tallies } from "../core/states.ts";
import type { TemplateVersion } from "../drafts/templates.ts";
import type { FeedbackEvent } from "../feedback/event.ts";
import type { Attachment } from "../message/attachments/attachment.ts";
import type { Content } from "../message/content.ts";
import type { Priority } from "../relay/rpc.ts";
import type { CanaryTerms } from "./canary/canary.ts";
import type { OnceTerms } from "./ledger/once/give-back.ts";
import type { ReasonDetail } from "./reason.ts";

/** The validated input of a new push. Times in epoch milliseconds. What may be missing a Worker of older code leaves out. */
export interface NewPush {
  readonly id: string;
  readonly action: string;
  /** The filter as received; compiled again for each page of the snapshot. */
  readonly filter: unknown;
  /** The stored parts that `filter` and the content are copies of. */
  readonly template?: TemplateVersion | null;
  readonly segment?: string | null;
  readonly subject: string;
  readonly html: string;
  readonly text: string | null;
  readonly from: string;
  readonly replyTo: string | null;
  /** See `Content`. */
  readonly list: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly attachments?: readonly Attachment[];
  readonly signedWith: string | null;
  readonly expected: number;
  /** True: `expected` is extrapolated from a part of the recipients. */
  readonly expectedIsEstimate: boolean;
  readonly createdAt: number;
  /** Later the object refuses to create the push: its caller has given up. */
  readonly acceptUntil: number;
  /** null: immediately. */
  readonly sendAt: number | null;
  readonly expiresInSeconds: number;
  /** Mails per second; null: no limit. */
  readonly rate: number | null;
  readonly inDoubt: "resend" | "hold";
  /** Ids of the relays it may use; null: all that are configured. */
  readonly relays?: readonly string[] | null;
  readonly priority?: Priority;
  /** Shared with other pushes: of all, one alone mails each person. */
  readonly once?: OnceTerms | null;
  /** null: all go at once. */
  readonly canary?: CanaryTerms | null;
  /** The name of the token that asked for it. */
  readonly by: string;
  /** The HTTP request that asks for it, for the log; not kept. */
  readonly requestId?: string | null;
}

/** What changes in a held push; what is undefined stays. Times in epoch milliseconds. */
export type PushChange = {
  readonly [field in ChangeableField]?: NewPush[field] | undefined;
} & {
  /** The version whose content this is; undefined: of none. */
  readonly template?: TemplateVersion | undefined;
};
type ChangeableField =
  | "subject"
  | "html"
  | "text"
  | "from"
  | "replyTo"
  | "list"
  | "headers"
  | "attachments"
  | "sendAt"
  | "expiresInSeconds"
  | "rate"
  | "inDoubt"
  | "relays"
  | "priority"
  | "canary";

/** What a person did to a push. */
export interface SteeringAction {
  /** "create", "change", "approve", "pause", … */
  readonly action: string;
  /** The token's name. */
  readonly by: string;
  readonly at: number;
}

/** Whether the relay is reachable; during an outage, since when, the error and the next attempt. */
export interface RelayHealth {
  readonly ok: boolean;
  readonly since: number | null;
  readonly error: string | null;
  readonly nextTryAt: number | null;
}

/** One relay of a push: what it allows this push now. */
export interface RelayView extends RelayHealth {
  readonly id: string;
  /** Mails per second of the push's lease; null: no limit, or no lease. */
  readonly perSecond: number | null;
  /** It refuses our credentials, or a person has paused it. */
  readonly stopped: boolean;
  /** The relay's object does not answer: the push goes on at its last pace, then slowly. */
  readonly silent: boolean;
  /** The relay refuses this push's sender or content, in these words; null: it does not. */
  readonly lost: string | null;
}

/** The answer of `GET /api/pushes/:id`. Times in epoch milliseconds; the route renders them. */
export interface PushStatus {
  readonly id: string;
  readonly action: string;
  readonly status: PushState;
  /** Why the push is paused: by a person, or the relay's reply. Or why it cancelled itself. */
  readonly reason: string | null;
  /** Missing in summaries of earlier versions; null: there is no reason, or an earlier version wrote it. */
  readonly reasonDetail?: ReasonDetail | null;
  readonly filter: unknown;
  /** The stored parts that it took a copy of; null: none. Missing in summaries of earlier versions. */
  readonly template?: TemplateVersion | null;
  readonly segment?: string | null;
  readonly subject: string;
  readonly list: boolean;
  readonly expected: number;
  /** True: `expected` is extrapolated; `total` is exact once `snapshotDone`. */
  readonly expectedIsEstimate: boolean;
  readonly total: number;
  readonly snapshotDone: boolean;
  readonly tallies: Tallies;
  readonly success: number;
  readonly failure: number;
  /** Of the mails that the relay took, the shares that bounced and that were reported as abuse; null: it took none. */
  readonly rates: { readonly bounce: number | null; readonly complaint: number | null };
  /** Deliveries whose recipient unsubscribed by way of this push. */
  readonly unsubscribed: number;
  readonly rate: number | null;
  /** Current rate, mails per second; null: not limited. */
  readonly currentRate: number | null;
  readonly window: number;
  /** The worst of its relays, or the push's own back-off. */
  readonly relay: RelayHealth;
  /** The creation, then the last actions, oldest first. Missing in summaries of earlier versions. */
  readonly steering?: readonly SteeringAction[];
  /** Missing in summaries of earlier versions, as the two below. */
  readonly relays?: readonly RelayView[];
  readonly priority?: Priority;
  /** From 1; rises with each change while it is held. Missing in summaries of earlier versions, as the next two. */
  readonly contentVersion?: number;
  readonly expiresInSeconds?: number;
  readonly inDoubt?: "resend" | "hold";
  /** Missing in summaries of earlier versions. */
  readonly onceKey?: string | null;
  /** `waitsUntil`: when it is judged; null: not known. Missing in summaries of earlier versions. */
  readonly canary?:
    | (CanaryTerms & { readonly waitsUntil: number | null; readonly verdict: "passed" | "failed" | null })
    | null;
  /** Why nothing is sent though the push runs, in words; null: something is, or nothing is left. */
  readonly waiting?: string | null;
  readonly waitingDetail?: ReasonDetail | null;
  readonly createdAt: number;
  readonly sendAt: number | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly expiresAt: number | null;
}

/** A push in the answer of `GET /api/pushes`, as its row in D1 holds it: a filter may be as large as 100 KB. */
export type PushSummary = Omit<PushStatus, "filter">;

/** Which state of a push an export tells of. */
export interface Edition {
  readonly status: PushState;
  /** Of its row in D1: rises when that is written. */
  readonly version: number;
}

/** How far a push was at a time. */
export interface PaceSample {
  readonly at: number;
  /** Deliveries that the relay had answered for. */
  readonly done: number;
  /** The limit then in force, mails per second; null: none. */
  readonly rate: number | null;
}

/** How fast a push went, and what it tries again when. */
export interface Pace {
  /** Oldest first; a few hundred, the latest densest. */
  readonly samples: readonly PaceSample[];
  /** The first 10,000 deferred deliveries, by the minute in which they are due. */
  readonly retries: readonly { readonly at: number; readonly count: number }[];
  /** When the first delivery in doubt is sent again; null: none is. */
  readonly resendAt: number | null;
}

/** One row of `GET /api/pushes/:id/deliveries`. */
export interface DeliveryView {
  readonly id: number;
  readonly address: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** The verdict's class, "no-such-user", or our own reason, "expired". */
  readonly class: string | null;
  /** The server's last reply, "550 5.1.1 no such user", or our own text. */
  readonly reply: string | null;
  readonly dueAt: number | null;
  readonly updatedAt: number;
}

/** Something that happened to a delivery. */
export interface StoryEvent {
  /** Epoch milliseconds. */
  readonly at: number;
  /** `claimed`: by the consumer that holds it, or held it last. Else a state that it took, or an event that came back. */
  readonly event: "claimed" | DeliveryState | FeedbackEvent["kind"];
  /** The way an event came back; null: our own. */
  readonly source: string | null;
  /** Enhanced status code of a bounce or a delay. */
  readonly status: string | null;
  readonly class: string | null;
  readonly words: string | null;
}

/** The answer of `GET /api/pushes/:id/deliveries/:recipient`. */
export interface DeliveryStory {
  readonly delivery: DeliveryView;
  /** Oldest first. Of a mail that was simply sent: its claim and its end. */
  readonly events: readonly StoryEvent[];
}

/** Conditions on deliveries; null: none. */
export interface DeliveryMatch {
  /** A part of the address or of the last reply, in any case. */
  readonly search: string | null;
  readonly class: string | null;
  /** The address's domain, in lower case and in A-labels. */
  readonly domain: string | null;
}

export interface DeliveriesQuery {
  readonly state: DeliveryState | null;
  readonly matching?: DeliveryMatch | null;
  /** Rows with a greater id. */
  readonly after: number;
  readonly limit: number;
}

export interface DeliveriesPage {
  readonly deliveries: readonly DeliveryView[];
  /** The following page's `after`; null at the end. A page may be short, even empty, and have one. */
  readonly next: number | null;
}

/** A person's command, made by its caller, who may send it again when no answer came. */
export interface CommandRequest {
  /** Random. The object carries out one id once. */
  readonly id: string;
  /** Epoch milliseconds. Later the object refuses the command: its caller has given up, and may have done otherwise. */
  readonly until: number;
  /** The name of the token that asks for it. */
  readonly by: string;
  /** The HTTP request that asks for it, for the log; null: none does. */
  readonly requestId: string | null;
}

/** Why a command was not carried out. A text: the push's state does not allow it. */
export type Refusal = string | { readonly code: RefusalCode; readonly reason: string };
/** `canary-wait`: the push would expire before its canary is judged. */
type RefusalCode = "wrong-state" | "outdated-version" | "body-too-large" | "canary-wait";

/** `ok: false`: the route answers with this reason, under `code` or, without one, under `wrong-state`. */
export type CommandAnswer<T = void> =
  | { readonly ok: true; readonly value: T; readonly status: PushStatus }
  | {
      readonly ok: false;
      readonly reason: string;
      readonly code?: RefusalCode;
    };

/** The class of a mail on which the server hung up twice: deferred, although the relay gave no reply. */
export const HANG_UP = "hang-up";
/** The class of a mail that the relay's EHLO excludes: larger than SIZE, or an address that needs SMTPUTF8. */
export const UNSENDABLE = "unsendable";
/** The class of a mail that its template does not give. */
export const TEMPLATE = "template";

/** The class of deliveries whose recipients could not be read: the database's outage, not the relay's. */
export const UNREADABLE = "unreadable";
/** The class of deliveries whose recipients could not be reserved: the object of the push's `onceKey` did not answer. */
export const UNRESERVED = "unreserved";

/** Whether an outage of this class is our own, and says nothing of the relay. */
export function isOwnOutage(verdict: string | null): boolean {
  return verdict === UNREADABLE || verdict === UNRESERVED;
}

/** The class of a skipped delivery whose recipient another push has under the same `onceKey`. */
export const ONCE = "once";

/** The result of one delivery under a claim, as the consumer reports it. */
export interface Outcome {
  readonly id: number;
  /**
   * - `sent`: accepted. `failed`: permanently refused, or the mail cannot be composed or handed over.
   * - `deferred`: temporarily refused for this recipient. `skipped`: suppressed, or deleted since the snapshot.
   * - `in_doubt`: handed over completely, no reply.
   * - `untried`, `throttled`, `quota`, `outage`, `unauthorised`: no reply about this recipient; the delivery is
   *   requeued. `quota`: our own account's, which only waiting renews.
   */
  readonly kind:
    | "sent"
    | "failed"
    | "deferred"
    | "skipped"
    | "in_doubt"
    | "untried"
    | "throttled"
    | "quota"
    | "outage"
    | "unauthorised";
  /** The verdict's class (core/verdict.ts), or our own reason: "template", "suppressed". */
  readonly class: string | null;
  /** The server's reply, "550 5.1.1 no such user", or our own text. One line, at most 500 characters. */
  readonly reply: string | null;
  /** The recipient's address, or null if it was not read. */
  readonly address: string | null;
  /** 1 if the relay replied about this recipient, else 0: only a reply counts as an attempt. */
  readonly attempt: 0 | 1;
}

/** A delivery whose message needs redelivery: `message.retry({ delaySeconds })`. */
export interface Later {
  readonly id: number;
  readonly delaySeconds: number;
}

/** A deferred delivery, with what a new message for it names. */
export interface Redelivery extends Later {
  readonly release: number;
}

/** A consumer's request for the deliveries of its queue messages. */
export interface ClaimRequest {
  /** Random, made by the consumer for this claim; authorises its settles. The same token gets the same answer. */
  readonly token: string;
  readonly ids: readonly number[];
  /** False: the answer must contain the push's content. */
  readonly knowsContent: boolean;
  /** Relays that the consumer knows; absent: it runs code from before there were several, and knows only `default`. */
  readonly relays?: readonly string[];
  /**
   * How long the consumer waits for send times, milliseconds: mails with later ones are not granted. Absent: as long as
   * the ledger finds useful.
   */
  readonly patienceMs?: number;
  /** Absent: it runs code from before mails had attachments and headers of one's own, and would send them without. */
  readonly sendsAttachments?: true;
  /** Absent: it runs code from before there were `onceKey`s, and would send to all. */
  readonly reserves?: true;
}

/** Under an `onceKey`: what a claim reserves its people with. */
export interface OnceClaim extends OnceTerms {
  /** The claim's number. */
  readonly claim: number;
  /**
   * Deliveries of which an earlier mail may have arrived, perhaps under another address. Absent: the object runs code from
   * before it said so, and it may be any.
   */
  readonly doubted?: readonly number[];
}

/** What to do with each id of a claim. The consumer acks ids in neither list: the ledger is the truth. */
export interface ClaimAnswer {
  readonly send: readonly number[];
  /**
   * Those of them that were in doubt before, the last ones: each is sent while nothing else is in flight on its line. If
   * its mail is what makes a server close the line, it then leaves nobody else in doubt again, who would be held for a
   * person. Absent: none.
   */
  readonly alone?: readonly number[];
  /** Deferred and not yet due. */
  readonly later: readonly Later[];
  /** Under a rate: delay before the first of `send`, and interval between mails. */
  readonly sendTimes: { readonly startInMs: number; readonly gapMs: number } | null;
  /** The relay that takes these mails. */
  readonly relay: string;
  /** SMTP sessions that the claim may open; null: no limit. */
  readonly sessions: number | null;
  readonly leaseMs: number;
  /** Null: the push has no `onceKey`. */
  readonly once: OnceClaim | null;
  readonly content: Content | null;
}

export interface SettleRequest {
  readonly token: string;
  readonly outcomes: readonly Outcome[];
  /** Sessions refused at connect or greeting, while others of this claim worked, since the last settle. */
  readonly sessionsRefused?: number;
}

export interface SettleAnswer {
  /** Messages to retry; the consumer acks all others. */
  readonly later: readonly Redelivery[];
  /** Start no more mails under this claim: the push was paused, cancelled or throttled, or its relay failed. */
  readonly stop: boolean;
}

/** Events that must come again: their mail is being sent, and its settle has to come first. By the events' ids. */
export interface FeedbackAnswer {
  readonly later: readonly string[];
}

/** - `deferred`: tried now. `skipped`: only those whose reason is gone. */
export const RETRYABLE_STATES = ["failed", "in_doubt", "skipped", "deferred"] as const;
export type RetryableState = (typeof RETRYABLE_STATES)[number];

/** The deliveries that a `retry` asks for: those that meet every condition given. */
export interface RetryQuery {
  readonly states: readonly RetryableState[];
  readonly class: string | null;
  readonly ids: readonly number[] | null;
}

/** A query with the ids that it selects of the skipped: only D1 knows whose reason is gone. */
export interface RetrySelection extends RetryQuery {
  readonly skipped: readonly number[];
}
