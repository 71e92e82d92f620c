import { createMiddleware } from "hono/factory";
import { matchedRoutes } from "hono/route";
import { type Problem, refuse } from "../problem.ts";
import type { Api, Caller, Scope } from "./caller.ts";

/**
 * What a route asks of a token. `write or send`: one of them; to make a push, which one depends on the body. Who
 * approves a push sees by the count how its audience has changed. `master`: it
 * takes API_TOKEN alone. `open`: none, its callers prove who they are in another way, and it stands before the token
 * check.
 */
export type Requirement = Scope | typeof EITHER | "master" | "open";
const EITHER = "write or send";

/**
 * Every route of the API, with its method. A route that is missing here takes API_TOKEN alone. Who may write may
 * stop, so pause and cancel are `write`; what lets mail go out is `send`.
 */
export const ROUTE_SCOPES: ReadonlyMap<string, Requirement> = new Map<string, Requirement>([
  ["GET /api/health", "read"],
  ["GET /api/session", "open"],
  ["POST /api/session", "open"],
  ["DELETE /api/session", "open"],
  ["POST /api/session/links", "master"],
  ["GET /api/settings", "read"],
  ["POST /api/feedback/ses", "open"],
  ["POST /api/feedback/postmark", "open"],
  ["POST /api/feedback/sendgrid", "open"],
  ["POST /api/feedback/mailgun", "open"],
  ["GET /api/recipients", "read"],
  ["POST /api/recipients", "write"],
  ["POST /api/recipients/import", "write"],
  ["POST /api/recipients/count", EITHER],
  ["POST /api/recipients/select", "write"],
  ["GET /api/recipients/fields", "read"],
  ["GET /api/recipients/:id{[0-9]{1,15}}", "read"],
  ["GET /api/recipients/:id{[0-9]{1,15}}/deliveries", "read"],
  ["PATCH /api/recipients/:id{[0-9]{1,15}}", "write"],
  ["DELETE /api/recipients/:id{[0-9]{1,15}}", "write"],
  ["GET /api/suppressions", "read"],
  ["POST /api/suppressions", "write"],
  ["POST /api/suppressions/import", "write"],
  ["GET /api/suppressions/export", "read"],
  ["GET /api/suppressions/:address", "read"],
  ["DELETE /api/suppressions/:address", "write"],
  ["GET /api/pushes", "read"],
  ["POST /api/pushes", EITHER],
  ["POST /api/pushes/pause", "write"],
  ["POST /api/pushes/preview", EITHER],
  ["POST /api/pushes/preview/frame", EITHER],
  ["POST /api/pushes/test", "send"],
  ["GET /api/pushes/:id", "read"],
  ["PATCH /api/pushes/:id", "write"],
  ["POST /api/pushes/:id/approve", "send"],
  ["GET /api/pushes/:id/content", "read"],
  ["GET /api/pushes/:id/attachments/:n{[0-9]{1,15}}", "read"],
  ["GET /api/pushes/:id/deliveries", "read"],
  ["GET /api/pushes/:id/deliveries/:recipient{[0-9]{1,15}}", "read"],
  ["GET /api/pushes/:id/failures", "read"],
  ["GET /api/pushes/:id/pace", "read"],
  ["GET /api/pushes/:id/live", "read"],
  ["POST /api/pushes/:id/ticket", "read"],
  ["GET /api/pushes/:id/export", "read"],
  ["POST /api/pushes/:id/pause", "write"],
  ["POST /api/pushes/:id/cancel", "write"],
  ["POST /api/pushes/:id/resume", "send"],
  ["POST /api/pushes/:id/rate", "send"],
  ["POST /api/pushes/:id/retry", "send"],
  ["POST /api/pushes/:id/resolve", "send"],
  ["GET /api/templates", "read"],
  ["POST /api/templates", "write"],
  ["GET /api/templates/:id", "read"],
  ["GET /api/templates/:id/versions", "read"],
  ["PATCH /api/templates/:id", "write"],
  ["DELETE /api/templates/:id", "write"],
  ["GET /api/segments", "read"],
  ["POST /api/segments", "write"],
  ["GET /api/segments/:id", "read"],
  ["PATCH /api/segments/:id", "write"],
  ["DELETE /api/segments/:id", "write"],
  ["GET /api/relays", "master"],
  ["GET /api/relays/:id", "master"],
  ["POST /api/relays/:id/pause", "master"],
  ["POST /api/relays/:id/resume", "master"],
  ["POST /api/relays/:id/test", "master"],
  ["GET /api/tokens", "master"],
  ["POST /api/tokens", "master"],
  ["GET /api/tokens/:id", "master"],
  ["DELETE /api/tokens/:id", "master"],
]);

/** Refuses a caller whose token lacks the scope of the route. A path or a method that is not known passes: a 404, a 405. */
export const requireScope = createMiddleware<Api>(async (context, next) => {
  const caller = context.get("caller");
  for (const { method, path } of matchedRoutes(context)) {
    // Middleware, and the refusals of other methods.
    if (method === "ALL") continue;
    const refusal = lacking(caller, ROUTE_SCOPES.get(`${method} ${path}`) ?? "master");
    if (refusal !== null) return refuse(refusal);
  }
  await next();
});

/** The refusal of a caller who lacks this scope, or null. Also for routes whose scope depends on the body. */
export function lacking(caller: Caller, required: Requirement): Problem | null {
  if (caller.scopes === null || required === "open") return null;
  if (required === "master") {
    return forbidden("api-token-only", "only API_TOKEN itself may do this", 'Bearer error="insufficient_scope"');
  }
  const sufficient: readonly Scope[] = required === EITHER ? ["write", "send"] : [required];
  if (sufficient.some((scope) => caller.scopes?.includes(scope))) return null;
  return forbidden(
    "scope-missing",
    `this token lacks the scope ${required}: it has ${caller.scopes.join(", ")}`,
    // RFC 6750 section 3.1.
    `Bearer error="insufficient_scope", scope="${sufficient.at(-1)}"`,
  );
}

function forbidden(code: "scope-missing" | "api-token-only", detail: string, challenge: string): Problem {
  return { code, detail, headers: { "www-authenticate": challenge } };
}
