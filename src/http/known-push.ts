import { createMiddleware } from "hono/factory";
import { callPush } from "../push/call.ts";
import { findMirrored } from "../push/index/summaries.ts";
import type { PushStatus } from "../push/rpc.ts";
import { isPushId } from "../push/steering/id.ts";
import type { Api } from "./access/caller.ts";
import { refuse } from "./problem.ts";
import { unknownPush } from "./push.ts";

/** Lets pass only pushes that exist. */
export const knownPush = createMiddleware<Api>(async (context, next) => {
  const id = context.req.param("id") ?? "";
  if ((await findPush(context.env, id)) === null) return refuse(unknownPush(id));
  await next();
});

/**
 * A push's status; null: there is none. The object first: a new push may not have its row in D1 yet, and the row outlives
 * the object's ledger.
 */
export async function findPush(env: Env, id: string): Promise<PushStatus | null> {
  if (!isPushId(id)) return null;
  return (await callPush(env, id, (object) => object.status())) ?? (await findMirrored(env.DB, id));
}
