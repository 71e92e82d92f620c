import * as z from "zod";
import { SCOPES } from "../access/caller.ts";
import { time } from "./list.ts";

const signedIn = z.object({
  signedIn: z.literal(true),
  name: z.string().meta({ description: "Of the token; `API_TOKEN` for API_TOKEN." }),
  scopes: z.array(z.enum(SCOPES)).nullable().meta({ description: "null: everything, as API_TOKEN may." }),
  expiresAt: time,
  localInbox: z
    .string()
    .nullable()
    .meta({ description: "Under `npm start` and `npm run demo`: the page with the mails that were sent. Else null." }),
});

export const SignedInAnswer = signedIn.meta({ id: "SignedIn" });

export const SessionAnswer = z.union([signedIn, z.object({ signedIn: z.literal(false) })]).meta({ id: "Session" });

export const SignInLinkAnswer = z
  .object({
    url: z.string().nullable().meta({ description: "null in a repeat under the same `Idempotency-Key`." }),
    expiresAt: time,
  })
  .meta({ id: "SignInLink" });
