import { createMiddleware } from "hono/factory";
import { refuse } from "./problem.ts";

/** Requires `Authorization: Bearer API_TOKEN` (RFC 6750). Without a configured API_TOKEN, always a 503. */
export const requireToken = createMiddleware<{ Bindings: Env }>(async (context, next) => {
  const expected = context.env.API_TOKEN;
  if (typeof expected !== "string" || expected === "") {
    const detail = "no API_TOKEN is configured: `wrangler secret put API_TOKEN`, locally in .dev.vars";
    return refuse({ status: 503, detail });
  }
  const given = /^Bearer +(\S+)$/i.exec(context.req.header("authorization") ?? "")?.[1];
  if (given === undefined) {
    return refuse(unauthorised("expected the header Authorization: Bearer <API_TOKEN>", "Bearer"));
  }
  if (!(await same(given, expected))) {
    return refuse(unauthorised("the token is not the one configured", 'Bearer error="invalid_token"'));
  }
  await next();
});

function unauthorised(detail: string, challenge: string) {
  return { status: 401, detail, headers: { "www-authenticate": challenge } };
}

/** Constant-time comparison, of digests because their lengths are equal. */
async function same(given: string, expected: string): Promise<boolean> {
  const [a, b] = await Promise.all([digest(given), digest(expected)]);
  return crypto.subtle.timingSafeEqual(a, b);
}

function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
}
