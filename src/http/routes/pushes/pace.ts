import { Hono } from "hono";
import * as z from "zod";
import { isoTime, isoTimeOrNull } from "../../../core/time.ts";
import { callPush } from "../../../push/call.ts";
import { NO_PACE } from "../../../push/index/pace.ts";
import type { Api } from "../../access/caller.ts";
import { PaceAnswer } from "../../answers/pushes.ts";
import { knownPush } from "../../known-push.ts";
import { describe } from "../../openapi/operation.ts";

/** `/api/pushes/:id/pace`: how fast a push went, and what is due next. */
export const pace = new Hono<Api>();

pace.get(
  "/:id/pace",
  describe({
    id: "getPace",
    section: "Pushes",
    summary: "Read how fast a push went, and when its next retries are due",
    description: "Empty past retention.",
    path: { id: z.string() },
    answers: { 200: { description: "The pace", json: PaceAnswer } },
    refusals: ["not-found", "push-unreachable"],
  }),
);
pace.get("/:id/pace", knownPush, async (context) => {
  const id = context.req.param("id");
  const { samples, retries, resendAt } = (await callPush(context.env, id, (push) => push.pace())) ?? NO_PACE;
  return context.json({
    samples: samples.map((sample) => ({ ...sample, at: isoTime(sample.at) })),
    retries: retries.map((group) => ({ ...group, at: isoTime(group.at) })),
    resendAt: isoTimeOrNull(resendAt),
  });
});
