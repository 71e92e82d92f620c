import * as z from "zod";
import { TRANSPORTS } from "../../config/relays.ts";
import { listOfAnswers, timeOrNull } from "./list.ts";

const number = z.number().nullable();

export const RelayAnswer = z
  .object({
    id: z.string(),
    transport: z.enum(TRANSPORTS),
    host: z.string().nullable(),
    port: z.int().nullable(),
    security: z.string().nullable(),
    username: z.string().nullable(),
    provider: z.string().nullable(),
    weight: z.number().meta({ description: "Its share beside other relays; 0: a standby." }),
    configured: z.object({
      perSecond: number,
      quotas: z.array(z.object({ limit: z.int(), seconds: z.int() })),
      maxSessions: z.int().nullable(),
    }),
    health: z.enum(["up", "resting", "probing", "stopped", "paused", "unknown"]).meta({
      description:
        "resting: after an outage or a used-up quota, it is tried again; probing: one push tries it now with a few mails; stopped: it refused our credentials; paused: by " +
        "a person; unknown: its object does not answer.",
    }),
    reason: z.string().nullable().meta({ description: "In the relay's words." }),
    since: timeOrNull,
    nextTryInMs: number,
    perSecond: number.meta({ description: "The rate now, in mails per second; null: no limit." }),
    learnedLimit: number.meta({ description: "The rate at which it refused; null: none was met." }),
    acceptedPerSecond: number,
    sessions: z
      .object({ limit: z.int().nullable(), open: z.int() })
      .nullable()
      .meta({ description: "SMTP sessions that it takes at once, as configured or learned, and those open now." }),
    quotas: z
      .array(z.object({ limit: z.int(), seconds: z.int(), used: z.int(), freesAt: timeOrNull }))
      .nullable()
      .meta({
        description:
          "`used`: accepted, in doubt, or leased to a push; `freesAt`: about when the first of these come free.",
      }),
    shares: z
      .array(z.object({ push: z.string(), perSecond: number, wants: z.int() }))
      .nullable()
      .meta({ description: "The pushes that use it now, and the rate each has of it." }),
  })
  .meta({ id: "Relay" });

export const RelaysAnswer = listOfAnswers(RelayAnswer);

export const ResumedRelayAnswer = RelayAnswer.extend({
  resumed: z.array(z.string()).meta({ description: "Pushes that this relay's stop had paused, and that go on." }),
}).meta({ id: "ResumedRelay" });

export const RelayTestAnswer = z
  .object({
    id: z.string(),
    ok: z.boolean(),
    connectMs: number.meta({ description: "Until the connection stood, with TLS from the start the handshake too." }),
    totalMs: z.number(),
    offered: z.unknown().meta({ description: "What EHLO offered, after TLS; null: it did not come so far." }),
    secured: z.boolean(),
    authenticated: z
      .boolean()
      .nullable()
      .meta({ description: "null: without credentials, or it did not come so far." }),
    failure: z
      .object({ stage: z.string(), error: z.string(), reply: z.string().nullable() })
      .nullable()
      .meta({ description: "Where it ended, why, and the server's words." }),
  })
  .meta({ id: "RelayTest" });
