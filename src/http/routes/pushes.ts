import { Hono } from "hono";
import * as z from "zod";
import { defaultFrom, readSettings } from "../../config/settings.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { logError } from "../../log.ts";
import { keyName } from "../../message/signing-keys.ts";
import { callPush, GIVE_UP_AFTER_MS } from "../../push/call.ts";
import { mirror } from "../../push/index/mirror.ts";
import { findMirrored, listSummaries } from "../../push/index/summaries.ts";
import type { NewPush, PushStatus } from "../../push/rpc.ts";
import { ACTIONS, actionOf } from "../../push/steering/actions.ts";
import { isPushId } from "../../push/steering/id.ts";
import { findWarnings } from "../../push/steering/warnings.ts";
import { count } from "../../recipients/count.ts";
import { currentRequestId } from "../../request-id.ts";
import { type Api, callerOf } from "../access/caller.ts";
import { attemptOf } from "../access/idempotency.ts";
import { listOfAnswers } from "../answers/list.ts";
import { CreatedPushAnswer, PushAnswer, PushSummaryAnswer } from "../answers/pushes.ts";
import { checked, checkedQuery, readJson } from "../body.ts";
import { listOf, pageOf } from "../list.ts";
import { describe } from "../openapi/operation.ts";
import { invalid, type Problem, refuse } from "../problem.ts";
import { pushView, unknownPush } from "../push.ts";

const MAX_BYTES = 2_000_000;
// Tolerates clock differences; an older time is a mistake, and must not send mail at once.
const MAX_PAST_MS = 5 * 60_000;
const MAX_AHEAD_MS = 366 * 86_400_000;

const LIST = listOf("pushes", z.string().refine(isPushId), null);
const ListQuery = z.strictObject(LIST.paging);
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
    description: "Sends mail. 2 MB at most.",
    body: { json: z.union([...ACTIONS.values()]), examples: [EXAMPLE] },
    answers: { 202: { description: "Created", json: CreatedPushAnswer, hasLocation: true } },
    refusals: ["missing-attributes", "push-not-created", "push-unreachable", "outcome-unknown"],
  }),
);
pushes.post("/", async (context) => {
  const { env } = context;
  const settings = readSettings(env);
  const now = Date.now();
  const { id, isRepeat } = attemptOf(context);
  // By an attempt under the same Idempotency-Key whose answer was lost: it was in order, and is not measured again.
  const made = isRepeat ? await findPush(env, id) : null;
  const body = await readJson(context.req.raw, MAX_BYTES);
  const asked = body.ok ? parsePush(body.value, made?.createdAt ?? now) : body;
  if (!asked.ok) return refuse(asked.error);
  const { filter, sendAt, from, ...rest } = asked.value;
  const expected = await count(env.DB, filter.parsed);
  const templates = { subject: rest.subject, html: rest.html, text: rest.text ?? null };
  const { warnings, lookedAt } = await findWarnings(env.DB, templates, filter.parsed, expected.count);
  if (made === null && rest.strict && warnings.length > 0) return refuse(invalid(warnings, "missing-attributes"));
  const push: NewPush = {
    id,
    action: rest.action,
    filter: filter.given,
    ...templates,
    from: from ?? defaultFrom(settings),
    replyTo: rest.replyTo ?? null,
    list: rest.list,
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
  };
  const status = made ?? (await callPush(env, push.id, (object) => object.create(push)));
  if (status === null) {
    const detail = "the push was not created; try again";
    return refuse({ code: "push-not-created", detail, headers: { "retry-after": "1" } });
  }
  // The push exists: if this write fails, its alarm writes the row; an error would only cause a second push.
  // Version 0: any mirror wins.
  await mirror(env.DB, status, 0).catch((error) => {
    logError({ at: "mirror", push: push.id, error: String(error) });
  });
  const location = `/api/pushes/${push.id}`;
  const { expectedIsEstimate } = status;
  const answer = { id, status: status.status, expected: status.expected, expectedIsEstimate, warnings, lookedAt };
  return context.json(answer, 202, { location });
});

pushes.get(
  "/",
  describe({
    id: "listPushes",
    section: "Pushes",
    summary: "List pushes",
    query: ListQuery,
    answers: { 200: { description: "A page, newest first, without filters", json: listOfAnswers(PushSummaryAnswer) } },
  }),
);
pushes.get("/", async (context) => {
  const query = checkedQuery(ListQuery, context.req.url);
  if (!query.ok) return refuse(query.error);
  const { after, limit } = query.value;
  const found = await listSummaries(context.env.DB, after, limit + 1);
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
  if (!isPushId(id)) return refuse(unknownPush(id));
  const found = await findPush(context.env, id);
  return found === null ? refuse(unknownPush(id)) : context.json(pushView(found));
});

/** The object first: a new push may not have its row in D1 yet, and the row outlives the object's ledger. */
async function findPush(env: Env, id: string): Promise<PushStatus | null> {
  return (await callPush(env, id, (object) => object.status())) ?? (await findMirrored(env.DB, id));
}

function parsePush(body: unknown, now: number) {
  const object = checked(z.looseObject({}), body);
  if (!object.ok) return object;
  const { action } = object.value;
  const schema = actionOf(action);
  if (schema === null) {
    const known = [...ACTIONS.keys()].join(", ");
    const given = action === undefined ? "missing" : `unknown: ${JSON.stringify(action).slice(0, 100)}`;
    return err(invalid([{ path: "$.action", message: `${given}; the known actions are: ${known}` }]));
  }
  const asked = checked(schema, body);
  if (!asked.ok) return asked;
  const sendAt = startTime(asked.value.sendAt, now);
  return sendAt.ok ? ok({ ...asked.value, sendAt: sendAt.value }) : sendAt;
}

/** null: at once. */
function startTime(given: string | null | undefined, now: number): Result<number | null, Problem> {
  if (given === null || given === undefined) return ok(null);
  const time = Date.parse(given);
  const wrong = (message: string) => err(invalid([{ path: "$.sendAt", message }]));
  if (time < now - MAX_PAST_MS) return wrong("is in the past");
  if (time > now + MAX_AHEAD_MS) return wrong("is more than a year away");
  return ok(time > now ? time : null);
}
