import { Hono } from "hono";
import * as z from "zod";
import { err, ok, type Result } from "../../core/result.ts";
import { isoTime, isoTimeOrNull } from "../../core/time.ts";
import { isPushId } from "../../push/steering/id.ts";
import { type Api, MASTER, SCOPES } from "../access/caller.ts";
import { addToken, findToken, type KnownToken, listTokens, newSecret, removeToken } from "../access/token-store.ts";
import { forgetVerified } from "../access/verified.ts";
import { listOfAnswers } from "../answers/list.ts";
import { NewTokenAnswer, TokenAnswer } from "../answers/tokens.ts";
import { attemptOf } from "../idempotency/idempotency.ts";
import { listOf, pageOf } from "../list.ts";
import { describe } from "../openapi/operation.ts";
import { invalid, notFound, type Problem, refuse } from "../problem.ts";
import { checked, checkedQuery, readJson } from "../request/body.ts";
import { label } from "../request/label.ts";

const MAX_BYTES = 10_000;
const MAX_NAME_CHARACTERS = 100;

const Creation = z.strictObject({
  name: label(MAX_NAME_CHARACTERS).refine(
    (name) => name.trim().toUpperCase() !== MASTER.name,
    `is taken: ${MASTER.name} is the token that has no scopes`,
  ),
  scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length),
  expiresAt: z.iso
    .datetime({ offset: true, error: "expected a time in ISO 8601 with its zone: 2027-05-01T08:00:00Z" })
    .nullable()
    .default(null),
});
const LIST = listOf("tokens", z.string(), "");
const ListQuery = z.strictObject(LIST.paging);
const PATH = { id: z.string() };

/** `/api/tokens`: create, list; `/api/tokens/:id`: read, delete. */
export const tokens = new Hono<Api>();

/** The only answer that holds the token itself: null if an earlier attempt under the same Idempotency-Key made it. */
tokens.post(
  "/",
  describe({
    id: "createToken",
    section: "Tokens",
    summary: "Create a token",
    body: { json: Creation, examples: [{ name: "shop", scopes: ["read", "send"], expiresAt: "2030-01-31T00:00:00Z" }] },
    answers: { 201: { description: "The token, shown this once", json: NewTokenAnswer, hasLocation: true } },
    // Deleted by somebody else in the same moment.
    refusals: ["not-found"],
  }),
);
tokens.post("/", async (context) => {
  const now = Date.now();
  const body = await readJson(context.req.raw, MAX_BYTES);
  const asked = body.ok ? checked(Creation, body.value) : body;
  if (!asked.ok) return refuse(asked.error);
  const expiresAt = endOf(asked.value.expiresAt, now);
  if (!expiresAt.ok) return refuse(expiresAt.error);
  const { id } = attemptOf(context);
  const secret = newSecret();
  const scopes = SCOPES.filter((scope) => asked.value.scopes.includes(scope));
  const isNew = await addToken(
    context.env.DB,
    { id, name: asked.value.name.trim(), scopes, expiresAt: expiresAt.value },
    secret,
    now,
  );
  const added = await findToken(context.env.DB, id);
  if (added === null) return refuse(unknown(id));
  return context.json({ ...view(added), token: isNew ? secret : null }, 201, { location: `/api/tokens/${id}` });
});

tokens.get(
  "/",
  describe({
    id: "listTokens",
    section: "Tokens",
    summary: "List tokens",
    query: ListQuery,
    answers: { 200: { description: "A page, oldest first", json: listOfAnswers(TokenAnswer) } },
  }),
);
tokens.get("/", async (context) => {
  const query = checkedQuery(ListQuery, context.req.url);
  if (!query.ok) return refuse(query.error);
  const { after, limit } = query.value;
  const { page, next } = pageOf(await listTokens(context.env.DB, after, limit + 1), limit, ({ id }) => id);
  return context.json(LIST.answer(page.map(view), next));
});

tokens.get(
  "/:id",
  describe({
    id: "getToken",
    section: "Tokens",
    summary: "Read a token",
    path: PATH,
    answers: { 200: { description: "The token, without its secret", json: TokenAnswer } },
    refusals: ["not-found"],
  }),
);
tokens.get("/:id", async (context) => {
  const id = context.req.param("id");
  const found = isPushId(id) ? await findToken(context.env.DB, id) : null;
  return found === null ? refuse(unknown(id)) : context.json(view(found));
});

tokens.delete(
  "/:id",
  describe({
    id: "deleteToken",
    section: "Tokens",
    summary: "Delete a token",
    path: PATH,
    description: "It opens nothing any more within a minute.",
    answers: { 204: { description: "Deleted" } },
    refusals: ["not-found"],
  }),
);
tokens.delete("/:id", async (context) => {
  const id = context.req.param("id");
  const removed = isPushId(id) && (await removeToken(context.env.DB, id));
  forgetVerified(id);
  return removed ? context.body(null, 204) : refuse(unknown(id));
});

function endOf(given: string | null, now: number): Result<number | null, Problem> {
  if (given === null) return ok(null);
  const time = Date.parse(given);
  return time > now ? ok(time) : err(invalid([{ path: "$.expiresAt", message: "is in the past" }]));
}

function unknown(id: string): Problem {
  return notFound(`token ${JSON.stringify(id.slice(0, 64))}`);
}

function view({ createdAt, expiresAt, lastUsedAt, ...token }: KnownToken) {
  return {
    ...token,
    createdAt: isoTime(createdAt),
    expiresAt: isoTimeOrNull(expiresAt),
    lastUsedAt: isoTimeOrNull(lastUsedAt),
  };
}
