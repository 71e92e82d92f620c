import { type Context, Hono } from "hono";
import * as z from "zod";
import { readSettings, readToken } from "../../config/settings.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { isoTime } from "../../core/time.ts";
import { type Api, type Caller, MASTER } from "../access/caller.ts";
import { sessionProof, tokenProof, unauthorised } from "../access/proof.ts";
import { isWithinLimit, rateLimitKey, tooManyRequests } from "../access/rate-limit.ts";
import { foreignPage, pageOf } from "../access/sign-in/origin.ts";
import { readSession, SESSION_MS, signSession } from "../access/sign-in/session.ts";
import { sessionCookie, setSessionCookie } from "../access/sign-in/session-cookie.ts";
import { addCode, LINK_MS, useCode } from "../access/sign-in/sign-in-links.ts";
import { findToken, hashOf } from "../access/token-store.ts";
import { SessionAnswer, SignedInAnswer, SignInLinkAnswer } from "../answers/session.ts";
import { describe } from "../openapi/operation.ts";
import { type Problem, refuse } from "../problem.ts";
import { checked, readJson } from "../request/body.ts";

const MAX_BYTES = 10_000;

const secret = z.string().min(1).max(1_000);
const Credentials = z
  .strictObject({
    token: secret.optional().meta({ description: "`API_TOKEN`, or a token of `/api/tokens`." }),
    code: secret.optional().meta({ description: "In place of it: what stands behind the # of a sign-in link." }),
  })
  .refine(({ token, code }) => (token === undefined) !== (code === undefined), "expected either token or code");

/** `/api/session`: sign in, see who is signed in, sign out. Stands before the token check. */
export const session = new Hono<Api>();

session.post(
  "/",
  describe({
    id: "signIn",
    section: "Tokens",
    summary: "Sign a browser in",
    description:
      "Sets the cookie `__Host-mailpush` (over http on this machine `mailpush`), which does for twelve hours what the token does, " +
      "and ends with the token. With it, requests other than GET, and WebSockets, are taken from pages of this address alone. " +
      "Only wrong tries count against the rate limit.",
    body: { json: Credentials, examples: [{ token: "mp_…" }] },
    answers: { 200: { description: "Signed in; has `Set-Cookie`", json: SignedInAnswer } },
    refusals: ["token-invalid", "link-invalid", "foreign-origin", "too-many-requests", "invalid-configuration"],
    caller: "anybody",
  }),
);
session.post("/", async (context) => {
  const { env } = context;
  // Else a page elsewhere could sign somebody in as another one.
  if (pageOf(context.req.raw) === "other") return refuse(foreignPage());
  const now = Date.now();
  const body = await readJson(context.req.raw, MAX_BYTES);
  const given = body.ok ? checked(Credentials, body.value) : body;
  if (!given.ok) return refuse(given.error);
  const { token, code } = given.value;
  const signed = token === undefined ? await byCode(env, code ?? "", now) : await byToken(env, token, now);
  if (!signed.ok) return (await countWrongTry(context)) ?? refuse(signed.error);
  const { caller, hash, expiresAt } = signed.value;
  const { signingKeys } = readSettings(env);
  const value = signSession({ token: caller.id, expiresAt }, hash, signingKeys.current);
  setSessionCookie(context, value, Math.floor((expiresAt - now) / 1000));
  // For the log.
  context.set("caller", caller);
  return context.json(view(env, caller, expiresAt));
});

session.get(
  "/",
  describe({
    id: "getSession",
    section: "Tokens",
    summary: "See who is signed in",
    answers: { 200: { description: "Who, or that nobody is", json: SessionAnswer } },
    refusals: ["too-many-requests", "invalid-configuration"],
    caller: "anybody",
  }),
);
session.get("/", async (context) => {
  const now = Date.now();
  const value = sessionCookie(context);
  if (value === undefined) return context.json({ signedIn: false });
  const proof = await sessionProof(context.env, value, now);
  const caller = proof.known ?? (await proof.verify());
  const claims = readSession(value, now);
  if (caller !== null && claims !== null) return context.json(view(context.env, caller, claims.expiresAt));
  return (await countWrongTry(context)) ?? context.json({ signedIn: false });
});

session.delete(
  "/",
  describe({
    id: "signOut",
    section: "Tokens",
    summary: "Sign a browser out",
    description: "Removes the cookie. To end a session that somebody else has, delete its token.",
    answers: { 204: { description: "Signed out" } },
    refusals: ["foreign-origin"],
    caller: "anybody",
  }),
);
session.delete("/", (context) => {
  if (pageOf(context.req.raw) === "other") return refuse(foreignPage());
  setSessionCookie(context, "", 0);
  return context.body(null, 204);
});

/** `/api/session/links`, with API_TOKEN. */
export const sessionLinks = new Hono<Api>();

sessionLinks.post(
  "/",
  describe({
    id: "createSignInLink",
    section: "Tokens",
    summary: "Make a link that signs a browser in once",
    description:
      `As API_TOKEN, within ${LINK_MS / 60_000} minutes. The code stands behind the #, so no server and no Referer sees it; ` +
      "the page sends it to `POST /api/session`.",
    answers: { 201: { description: "The link, shown this once", json: SignInLinkAnswer } },
  }),
);
sessionLinks.post("/", async (context) => {
  const { env, req } = context;
  const now = Date.now();
  const code = await addCode(env.DB, await hashOf(readToken(env)), now);
  const url = new URL(`/signin#${code}`, req.url).href;
  return context.json({ url, expiresAt: isoTime(now + LINK_MS) }, 201);
});

/** Who signs in, the hash of the token, and when the session ends, in epoch milliseconds. */
interface SignedIn {
  readonly caller: Caller;
  readonly hash: string;
  readonly expiresAt: number;
}

/** By a token, which D1 is asked for: what this isolate trusts may have been deleted. */
async function byToken(env: Env, given: string, now: number): Promise<Result<SignedIn, Problem>> {
  const proof = await tokenProof(env, given, now);
  const caller = proof.known === MASTER ? MASTER : await proof.verify();
  if (caller === null) return err(proof.refusal);
  const token = caller === MASTER ? null : await findToken(env.DB, caller.id);
  const end = token?.expiresAt ?? Number.POSITIVE_INFINITY;
  return ok({ caller, hash: await hashOf(given), expiresAt: Math.min(now + SESSION_MS, end) });
}

async function byCode(env: Env, code: string, now: number): Promise<Result<SignedIn, Problem>> {
  const hash = await hashOf(readToken(env));
  if (await useCode(env.DB, code, hash, now)) return ok({ caller: MASTER, hash, expiresAt: now + SESSION_MS });
  return err(unauthorised("link-invalid", "this link was used before, or is too old: make another one"));
}

/** The refusal of a network that has tried too often; null: not yet. */
async function countWrongTry(context: Context<Api>): Promise<Response | null> {
  const isWithin = await isWithinLimit(context.env, rateLimitKey(context.req.raw, null));
  return isWithin ? null : refuse(tooManyRequests());
}

function view(env: Env, { name, scopes }: Caller, expiresAt: number) {
  const { localInbox } = readSettings(env);
  return { signedIn: true, name, scopes, expiresAt: isoTime(expiresAt), localInbox };
}
