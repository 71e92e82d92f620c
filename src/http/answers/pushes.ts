import * as z from "zod";
import { type DeliveryState, PUSH_STATES } from "../../core/states.ts";
import { REASON_CODES } from "../../push/reason.ts";
import { time, timeOrNull } from "./list.ts";

const WarningAnswer = z
  .object({
    path: z.string().meta({ description: "In the request: `$.html`." }),
    message: z.string(),
    attribute: z.string().optional().meta({ description: "That a template uses and recipients lack." }),
    have: z.int().optional().meta({ description: "How many of those looked at have the attribute." }),
    lookedAt: z.int().optional(),
    allowed: z
      .int()
      .optional()
      .meta({ description: "Of `$.expiresIn`: mails that the quotas of its relays allow until they expire." }),
  })
  .meta({
    id: "Warning",
    description:
      "A template uses an attribute that recipients lack, or holds a placeholder of another system (`*|FNAME|*`), or the audience is larger than the quotas of its relays allow.",
  });

export const CreatedPushAnswer = z
  .object({
    id: z.string(),
    status: z.enum(PUSH_STATES),
    expected: z.int(),
    expectedIsEstimate: z.boolean(),
    warnings: z.array(WarningAnswer),
    lookedAt: z
      .int()
      .meta({ description: "Recipients whose attributes were compared with the templates, 500 at most." }),
  })
  .meta({ id: "CreatedPush" });

const share = z.number().nullable();
const TALLIES: Record<DeliveryState, z.ZodInt> = {
  pending: z.int(),
  queued: z.int(),
  sending: z.int(),
  deferred: z.int(),
  in_doubt: z.int(),
  sent: z.int(),
  failed: z.int(),
  skipped: z.int(),
  cancelled: z.int(),
  bounced: z.int(),
  complained: z.int(),
};

const ReasonAnswer = z
  .object({
    code: z.enum(REASON_CODES),
    params: z.record(z.string(), z.union([z.string(), z.number()])).meta({
      description:
        "By code. `first-alike`, `alike`: count, said. `spam-share`: count, of, said. `lost-connections`: tries, said. " +
        "`bounces`, `complaints`: count, of. `relay-refuses`, `own-fault`: said. `relay-paused`: relay. `no-relay`: relays. " +
        "`canary-failed`: of, failed, bounced, complained, inDoubt, allowed. `not-approved`: days. `quota`: relay, limit, " +
        "seconds, until, expiring. `relay-away`: relay, said. `canary-choosing`: count. `canary-going`: left, rest. " +
        "`canary-next`: skipped, count, rest. `canary-deferred`: rest. `canary-begins`: seconds, rest. `canary-waits`: " +
        "until, allowed, rest. Here `said` is in the words of a server, or of mailpush; `allowed` is a share from 0 to 1; " +
        "`until` is in epoch milliseconds.",
    }),
  })
  .meta({ id: "Reason" });

/** A push in a list. */
export const PushSummaryAnswer = z
  .object({
    id: z.string().meta({ description: "Ids sort by age." }),
    action: z.string(),
    status: z.enum(PUSH_STATES),
    reason: z.string().nullable().meta({ description: "Why it is paused, or has cancelled itself." }),
    reasonDetail: ReasonAnswer.nullable().meta({ description: "The same for readers in any language." }),
    template: z
      .object({ id: z.string(), version: z.int() })
      .nullable()
      .meta({ description: "The version of a template that it took; null: it came with a content." }),
    segment: z.string().nullable().meta({ description: "The segment whose filter it took." }),
    subject: z.string(),
    list: z.boolean(),
    expected: z.int().meta({ description: "Recipients that the filter selected when the push was asked for." }),
    expectedIsEstimate: z.boolean(),
    total: z.int().meta({ description: "Its deliveries; final once `snapshotDone`." }),
    snapshotDone: z.boolean(),
    tallies: z.object(TALLIES).meta({ id: "Tallies", description: "Deliveries by state, together `total`." }),
    success: z.int().meta({ description: "`sent` and `complained`." }),
    failure: z.int().meta({ description: "`failed` and `bounced`." }),
    rates: z
      .object({ bounce: share, complaint: share })
      .meta({ description: "Shares of the mails that the relay took; null: it took none." }),
    unsubscribed: z.int().meta({ description: "Recipients who unsubscribed by way of this push." }),
    rate: z.number().nullable().meta({ description: "The limit asked for, in mails per second." }),
    currentRate: z.number().nullable().meta({ description: "The limit in force." }),
    window: z.int().meta({ description: "Deliveries that may be queued or sending at once; small at first." }),
    relay: z
      .object({ ok: z.boolean(), since: timeOrNull, error: z.string().nullable(), nextTryAt: timeOrNull })
      .meta({ description: "In an outage, or over our quota: since when, the error and the next try." }),
    relays: z
      .array(
        z.object({
          id: z.string(),
          ok: z.boolean(),
          since: timeOrNull,
          error: z.string().nullable(),
          nextTryAt: timeOrNull,
          perSecond: z.number().nullable(),
          stopped: z.boolean(),
          silent: z.boolean(),
          lost: z.string().nullable(),
        }),
      )
      .meta({
        description:
          "Its relays: `perSecond` of this push's lease; `stopped`: it refuses our credentials or was paused; `silent`: " +
          "its object does not answer; `lost`: the words in which it refuses this push.",
      }),
    priority: z.enum(["high", "normal", "low"]),
    contentVersion: z.int().meta({ description: "Rises with each change while it is held." }),
    expiresIn: z.int().nullable().meta({ description: "In seconds from its start; null: an old push." }),
    inDoubt: z.enum(["resend", "hold"]).nullable(),
    onceKey: z.string().nullable(),
    canary: z
      .object({
        count: z.int(),
        waitSeconds: z.int(),
        maxFailureShare: z.number(),
        waitsUntil: timeOrNull,
        verdict: z.enum(["passed", "failed"]).nullable(),
      })
      .nullable()
      .meta({
        description:
          "The mails that go first. `waitsUntil`: when they are judged, null before all have gone out; `verdict`: null before.",
      }),
    waiting: z
      .string()
      .nullable()
      .meta({ description: "Why nothing is sent though the push runs, or nothing but its canary." }),
    waitingDetail: ReasonAnswer.nullable(),
    steering: z.array(z.object({ action: z.string(), by: z.string(), at: time })).meta({
      description:
        "Its creation, its approval, the last 20 changes and the last 20 other commands; `by`: a token's name.",
    }),
    createdAt: time,
    sendAt: timeOrNull,
    startedAt: timeOrNull,
    finishedAt: timeOrNull,
    expiresAt: timeOrNull.meta({ description: "When deliveries not yet sent fail; a pause moves it." }),
  })
  .meta({ id: "PushSummary" });

export const PushAnswer = PushSummaryAnswer.extend({
  filter: z.unknown().meta({ description: "As asked for." }),
}).meta({ id: "Push" });

export const AttachmentAnswer = z
  .object({
    filename: z.string(),
    contentType: z.string(),
    contentId: z.string().nullable().meta({ description: "null: the html does not show it." }),
    size: z.int().meta({ description: "Bytes." }),
  })
  .meta({ id: "Attachment" });

export const PushContentAnswer = z
  .object({
    subject: z.string(),
    html: z.string(),
    text: z.string().nullable().meta({ description: "null: made from `html`." }),
    from: z.string(),
    replyTo: z.string().nullable(),
    list: z.boolean(),
    headers: z.record(z.string(), z.string()),
    attachments: z.array(AttachmentAnswer),
  })
  .meta({ id: "PushContent" });

export const ApprovedAnswer = z
  .object({
    matching: z.int().meta({ description: "Recipients that its filter selects now." }),
    matchingIsEstimate: z.boolean(),
    inSnapshot: z
      .int()
      .meta({ description: "Its recipients: those that the filter selected then; final once `snapshotDone`." }),
    push: PushAnswer,
  })
  .meta({ id: "ApprovedPush" });

export const RetriedAnswer = z
  .object({
    retried: z.int().meta({ description: "Deliveries; many are requeued in the background." }),
    push: PushAnswer,
  })
  .meta({ id: "RetriedPush" });

export const ResolvedAnswer = z
  .object({ resolved: z.int().meta({ description: "Deliveries that were in doubt." }), push: PushAnswer })
  .meta({ id: "ResolvedPush" });

export const TicketAnswer = z
  .object({
    ticket: z.string().nullable().meta({ description: "null in a repeat under the same `Idempotency-Key`." }),
    expiresAt: time,
  })
  .meta({ id: "Ticket" });

export const PaceAnswer = z
  .object({
    samples: z
      .array(
        z.object({
          at: time,
          done: z.int().meta({ description: "Mails that the relay had taken: neither refusals nor what expired." }),
          rate: z.number().nullable().meta({ description: "The limit then in force, mails per second; null: none." }),
        }),
      )
      .meta({ description: "Oldest first; a few hundred, the latest densest." }),
    retries: z
      .array(z.object({ at: time, count: z.int() }))
      .meta({ description: "The first 10,000 deferred deliveries, by the minute in which they are due." }),
    resendAt: timeOrNull.meta({ description: "When the first delivery in doubt is sent again; null: none is." }),
  })
  .meta({ id: "Pace" });

export const PausedAllAnswer = z
  .object({
    paused: z.array(z.string()).meta({ description: "Their ids; of one that was paused before, too." }),
    unreachable: z.array(z.string()).meta({ description: "They do not answer: it is unknown whether they paused." }),
    hasMore: z.boolean().meta({ description: "Send it again." }),
  })
  .meta({ id: "PausedAll" });
