import { type Context, Hono } from "hono";
import { createMiddleware } from "hono/factory";
import * as z from "zod";
import { DELIVERY_STATES } from "../../core/states.ts";
import { callPush, newRequest } from "../../push/call.ts";
import { findMirrored } from "../../push/index/summaries.ts";
import { type CommandRequest, RETRYABLE_STATES } from "../../push/rpc.ts";
import { isPushId } from "../../push/steering/id.ts";
import { type Api, callerOf } from "../access/caller.ts";
import { attemptOf } from "../access/idempotency.ts";
import { checked, checkedQuery, readJson } from "../body.ts";
import { listOf } from "../list.ts";
import { notFound, refuse } from "../problem.ts";
import { deliveryView, pushView, storyView, unknownPush } from "../push.ts";

const MAX_BYTES = 1_000_000;
const MAX_IDS = 10_000;

const LIST = listOf("deliveries", z.int().min(0), 0);
const ListQuery = z.strictObject({ state: z.enum(DELIVERY_STATES).nullable().default(null), ...LIST.paging });
const Ids = z.array(z.int().min(1)).min(1).max(MAX_IDS);
const RetryBody = z.strictObject({
  state: z
    .array(z.enum(RETRYABLE_STATES))
    .min(1)
    .default([...RETRYABLE_STATES]),
  class: z.string().max(64).nullable().default(null),
  ids: Ids.nullable().default(null),
});
const ResolveBody = z.strictObject({ ids: Ids, as: z.enum(["sent", "failed"]) });

/** `/api/pushes/:id/…`: the list of deliveries; actions on the push and on deliveries. */
export const deliveries = new Hono<Api>();

/** Lets pass only pushes that exist: their object knows them, or D1 does after their ledger's retention. */
const known = createMiddleware<Api>(async (context, next) => {
  const id = context.req.param("id") ?? "";
  if (!isPushId(id)) return refuse(unknownPush(id));
  const status = await callPush(context.env, id, (push) => push.status());
  if ((status ?? (await findMirrored(context.env.DB, id))) === null) return refuse(unknownPush(id));
  await next();
});

deliveries.get("/:id/deliveries", known, async (context) => {
  const query = checkedQuery(ListQuery, context.req.url);
  if (!query.ok) return refuse(query.error);
  const page = await callPush(context.env, idOf(context), (push) => push.deliveries(query.value));
  return context.json(LIST.answer(page.deliveries.map(deliveryView), page.next));
});

deliveries.get("/:id/deliveries/:recipient{[0-9]{1,15}}", known, async (context) => {
  const recipient = Number(context.req.param("recipient"));
  const story = await callPush(context.env, idOf(context), (push) => push.story(recipient));
  if (story === null) return refuse(notFound(`delivery ${recipient} of push ${idOf(context)}`));
  return context.json(storyView(story));
});

for (const steering of ["pause", "resume", "cancel"] as const) {
  deliveries.post(`/:id/${steering}`, known, async (context) => {
    const request = commandOf(context);
    const answer = await callPush(context.env, idOf(context), (push) => push[steering](request));
    return answer.ok ? context.json(pushView(answer.status)) : refuse({ code: "wrong-state", detail: answer.reason });
  });
}

/** Without a body: all that a retry can take. */
deliveries.post("/:id/retry", known, async (context) => {
  const body = await readJson(context.req.raw, MAX_BYTES);
  const asked = body.ok ? checked(RetryBody, body.value ?? {}) : body;
  if (!asked.ok) return refuse(asked.error);
  const { state, class: verdict, ids } = asked.value;
  const selection = { states: state, class: verdict, ids };
  const request = commandOf(context);
  const answer = await callPush(context.env, idOf(context), (push) => push.retry(request, selection));
  if (!answer.ok) return refuse({ code: "wrong-state", detail: answer.reason });
  return context.json({ retried: answer.value, push: pushView(answer.status) });
});

deliveries.post("/:id/resolve", known, async (context) => {
  const body = await readJson(context.req.raw, MAX_BYTES);
  const asked = body.ok ? checked(ResolveBody, body.value) : body;
  if (!asked.ok) return refuse(asked.error);
  const { ids, as } = asked.value;
  const request = commandOf(context);
  const answer = await callPush(context.env, idOf(context), (push) => push.resolve(request, ids, as));
  if (!answer.ok) return refuse({ code: "wrong-state", detail: answer.reason });
  return context.json({ resolved: answer.value, push: pushView(answer.status) });
});

/** A repeat under the same Idempotency-Key is the same command. */
function commandOf(context: Context<Api>): CommandRequest {
  return newRequest(Date.now(), callerOf(context), attemptOf(context).id);
}

function idOf(context: Context<Api>): string {
  return context.req.param("id") ?? "";
}
