import * as z from "zod";
import { TRANSPORTS } from "../../config/relays.ts";
import { CHECK_CODES, CHECK_LEVELS } from "../../config/sender-checks.ts";
import { PROVIDERS } from "../../feedback/providers/provider.ts";

export const SettingsAnswer = z
  .object({
    from: z
      .object({ name: z.string().nullable(), address: z.string() })
      .meta({ description: "Of pushes without `from`." }),
    publicUrl: z.string(),
    returnPath: z.string().nullable().meta({ description: "Where bounces come back by mail; null: to `from`." }),
    forwardTo: z.string().nullable().meta({ description: "Where inbound mail goes that is no report." }),
    timeZone: z.string().meta({ description: "Of dates in templates." }),
    receipts: z.boolean().meta({ description: "Exports as NDJSON are signed." }),
    relays: z.array(
      z.object({
        id: z.string(),
        transport: z.enum(TRANSPORTS),
        security: z.enum(["tls", "starttls", "none"]).nullable(),
        provider: z.enum(PROVIDERS).nullable(),
        weight: z.number().meta({ description: "0: a standby." }),
      }),
    ),
    webhooks: z.array(
      z.object({
        provider: z.enum(PROVIDERS),
        path: z.string(),
        isOpen: z.boolean().meta({ description: "Its key is set; else it refuses all calls." }),
      }),
    ),
    limits: z.object({
      mailMaxBytes: z.int().meta({ description: "Of the html, and of the text, of one mail." }),
      window: z.int(),
      connections: z.int(),
      maxAttempts: z.int(),
      leaseSeconds: z.int(),
      staleAfterSeconds: z.int(),
      retentionDays: z.int(),
    }),
    breaker: z
      .object({
        first: z.int(),
        streak: z.int(),
        spamShare: z.number(),
        bounceShare: z.number(),
        complaintShare: z.number(),
      })
      .meta({ description: "When a push pauses itself." }),
    checks: z
      .array(
        z.object({
          code: z.enum(CHECK_CODES),
          level: z.enum(CHECK_LEVELS),
          variable: z.string().nullable().meta({ description: "What mends it, in the configuration." }),
          relay: z.string().nullable().meta({ description: "null: it is about all." }),
          message: z.string(),
        }),
      )
      .meta({
        description:
          "What is missing to be a good sender. `problem`: it counts against the sender; `advice`; `by-hand`: look yourself.",
      }),
  })
  .meta({ id: "Settings" });
