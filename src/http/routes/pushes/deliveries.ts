import { type Context, Hono } from "hono";
import * as z from "zod";
import { DELIVERY_STATES } from "../../../core/states.ts";
import { callPush, newRequest } from "../../../push/call.ts";
import { mergeFailures, NO_FAILURES } from "../../../push/index/failure-groups.ts";
import { type FailuresPage, OTHER_REASONED, type OtherReasoned } from "../../../push/index/failures.ts";
import { type CommandRequest, RETRYABLE_STATES } from "../../../push/rpc.ts";
import { RATE } from "../../../push/steering/mailpush.ts";
import { checkAddress, checkDomain } from "../../../recipients/address.ts";
import { type Api, callerOf } from "../../access/caller.ts";
import { DeliveryAnswer, DeliveryStoryAnswer, FailuresAnswer } from "../../answers/deliveries.ts";
import { listOfAnswers } from "../../answers/list.ts";
import { PushAnswer, ResolvedAnswer, RetriedAnswer } from "../../answers/pushes.ts";
import { attemptOf } from "../../idempotency/idempotency.ts";
import { knownPush } from "../../known-push.ts";
import { listOf } from "../../list.ts";
import { describe } from "../../openapi/operation.ts";
import { notFound, refuse } from "../../problem.ts";
import { deliveryView, failuresView, pushView, storyView } from "../../push.ts";
import { checked, checkedQuery, readJson } from "../../request/body.ts";

const MAX_BYTES = 1_000_000;
const MAX_IDS = 10_000;

const LIST = listOf("deliveries", z.int().min(0), 0);
const ListQuery = z.strictObject({
  state: z.enum(DELIVERY_STATES).nullable().default(null),
  search: z
    .string()
    .min(1)
    .max(320)
    .nullable()
    .default(null)
    .meta({ description: "A part of the address or the reply, in any case." }),
  class: z.string().min(1).max(64).nullable().default(null),
  domain: domainName().nullable().default(null).meta({ description: "The recipient's, in any form." }),
  ...LIST.paging,
});
const FAILURES = listOf("failures", z.int().min(0), 0);
const FailuresQuery = z.strictObject({
  state: z
    .enum(["failed", ...OTHER_REASONED])
    .default("failed")
    .meta({ description: "`failed`: with those that bounced." }),
  after: FAILURES.paging.after,
});
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
const RateBody = z.strictObject({ rate: RATE });
const PATH = { id: z.string() };
const STEERED = { path: PATH, refusals: ["not-found", "wrong-state", "push-unreachable", "outcome-unknown"] } as const;
const SUMMARIES = {
  pause: "Pause a push; a mail in an SMTP transaction is completed",
  resume: "Resume a push",
  cancel: "Cancel a push",
};

/** `/api/pushes/:id/…`: the list of deliveries; actions on the push and on deliveries. */
export const deliveries = new Hono<Api>();

deliveries.get(
  "/:id/deliveries",
  describe({
    id: "listDeliveries",
    section: "Deliveries",
    summary: "List the deliveries of a push",
    path: PATH,
    query: ListQuery,
    answers: { 200: { description: "A page, by recipient", json: listOfAnswers(DeliveryAnswer) } },
    refusals: ["not-found", "push-unreachable"],
  }),
);
deliveries.get("/:id/deliveries", knownPush, async (context) => {
  const query = checkedQuery(ListQuery, context.req.url);
  if (!query.ok) return refuse(query.error);
  const { state, after, limit, ...matching } = query.value;
  const address = matching.search === null ? null : checkAddress(matching.search);
  // A whole address is searched for as the ledger writes it.
  const search = address?.ok ? address.value : matching.search;
  const asked = { state, after, limit, matching: { ...matching, search } };
  const page = await callPush(context.env, idOf(context), (push) => push.deliveries(asked));
  return context.json(LIST.answer(page.deliveries.map(deliveryView), page.next));
});

deliveries.get(
  "/:id/deliveries/:recipient{[0-9]{1,15}}",
  describe({
    id: "getDelivery",
    section: "Deliveries",
    summary: "Read what happened to one recipient's mail",
    path: { ...PATH, recipient: z.int().min(1) },
    answers: { 200: { description: "The delivery, with its events", json: DeliveryStoryAnswer } },
    refusals: ["not-found", "push-unreachable"],
  }),
);
deliveries.get("/:id/deliveries/:recipient{[0-9]{1,15}}", knownPush, async (context) => {
  const recipient = Number(context.req.param("recipient"));
  const story = await callPush(context.env, idOf(context), (push) => push.story(recipient));
  if (story === null) return refuse(notFound(`delivery ${recipient} of push ${idOf(context)}`));
  return context.json(storyView(story));
});

deliveries.get(
  "/:id/failures",
  describe({
    id: "getFailures",
    section: "Deliveries",
    summary: "Read the failures of a push by class and by domain",
    description:
      "With what to do about each class; or, by `state`, the deliveries that are deferred, in doubt, skipped or reported " +
      "as abuse. The counts of several pages add up.",
    path: PATH,
    query: FailuresQuery,
    answers: { 200: { description: "A page", json: FailuresAnswer } },
    refusals: ["not-found", "push-unreachable"],
  }),
);
deliveries.get("/:id/failures", knownPush, async (context) => {
  const query = checkedQuery(FailuresQuery, context.req.url);
  if (!query.ok) return refuse(query.error);
  const { groups, next } = await readFailures(context.env, idOf(context), query.value);
  return context.json({ ...failuresView(query.value.state, groups), ...FAILURES.position(next) });
});

for (const steering of ["pause", "resume", "cancel"] as const) {
  deliveries.post(
    `/:id/${steering}`,
    describe({
      id: `${steering}Push`,
      section: "Pushes",
      summary: SUMMARIES[steering],
      ...STEERED,
      answers: { 200: { description: "The push", json: PushAnswer } },
    }),
  );
  deliveries.post(`/:id/${steering}`, knownPush, async (context) => {
    const request = commandOf(context);
    const answer = await callPush(context.env, idOf(context), (push) => push[steering](request));
    return answer.ok ? context.json(pushView(answer.status)) : refuse({ code: "wrong-state", detail: answer.reason });
  });
}

deliveries.post(
  "/:id/rate",
  describe({
    id: "changeRate",
    section: "Pushes",
    summary: "Change the rate of a push that is scheduled, running or paused",
    description: "Not above what its relays allow. A held push is changed with `PATCH`.",
    ...STEERED,
    body: { json: RateBody, examples: [{ rate: 20 }] },
    answers: { 200: { description: "The push", json: PushAnswer } },
  }),
);
deliveries.post("/:id/rate", knownPush, async (context) => {
  const body = await readJson(context.req.raw, MAX_BYTES);
  const asked = body.ok ? checked(RateBody, body.value) : body;
  if (!asked.ok) return refuse(asked.error);
  const { rate } = asked.value;
  const request = commandOf(context);
  const answer = await callPush(context.env, idOf(context), (push) => push.changeRate(request, rate));
  return answer.ok ? context.json(pushView(answer.status)) : refuse({ code: "wrong-state", detail: answer.reason });
});

deliveries.post(
  "/:id/retry",
  describe({
    id: "retryPush",
    section: "Pushes",
    summary: "Retry deliveries",
    ...STEERED,
    description:
      "Those that failed, that are held in doubt, that are deferred (now instead of later) and that were skipped for a " +
      "reason that is gone; the body narrows it.",
    body: { json: RetryBody, isOptional: true, examples: [{ state: ["failed"], class: "mailbox-full" }] },
    answers: { 200: { description: "How many, and the push", json: RetriedAnswer } },
  }),
);
deliveries.post("/:id/retry", knownPush, async (context) => {
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

deliveries.post(
  "/:id/resolve",
  describe({
    id: "resolveDoubts",
    section: "Pushes",
    summary: "Say what became of deliveries in doubt",
    ...STEERED,
    body: { json: ResolveBody, examples: [{ ids: [7], as: "sent" }] },
    answers: { 200: { description: "How many, and the push", json: ResolvedAnswer } },
  }),
);
deliveries.post("/:id/resolve", knownPush, async (context) => {
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

/** Calls of the object for one answer. */
const MAX_FAILURE_CALLS = 5;

/** Several short calls instead of a long one: other events of the push run in between. */
async function readFailures(
  env: Env,
  id: string,
  { state, after }: { readonly state: "failed" | OtherReasoned; readonly after: number },
): Promise<FailuresPage> {
  let groups = NO_FAILURES;
  let next: number | null = after;
  for (let call = 0; next !== null && call < MAX_FAILURE_CALLS; call++) {
    const from: number = next;
    const page = await callPush(env, id, (push) =>
      state === "failed" ? push.failures(from) : push.reasons(state, from),
    );
    groups = mergeFailures(groups, page.groups);
    next = page.next;
  }
  return { groups, next };
}

/** A domain in any case and form: the ledger has it in lower case and in A-labels. */
function domainName() {
  return z.string().transform((given, context) => {
    const domain = checkDomain(given);
    if (domain.ok) return domain.value;
    context.addIssue("is not a domain name");
    return z.NEVER;
  });
}

function idOf(context: Context<Api>): string {
  return context.req.param("id") ?? "";
}
