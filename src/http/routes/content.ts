import { Hono } from "hono";
import * as z from "zod";
import { callPush } from "../../push/call.ts";
import { isPushId } from "../../push/steering/id.ts";
import type { Api } from "../access/caller.ts";
import { PushContentAnswer } from "../answers/pushes.ts";
import { describe } from "../openapi/operation.ts";
import { refuse } from "../problem.ts";
import { unknownPush } from "../push.ts";

/** `/api/pushes/:id/content`: what a push sends. */
export const content = new Hono<Api>();

content.get(
  "/:id/content",
  describe({
    id: "getPushContent",
    section: "Pushes",
    summary: "Read what a push sends",
    description: "The templates as the push took them, for as long as its ledger is kept (`RETENTION_DAYS`).",
    path: { id: z.string() },
    answers: { 200: { description: "The content", json: PushContentAnswer } },
    refusals: ["not-found", "push-unreachable"],
  }),
);
content.get("/:id/content", async (context) => {
  const id = context.req.param("id");
  const found = isPushId(id) ? await callPush(context.env, id, (object) => object.content()) : null;
  if (found === null) return refuse(unknownPush(id));
  const { push: _push, signedWith: _key, ...shown } = found;
  return context.json(shown);
});
