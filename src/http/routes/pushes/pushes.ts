import { type Context, Hono } from "hono";
import * as z from "zod";
import { defaultFrom, readSettings } from "../../../config/settings.ts";
import { PUSH_STATES } from "../../../core/states.ts";
import { logError } from "../../../log.ts";
import { keyName } from "../../../message/signed/signing-keys.ts";
import { callPush, GIVE_UP_AFTER_MS, type PushCalls } from "../../../push/call.ts";
import { mirror } from "../../../push/index/mirror.ts";
import { listSummaries, searchSummaries } from "../../../push/index/summaries.ts";
import type { NewPush, PushStatus } from "../../../push/rpc.ts";
import { isPushId } from "../../../push/steering/id.ts";
import { MAILPUSH_FORMS } from "../../../push/steering/mailpush.ts";
import { type QuotaWarning, quotaWarning } from "../../../push/steering/quota-warning.ts";
import { findWarnings, isAboutAttribute, type Warning } from "../../../push/steering/warnings.ts";
import { readMacKey } from "../../../recipients/erased.ts";
import { count } from "../../../recipients/filter/count.ts";
import { currentRequestId } from "../../../request-id.ts";
import { type Api, callerOf } from "../../access/caller.ts";
import { lacking } from "../../access/scopes.ts";
import { listOfAnswers } from "../../answers/list.ts";
import { CreatedPushAnswer, PushAnswer, PushSummaryAnswer } from "../../answers/pushes.ts";
import { attemptOf } from "../../idempotency/idempotency.ts";
import { findPush } from "../../known-push.ts";
import { listOf, pageOf } from "../../list.ts";
import { describe } from "../../openapi/operation.ts";
import { invalid, refuse } from "../../problem.ts";
import { pushView, unknownPush } from "../../push.ts";
import { checkedQuery } from "../../request/body.ts";
import { readPush } from "../../request/push-body.ts";
import { readPushJson } from "../../request/push-json.ts";

const LIST = listOf("pushes", z.string().refine(isPushId), null);
const ListQuery = z.strictObject({
  state: z
    .enum(PUSH_STATES)
    .nullable()
    .default(null)
    .meta({ description: "Their `status`, some seconds ago at most." }),
  search: z
    .string()
    .min(1)
    .max(320)
    .nullable()
    .default(null)
    .meta({ description: "A part of the subject, in any case, or an id." }),
  ...LIST.paging,
});
const EXAMPLE = {
  action: "mailpush",
  filter: { area: "beijing" },
  subject: "Hello {{ username }}",
  html: "<p>Dear {{ username }}, your plan is {{ attributes.plan }}.</p>",
};

/** `/api/pushes`: create, list; `/api/pushes/:id`: status. */
export const pushes = new Hono<Api>();

pushes.post(
  "/",
  describe({
    id: "createPush",
    section: "Pushes",
    summary: "Create a push",
    description:
      "Sends mail, at once or at `sendAt`; needs the scope `send` for it. With `hold`, `write` is enough: the push is `held`, " +
      "its recipients are fixed, and nothing is sent before somebody approves it. 2 MB at most, and 5 MB of attachments.",
    body: { json: z.union(MAILPUSH_FORMS), examples: [EXAMPLE] },
    answers: { 202: { description: "Created", json: CreatedPushAnswer, hasLocation: true } },
    refusals: ["missing-attributes", "foreign-placeholders", "push-not-created", "push-unreachable", "outcome-unknown"],
  }),
);
pushes.post("/", async (context) => {
  const { env } = context;
  const settings = readSettings(env);
  const now = Date.now();
  const { id, isRepeat } = attemptOf(context);
  // By an attempt under the same Idempotency-Key whose answer was lost: it was in order, and is not measured again.
  const made = isRepeat ? await findPush(env, id) : null;
  const body = await readPushJson(context.req.raw);
  const asked = body.ok ? await readPush(env.DB, settings, body.value, made?.createdAt ?? now) : body;
  // Who may not send may make a push that somebody else lets go.
  const refusal = asked.ok && !asked.value.hold ? lacking(context.get("caller"), "send") : null;
  if (refusal !== null) return refuse(refusal);
  // A stored part that the push took may be gone by now.
  if (!asked.ok) return made === null ? refuse(asked.error) : created(context, made, { warnings: [], lookedAt: 0 });
  const { filter, sendAt, from, template, segment, ...rest } = asked.value;
  const expected = await count(env.DB, filter.parsed);
  const { subject, html, text = null, headers } = rest;
  const templates = { subject, html, text, headers };
  const { warnings, lookedAt } = await findWarnings(env.DB, templates, filter.parsed, expected.count);
  if (made === null && rest.strict && warnings.length > 0) {
    return refuse(invalid(warnings, warnings.some(isAboutAttribute) ? "missing-attributes" : "foreign-placeholders"));
  }
  const quota = quotaWarning(settings.relays, rest.relays ?? null, expected.count, rest.expiresIn);
  const push: NewPush = {
    id,
    action: rest.action,
    filter: filter.given,
    template,
    segment,
    ...templates,
    from: from ?? defaultFrom(settings),
    replyTo: rest.replyTo ?? null,
    list: rest.list,
    attachments: rest.attachments,
    signedWith: keyName(settings.signingKeys.current),
    expected: expected.count,
    expectedIsEstimate: expected.isEstimate,
    createdAt: now,
    acceptUntil: Date.now() + GIVE_UP_AFTER_MS,
    sendAt: sendAt ?? null,
    expiresInSeconds: rest.expiresIn,
    rate: rest.rate ?? null,
    inDoubt: rest.inDoubt,
    by: callerOf(context),
    requestId: currentRequestId(),
    relays: rest.relays ?? null,
    priority: rest.priority,
    once: rest.onceKey == null ? null : { key: rest.onceKey, macKey: await readMacKey(env.DB) },
    canary: rest.canary ?? null,
  };
  // All that an object of older code would leave out.
  const hasOwnParts = rest.attachments.length > 0 || Object.keys(headers).length > 0;
  const isGuarded = rest.hold || push.canary !== null || push.once !== null || hasOwnParts;
  const create = (object: PushCalls) => (isGuarded ? object.createGuarded(push, rest.hold) : object.create(push));
  const status = made ?? (await callPush(env, push.id, create));
  if (status === null) {
    const detail = "the push was not created; try again";
    return refuse({ code: "push-not-created", detail, headers: { "retry-after": "1" } });
  }
  // The push exists: if this write fails, its alarm writes the row; an error would only cause a second push.
  // Version 0: any mirror wins.
  await mirror(env.DB, status, 0).catch((error) => {
    logError({ at: "mirror", push: push.id, error: String(error) });
  });
  return created(context, status, { warnings: quota === null ? warnings : [...warnings, quota], lookedAt });
});

pushes.get(
  "/",
  describe({
    id: "listPushes",
    section: "Pushes",
    summary: "List pushes",
    query: ListQuery,
    answers: {
      200: { description: "A page, newest first, without their filters", json: listOfAnswers(PushSummaryAnswer) },
    },
  }),
);
pushes.get("/", async (context) => {
  const query = checkedQuery(ListQuery, context.req.url);
  if (!query.ok) return refuse(query.error);
  const { state, search, after, limit } = query.value;
  const { DB } = context.env;
  if (search !== null) {
    const { found, end } = await searchSummaries(DB, { search, state, before: after, limit });
    return context.json(LIST.answer(found.map(pushView), end));
  }
  const found = await listSummaries(DB, state, after, limit + 1);
  const { page, next } = pageOf(found, limit, ({ id }) => id);
  return context.json(LIST.answer(page.map(pushView), next));
});

pushes.get(
  "/:id",
  describe({
    id: "getPush",
    section: "Pushes",
    summary: "Read a push: its status and its tallies",
    path: { id: z.string() },
    answers: { 200: { description: "The push", json: PushAnswer } },
    refusals: ["not-found", "push-unreachable"],
  }),
);
pushes.get("/:id", async (context) => {
  const id = context.req.param("id");
  const found = await findPush(context.env, id);
  return found === null ? refuse(unknownPush(id)) : context.json(pushView(found));
});

interface Found {
  readonly warnings: readonly (Warning | QuotaWarning)[];
  readonly lookedAt: number;
}

function created(context: Context<Api>, { id, status, expected, expectedIsEstimate }: PushStatus, found: Found) {
  const answer = { id, status, expected, expectedIsEstimate, ...found };
  return context.json(answer, 202, { location: `/api/pushes/${id}` });
}
