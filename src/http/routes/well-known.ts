import { Hono } from "hono";
import * as z from "zod";
import { readSettings } from "../../config/settings.ts";
import { listKeys } from "../../export/key-store.ts";
import { receiptKeyOf } from "../../export/receipt-key.ts";
import { isWithinLimit, rateLimitKey, tooManyRequests } from "../access/rate-limit.ts";
import { describe } from "../openapi/operation.ts";
import { refuse } from "../problem.ts";

const KeysAnswer = z
  .object({
    keys: z.array(
      z.object({
        kty: z.literal("OKP"),
        crv: z.literal("Ed25519"),
        use: z.literal("sig"),
        kid: z.string().meta({ description: "Its thumbprint (RFC 7638)." }),
        x: z.string().meta({ description: "The public key, 32 bytes in base64url." }),
      }),
    ),
  })
  .meta({ id: "Keys", description: "A JWK set (RFC 7517)." });

/** `/.well-known/mailpush.json`: the public keys of receipts, for anybody. */
export const wellKnown = new Hono<{ Bindings: Env }>();

wellKnown.get(
  "/mailpush.json",
  describe({
    id: "getKeys",
    section: "Deliveries",
    summary: "Read the public keys of receipts",
    description: "The present key and every one before it that may have signed a receipt.",
    answers: { 200: { description: "The keys", json: KeysAnswer } },
    refusals: ["too-many-requests", "invalid-configuration"],
    caller: "anybody",
  }),
);
wellKnown.get("/mailpush.json", async (context) => {
  const { env } = context;
  if (!(await isWithinLimit(env, rateLimitKey(context.req.raw, null)))) return refuse(tooManyRequests());
  const { receiptKey } = readSettings(env);
  const kept = await listKeys(env.DB);
  const present = receiptKey === null ? [] : [(await receiptKeyOf(receiptKey)).publicKey];
  const others = kept.filter(({ kid }) => kid !== present[0]?.kid);
  return context.json({ keys: [...present, ...others] });
});
