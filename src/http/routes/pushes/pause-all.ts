import { Hono } from "hono";
import { callPush, newRequest, PushUnreachable } from "../../../push/call.ts";
import { listActive } from "../../../push/index/active.ts";
import { type Api, callerOf } from "../../access/caller.ts";
import { PausedAllAnswer } from "../../answers/pushes.ts";
import { describe } from "../../openapi/operation.ts";

const PAUSED_AT_ONCE = 6;

/** `/api/pushes/pause`: all of them. */
export const pauseAll = new Hono<Api>();

pauseAll.post(
  "/",
  describe({
    id: "pauseAllPushes",
    section: "Pushes",
    summary: "Pause all pushes that send mail or will",
    description:
      "Those that run or are scheduled, 500 in one call. Each is resumed by itself. Sent again, it pauses what was left.",
    answers: { 200: { description: "What became of them", json: PausedAllAnswer } },
  }),
);
pauseAll.post("/", async (context) => {
  const { env } = context;
  const by = callerOf(context);
  const { ids, hasMore } = await listActive(env.DB);
  const paused: string[] = [];
  const unreachable: string[] = [];
  for (let at = 0; at < ids.length; at += PAUSED_AT_ONCE) {
    const some = ids.slice(at, at + PAUSED_AT_ONCE);
    const results = await Promise.all(some.map((id) => pause(env, id, by)));
    paused.push(...some.filter((_, n) => results[n] === "paused"));
    unreachable.push(...some.filter((_, n) => results[n] === "unreachable"));
  }
  return context.json({ paused, unreachable, hasMore });
});

/** `refused`: it has ended since, or is paused already. */
async function pause(env: Env, id: string, by: string): Promise<"paused" | "refused" | "unreachable"> {
  try {
    const answer = await callPush(env, id, (push) => push.pause(newRequest(Date.now(), by)));
    return answer.ok ? "paused" : "refused";
  } catch (error) {
    // One that does not answer must not keep the others running.
    if (error instanceof PushUnreachable) return "unreachable";
    throw error;
  }
}
