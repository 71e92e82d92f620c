import { type Context, Hono } from "hono";
import * as z from "zod";
import { readSettings } from "../../../config/settings.ts";
import { callPush, newRequest } from "../../../push/call.ts";
import type { CommandAnswer, CommandRequest, PushStatus } from "../../../push/rpc.ts";
import { CONTENT_VERSION, mailpushChange } from "../../../push/steering/mailpush.ts";
import { count } from "../../../recipients/filter/count.ts";
import { parseFilter } from "../../../recipients/filter/filter.ts";
import { type Api, callerOf } from "../../access/caller.ts";
import { ApprovedAnswer, PushAnswer } from "../../answers/pushes.ts";
import { attemptOf } from "../../idempotency/idempotency.ts";
import { findPush, knownPush } from "../../known-push.ts";
import { describe } from "../../openapi/operation.ts";
import { invalid, type Problem, refuse } from "../../problem.ts";
import { pushView, unknownPush } from "../../push.ts";
import { checked, readJson } from "../../request/body.ts";
import { readChange } from "../../request/push-body.ts";
import { readPushJson } from "../../request/push-json.ts";

const MAX_BYTES = 2_000_000;
const PATH = { id: z.string() };
const ApproveBody = z.strictObject({ contentVersion: CONTENT_VERSION.optional() });

/** `/api/pushes/:id` and `/approve`: a held push changes, and goes. */
export const hold = new Hono<Api>();

hold.patch(
  "/:id",
  describe({
    id: "changePush",
    section: "Pushes",
    summary: "Change content and options of a held push",
    description:
      "Not its audience. Raises `contentVersion`, unless nothing differs. With the `contentVersion` that the change is made " +
      "from, it is refused if somebody else was faster. `from`: null is `MAIL_FROM` as it is now.",
    path: PATH,
    body: { json: mailpushChange, examples: [{ subject: "Good morning {{ username }}", contentVersion: 1 }] },
    answers: { 200: { description: "The push", json: PushAnswer } },
    refusals: ["not-found", "wrong-state", "outdated-version", "push-unreachable", "outcome-unknown"],
  }),
);
hold.patch("/:id", knownPush, async (context) => {
  const { env } = context;
  const body = await readPushJson(context.req.raw);
  const asked = body.ok ? await readChange(env.DB, readSettings(env), body.value, Date.now()) : body;
  if (!asked.ok) return refuse(asked.error);
  const { change, version } = asked.value;
  const request = commandOf(context);
  const answer = await callPush(env, context.req.param("id"), (push) => push.change(request, change, version));
  return answer.ok ? context.json(pushView(answer.status)) : refuse(problemOf(answer));
});

hold.post(
  "/:id/approve",
  describe({
    id: "approvePush",
    section: "Pushes",
    summary: "Let a held push go",
    description:
      "It starts at once, or at its `sendAt`. Send the `contentVersion` that you have seen: a push that has changed since is " +
      "not approved. Its recipients are those of its snapshot, whoever matches its filter by now.",
    path: PATH,
    body: { json: ApproveBody, isOptional: true, examples: [{ contentVersion: 1 }] },
    answers: { 200: { description: "The push, and how its audience has changed", json: ApprovedAnswer } },
    refusals: ["not-found", "wrong-state", "outdated-version", "push-unreachable", "outcome-unknown"],
  }),
);
hold.post("/:id/approve", async (context) => {
  const { env } = context;
  const id = context.req.param("id");
  const status = await findPush(env, id);
  if (status === null) return refuse(unknownPush(id));
  const body = await readJson(context.req.raw, MAX_BYTES);
  const asked = body.ok ? checked(ApproveBody, body.value ?? {}) : body;
  if (!asked.ok) return refuse(asked.error);
  // Before the approval: a failure here must not hide one.
  const matching = await matchingNow(env.DB, status);
  const request = commandOf(context);
  const version = asked.value.contentVersion ?? null;
  const answer = await callPush(env, id, (push) => push.approve(request, version));
  if (!answer.ok) return refuse(problemOf(answer));
  return context.json({
    matching: matching.count,
    matchingIsEstimate: matching.isEstimate,
    inSnapshot: answer.status.total,
    push: pushView(answer.status),
  });
});

async function matchingNow(db: D1Database, { filter }: PushStatus) {
  const parsed = parseFilter(filter);
  if (!parsed.ok) throw new Error("the filter was accepted and cannot be read any more");
  return count(db, parsed.value);
}

function problemOf({ code = "wrong-state", reason }: CommandAnswer & { ok: false }): Problem {
  if (code === "canary-wait") return invalid([{ path: "$.canary.waitSeconds", message: reason }]);
  return { code, detail: reason };
}

/** A repeat under the same Idempotency-Key is the same command. */
function commandOf(context: Context<Api>): CommandRequest {
  return newRequest(Date.now(), callerOf(context), attemptOf(context).id);
}
