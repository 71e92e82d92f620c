import { type Context, Hono } from "hono";
import * as z from "zod";
import { err, type Result } from "../../core/result.ts";
import { checkAddress } from "../../recipients/address.ts";
import {
  addSuppressions,
  findSuppression,
  type KnownSuppression,
  listSuppressions,
  removeSuppression,
  SUPPRESSION_REASONS,
} from "../../recipients/suppressions.ts";
import { checked, checkedQuery, readJson } from "../body.ts";
import { listOf, pageOf } from "../list.ts";
import { invalid, notFound, type Problem, refuse } from "../problem.ts";
import { isoTime } from "../time.ts";

const MAX_BYTES = 10_000;

const LIST = listOf("suppressions", z.string(), "");
const ListQuery = z.strictObject({
  ...LIST.paging,
  reason: z.enum(SUPPRESSION_REASONS).nullable().default(null),
});
const Addition = z.strictObject({ address: z.string(), detail: z.string().max(500).nullable().default(null) });

/** `/api/suppressions`: list, add; `/api/suppressions/:address`: read, remove. */
export const suppressions = new Hono<{ Bindings: Env }>();

suppressions.get("/", async (context) => {
  const query = checkedQuery(ListQuery, context.req.url);
  if (!query.ok) return refuse(query.error);
  const { limit } = query.value;
  const found = await listSuppressions(context.env.DB, { ...query.value, limit: limit + 1 });
  const { page, next } = pageOf(found, limit, ({ address }) => address);
  return context.json(LIST.answer(page.map(view), next));
});

/** Adds a suppression by hand; an existing one keeps its reason. */
suppressions.post("/", async (context) => {
  const body = await readJson(context.req.raw, MAX_BYTES);
  const asked = body.ok ? checked(Addition, body.value) : body;
  if (!asked.ok) return refuse(asked.error);
  const address = addressAt("$.address", asked.value.address);
  if (!address.ok) return refuse(address.error);
  const entry = { address: address.value, reason: "manual", detail: asked.value.detail, push: null } as const;
  await addSuppressions(context.env.DB, [entry], Date.now());
  return answer(context, address.value);
});

suppressions.get("/:address", async (context) => {
  const address = addressAt("address", context.req.param("address"));
  return address.ok ? answer(context, address.value) : refuse(address.error);
});

suppressions.delete("/:address", async (context) => {
  const address = addressAt("address", context.req.param("address"));
  if (!address.ok) return refuse(address.error);
  const removed = await removeSuppression(context.env.DB, address.value);
  return removed ? context.body(null, 204) : refuse(unknown(address.value));
});

async function answer(context: Context<{ Bindings: Env }>, address: string): Promise<Response> {
  const found = await findSuppression(context.env.DB, address);
  return found === null ? refuse(unknown(address)) : context.json(view(found));
}

function addressAt(path: string, given: string): Result<string, Problem> {
  const address = checkAddress(given);
  return address.ok ? address : err(invalid([{ path, message: address.error }]));
}

function unknown(address: string): Problem {
  return notFound(`suppression of ${address}`);
}

function view(suppression: KnownSuppression) {
  return { ...suppression, createdAt: isoTime(suppression.createdAt) };
}
