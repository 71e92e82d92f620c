import { setTimeout as sleep } from "node:timers/promises";
import { type Api, ApiError, createApi } from "./api.ts";
import type { ProcessGroup } from "./process-group.ts";

/** Well above the starts measured: 2 to 4 s on two cores. */
const START_TIMEOUT_MS = 60_000;

/** The fields read from GET /api/health?deep=true. */
interface Health {
  readonly status: string;
  readonly config?: string;
  /** Instead of all else, when API_TOKEN itself is not valid. */
  readonly errors?: unknown;
}

/**
 * Resolves once GET /api/health?deep=true reports status "ok".
 *
 * @throws with the configuration error, or with the end of the log when wrangler ends or the timeout passes
 */
export async function untilHealthy(wrangler: ProcessGroup, url: string, token: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  let health: Health | null = null;
  while (!wrangler.ended && Date.now() < deadline) {
    health = await fetch(`${url}/api/health?deep=true`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(5_000),
    })
      .then((response) => response.json() as Promise<Health>)
      .catch(() => null);
    if (health?.status === "ok") return;
    // Waiting does not fix the configuration; the other parts may still be starting.
    if (health?.config === "failed" || health?.errors !== undefined) {
      throw new Error(await describeConfig(createApi(url, token)));
    }
    await sleep(50);
  }
  const answer = health === null ? "did not answer" : `answered ${JSON.stringify(health)}`;
  const what = wrangler.ended ? "wrangler dev ended before it was up" : `${url}/api/health ${answer}`;
  throw new Error(`${what}:\n${wrangler.lastWords()}`);
}

/** The configuration error. Health omits it; every other path reports it. */
async function describeConfig(api: Api): Promise<string> {
  try {
    await api("GET", "/api/pushes?limit=1");
  } catch (error) {
    if (error instanceof ApiError) return error.detail;
  }
  return "GET /api/health says that the configuration is not valid";
}
