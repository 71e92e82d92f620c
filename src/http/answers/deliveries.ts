import * as z from "zod";
import { DELIVERY_STATES } from "../../core/states.ts";
import { PAGING, time, timeOrNull } from "./list.ts";

export const DeliveryAnswer = z
  .object({
    id: z.int().meta({ description: "The recipient's." }),
    address: z.string(),
    state: z.enum(DELIVERY_STATES),
    attempts: z.int().meta({ description: "Replies of the relay." }),
    class: z
      .string()
      .nullable()
      .meta({ description: "Of its last outcome: `no-such-user`, `mailbox-full`, `expired`, …" }),
    reply: z.string().nullable().meta({ description: "The relay's last reply, or our own words." }),
    dueAt: timeOrNull.meta({ description: "Its next attempt." }),
    updatedAt: time,
  })
  .meta({ id: "Delivery" });

const EventAnswer = z
  .object({
    at: time,
    event: z
      .enum(["claimed", ...DELIVERY_STATES, "unsubscribed", "delivered", "delayed", "noted"])
      .meta({ description: "`claimed` by a consumer, a state that it took, or what came back." }),
    source: z.string().nullable().meta({ description: "The way it came back; null: our own." }),
    status: z.string().nullable().meta({ description: "Enhanced status code of a bounce or a delay." }),
    class: z.string().nullable(),
    words: z.string().nullable(),
  })
  .meta({ id: "DeliveryEvent" });

export const DeliveryStoryAnswer = DeliveryAnswer.extend({
  advice: z.string().nullable().meta({ description: "What to do about it; null: nothing." }),
  events: z.array(EventAnswer).meta({ description: "Oldest first; at most about 50." }),
}).meta({ id: "DeliveryStory" });

/** A delivery in one person's history. */
export const PastDeliveryAnswer = z
  .object({
    push: z.object({ id: z.string(), subject: z.string(), createdAt: time }),
    delivery: DeliveryAnswer,
  })
  .meta({ id: "PastDelivery" });

const samples = z
  .array(z.object({ words: z.string(), count: z.int() }))
  .meta({ description: "The most frequent words of the relay." });

export const FailuresAnswer = z
  .object({
    lookedAt: z.int().meta({ description: "Deliveries that are counted here, 100,000 at most." }),
    classes: z.array(z.object({ class: z.string(), count: z.int(), advice: z.string(), samples })),
    domains: z.array(
      z.object({
        domain: z.string(),
        count: z.int(),
        classes: z.array(z.object({ class: z.string(), count: z.int() })),
        samples,
      }),
    ),
    otherDomains: z.int().meta({ description: "Domains that are left out: the first 100 stand in the list." }),
    ...PAGING,
  })
  .meta({ id: "Failures" });
