import { createMiddleware } from "hono/factory";
import { readToken } from "../config/settings.ts";
import { type Problem, refuse } from "./problem.ts";

/**
 * Requires `Authorization: Bearer API_TOKEN` (RFC 6750), before any of the body is read. Throws `ConfigError` for a token
 * that must not open anything.
 */
export const requireToken = createMiddleware<{ Bindings: Env }>(async (context, next) => {
  const expected = readToken(context.env);
  const given = /^Bearer +(\S+)$/i.exec(context.req.header("authorization") ?? "")?.[1];
  if (given === undefined) {
    return refuse(unauthorised("token-missing", "expected the header Authorization: Bearer <API_TOKEN>", "Bearer"));
  }
  if (!(await same(given, expected))) {
    return refuse(unauthorised("token-invalid", "the token is not the one configured", 'Bearer error="invalid_token"'));
  }
  await next();
});

function unauthorised(code: "token-missing" | "token-invalid", detail: string, challenge: string): Problem {
  return { code, detail, headers: { "www-authenticate": challenge } };
}

/** Constant-time comparison, of digests because their lengths are equal. */
async function same(given: string, expected: string): Promise<boolean> {
  const [a, b] = await Promise.all([digest(given), digest(expected)]);
  return crypto.subtle.timingSafeEqual(a, b);
}

function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
}
