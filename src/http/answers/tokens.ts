import * as z from "zod";
import { SCOPES } from "../access/caller.ts";
import { time, timeOrNull } from "./list.ts";

export const TokenAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string().meta({ description: "The token's first characters." }),
    scopes: z.array(z.enum(SCOPES)),
    createdAt: time,
    expiresAt: timeOrNull,
    lastUsedAt: timeOrNull.meta({ description: "To the minute; null: never used." }),
  })
  .meta({ id: "Token" });

export const NewTokenAnswer = TokenAnswer.extend({
  token: z.string().nullable().meta({
    description: "Shown this once; null in a repeat under the same `Idempotency-Key`.",
  }),
}).meta({ id: "NewToken" });
