import { logError } from "../../log.ts";
import type { Problem } from "../problem.ts";
import { networkOf } from "./network.ts";

/** As in `[[ratelimits]]` of wrangler.toml, which a test compares. */
export const RATE_LIMIT = { requests: 300, periodSeconds: 10 } as const;

const { requests, periodSeconds } = RATE_LIMIT;

/** RateLimit-Policy of draft-ietf-httpapi-ratelimit-headers, on every answer of the API. */
export const RATE_LIMIT_POLICY = `"default";q=${requests};w=${periodSeconds}`;

/** What is counted together: a token's requests, and those that have none, by the client's network. */
export function rateLimitKey(request: Request, token: string | null): string {
  if (token !== null) return `token:${token}`;
  return `network:${networkOf(request.headers.get("cf-connecting-ip") ?? "")}`;
}

/**
 * Counts a request, and says whether it is within the limit of its key. The count is per Cloudflare location and
 * approximate. One that fails limits nothing: the API must not depend on it.
 */
export async function isWithinLimit(env: Env, key: string): Promise<boolean> {
  try {
    return (await env.RATE_LIMIT.limit({ key })).success;
  } catch (error) {
    logError({ at: "rate-limit", error: String(error) });
    return true;
  }
}

/** The binding tells neither what is left nor when the period ends: this is the longest it can take. */
export function tooManyRequests(): Problem {
  return {
    code: "too-many-requests",
    detail: `more than ${requests} requests in ${periodSeconds} seconds`,
    headers: { ratelimit: `"default";r=0;t=${periodSeconds}`, "retry-after": `${periodSeconds}` },
  };
}
