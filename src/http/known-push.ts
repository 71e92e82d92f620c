import { createMiddleware } from "hono/factory";
import { callPush } from "../push/call.ts";
import { findMirrored } from "../push/index/summaries.ts";
import { isPushId } from "../push/steering/id.ts";
import type { Api } from "./access/caller.ts";
import { refuse } from "./problem.ts";
import { unknownPush } from "./push.ts";

/** Lets pass only pushes that exist: their object knows them, or D1 does after their ledger's retention. */
export const knownPush = createMiddleware<Api>(async (context, next) => {
  const id = context.req.param("id") ?? "";
  if (!isPushId(id)) return refuse(unknownPush(id));
  const status = await callPush(context.env, id, (push) => push.status());
  if ((status ?? (await findMirrored(context.env.DB, id))) === null) return refuse(unknownPush(id));
  await next();
});
