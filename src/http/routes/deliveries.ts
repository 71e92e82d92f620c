import { type Context, Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { z } from "zod";
import { DELIVERY_STATES } from "../../core/states.ts";
import { findSummary } from "../../push/index/summaries.ts";
import { isPushId } from "../../push/steering/id.ts";
import { checked, checkedQuery, readJson } from "../body.ts";
import { pageOf, paging } from "../parameters.ts";
import { refuse } from "../problem.ts";
import { deliveryView, pushObject, pushView, unknownPush } from "../push.ts";

const MAX_BYTES = 1_000_000;
const MAX_IDS = 10_000;

const ListQuery = z.strictObject({ state: z.enum(DELIVERY_STATES).nullable().default(null), ...paging });
const Ids = z.array(z.int().min(1)).min(1).max(MAX_IDS);
const RETRYABLE = ["failed", "in_doubt"] as const;
const RetryBody = z.strictObject({
  state: z
    .array(z.enum(RETRYABLE))
    .min(1)
    .default([...RETRYABLE]),
  class: z.string().max(64).nullable().default(null),
  ids: Ids.nullable().default(null),
});
const ResolveBody = z.strictObject({ ids: Ids, as: z.enum(["sent", "failed"]) });

type Bound = { Bindings: Env };

/** `/api/pushes/:id/…`: the list of deliveries; actions on the push and on deliveries. */
export const deliveries = new Hono<Bound>();

// D1 first: a call to an unknown object would create it.
const known = createMiddleware<Bound>(async (context, next) => {
  const id = context.req.param("id") ?? "";
  if (!isPushId(id) || (await findSummary(context.env.DB, id)) === null) return refuse(unknownPush(id));
  await next();
});

deliveries.get("/:id/deliveries", known, async (context) => {
  const query = checkedQuery(ListQuery, context.req.url);
  if (!query.ok) return refuse(query.error);
  const { limit } = query.value;
  const { page, next } = pageOf(await pushOf(context).deliveries({ ...query.value, limit: limit + 1 }), limit);
  return context.json({ deliveries: page.map(deliveryView), next });
});

for (const steering of ["pause", "resume", "cancel"] as const) {
  deliveries.post(`/:id/${steering}`, known, async (context) => {
    const answer = await pushOf(context)[steering]();
    return answer.ok ? context.json(pushView(answer.status)) : refuse({ status: 409, detail: answer.reason });
  });
}

/** Without a body: all failed and all held in-doubt deliveries. */
deliveries.post("/:id/retry", known, async (context) => {
  const body = await readJson(context.req.raw, MAX_BYTES);
  const asked = body.ok ? checked(RetryBody, body.value ?? {}) : body;
  if (!asked.ok) return refuse(asked.error);
  const { state, class: verdict, ids } = asked.value;
  const answer = await pushOf(context).retry({ states: state, class: verdict, ids });
  if (!answer.ok) return refuse({ status: 409, detail: answer.reason });
  return context.json({ retried: answer.retried, push: pushView(answer.status) });
});

deliveries.post("/:id/resolve", known, async (context) => {
  const body = await readJson(context.req.raw, MAX_BYTES);
  const asked = body.ok ? checked(ResolveBody, body.value) : body;
  if (!asked.ok) return refuse(asked.error);
  const answer = await pushOf(context).resolve(asked.value.ids, asked.value.as);
  if (!answer.ok) return refuse({ status: 409, detail: answer.reason });
  return context.json({ resolved: answer.resolved, push: pushView(answer.status) });
});

function pushOf(context: Context<Bound>) {
  return pushObject(context.env, context.req.param("id") ?? "");
}
