/** The words between a push's object and a relay's. Durations only, never times of another machine's clock. */

export type Priority = "high" | "normal" | "low";

/** A push tells the relay what came of its mails, and what it wants next. Safe to repeat: see `seq`. */
export interface Report {
  readonly push: string;
  /** Grows with each new report of a push; a repeated one is answered and not counted again. */
  readonly seq: number;
  /** The epoch under which the reported mails were claimed. */
  readonly epoch: number;
  /** Mails that the relay accepted since the last report. */
  readonly accepted: number;
  /** The same of mails claimed under an older epoch: they say nothing of now. */
  readonly acceptedLate: number;
  /** Refusals that concern a recipient: the relay is there, even if it says no. */
  readonly refused: number;
  /** Mails handed over without an answer: the relay may have taken them, so they count as used quota. */
  readonly inDoubt: number;
  /** What the relay said about our use of it, in its words; null: nothing of the kind. */
  readonly throttled: string | null;
  readonly outage: string | null;
  /** The outage was met at connect or greeting: it may be a limit on sessions. */
  readonly outageAtConnect: boolean;
  readonly quota: string | null;
  /** Credentials refused at greeting, EHLO, STARTTLS or AUTH. */
  readonly unauthorised: string | null;
  /** "Later" to many recipients in a row: the relay's state, or this push's, the relay decides. */
  readonly later: string | null;
  /** Sessions refused at connect or greeting while others of this push worked. */
  readonly sessionsRefused: number;
  /** Mails refused for the rate. Absent from a push of older code. */
  readonly slowed?: number;
  /** Sessions that claims of this push may have open now. */
  readonly sessionsOpen: number;
  /** Mails of its leases that are not reported yet: begun, or still to be begun. */
  readonly out: number;
  /** Deliveries that could be sent now: pending and queued. 0: gives its share back. */
  readonly wants: number;
  /** When the first of them could be sent: the queue's delay, or 0 where some are on the queue already. */
  readonly readyInMs: number;
  readonly priority: Priority;
  /** The push's own rate, mails per second; null: none. */
  readonly asked: number | null;
}

export type HealthView =
  | { readonly kind: "up" }
  /** After a rest one push tries a few mails, by its lease: nobody else sends until they are taken. */
  | { readonly kind: "probing"; readonly words: string }
  /** Nobody sends; asks again after `forMs`. */
  | { readonly kind: "resting"; readonly words: string; readonly forMs: number }
  /** Nobody sends until a person resumes it, or its configuration changes. */
  | { readonly kind: "stopped"; readonly words: string; readonly by: "relay" | "person" };

/** A push's right to send, counted from when it asked. */
export interface Lease {
  /** The same lease may be answered twice; its slots are drawn once. */
  readonly id: string;
  readonly startInMs: number;
  readonly forMs: number;
  /** Between two mails; 0: no limit. */
  readonly gapMs: number;
  /** Most mails in this lease; null: no limit. */
  readonly slots: number | null;
}

export interface ReportAnswer {
  readonly epoch: number;
  readonly health: HealthView;
  /** null: no share now; ask again after `askAgainInMs`. */
  readonly lease: Lease | null;
  /** SMTP sessions that this push may have open; null: no limit. */
  readonly sessions: number | null;
  readonly askAgainInMs: number;
  /** The relay's state hangs on the next outcome: it is to be reported at once, not at `askAgainInMs`. */
  readonly eager: boolean;
  /** Others want to send by this relay too. Absent from an object of older code. */
  readonly shared?: boolean;
  /** A fault is to be reported after this, since so many others meet it now too. Absent from an object of older code. */
  readonly faultAfterMs?: number;
  /** The fault reported as `later` or `quota` is this push's alone: the relay takes other mail. */
  readonly yours: boolean;
  /** Why there is no lease though the relay is up: a used-up quota, in words, and when some of it is free again. */
  readonly waiting: { readonly words: string; readonly forMs: number } | null;
}

/** `GET /api/relays/:id`. Times in epoch milliseconds. */
export interface RelayStatus {
  readonly health: HealthView;
  readonly since: number | null;
  readonly paused: boolean;
  /** Mails per second now; null: not limited. */
  readonly perSecond: number | null;
  /** The learned limit; null: none met. */
  readonly learnedLimit: number | null;
  readonly acceptedPerSecond: number;
  readonly sessions: { readonly limit: number | null; readonly open: number };
  /** `freesAt`: when the first of the used mails come free; null: none are used. */
  readonly quotas: readonly {
    readonly limit: number;
    readonly seconds: number;
    readonly used: number;
    readonly freesAt: number | null;
  }[];
  readonly shares: readonly { readonly push: string; readonly perSecond: number | null; readonly wants: number }[];
}
