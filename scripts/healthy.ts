import { setTimeout as sleep } from "node:timers/promises";
import { type Api, ApiError } from "./api.ts";
import type { ProcessGroup } from "./process-group.ts";

/** Longer than any start seen (2 to 4 s on two cores), short enough to be told. */
const START_TIMEOUT_MS = 60_000;

/** What is read of GET /api/health. */
interface Health {
  readonly status: string;
  readonly config: string;
}

/**
 * Resolves once the Worker says that all is well.
 *
 * @throws with what is wrong if a var is; with the end of the log if wrangler ends or the time is up
 */
export async function untilHealthy(wrangler: ProcessGroup, url: string, api: Api): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  let health: Health | null = null;
  while (!wrangler.ended && Date.now() < deadline) {
    health = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(5_000) })
      .then((response) => response.json() as Promise<Health>)
      .catch(() => null);
    if (health?.status === "ok") return;
    // Only a person can mend that; the other parts may be late.
    if (health?.config === "failed") throw new Error(await describeConfig(api));
    await sleep(50);
  }
  const answer = health === null ? "did not answer" : `answered ${JSON.stringify(health)}`;
  const what = wrangler.ended ? "wrangler dev ended before it was up" : `${url}/api/health ${answer}`;
  throw new Error(`${what}:\n${wrangler.lastWords()}`);
}

/** What is wrong with the vars. Health, which anybody may ask, does not say; every other path does. */
async function describeConfig(api: Api): Promise<string> {
  try {
    await api("GET", "/api/pushes?limit=1");
  } catch (error) {
    if (error instanceof ApiError) return error.detail;
  }
  return "GET /api/health says that the configuration is not valid";
}
