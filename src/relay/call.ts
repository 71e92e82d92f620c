import type { RelaySettings } from "../config/relays.ts";
import type { Relay, RelayTerms } from "./object.ts";
import type { Report, ReportAnswer } from "./rpc.ts";

/** The control plane stops nobody: a push goes on without an answer after this time. */
const TIMEOUT_MS = 500;

/** The object of a relay. Without the cast, the platform's types take `unknown` fields for what cannot be sent. */
export function relayObject(env: Env, id: string): Pick<Relay, "report" | "status" | "pause" | "resume"> {
  return env.RELAY.getByName(id) as unknown as Pick<Relay, "report" | "status" | "pause" | "resume">;
}

export function termsOf({ limits, fingerprint }: RelaySettings): RelayTerms {
  return { limits, fingerprint };
}

/** Sends a report. Null: no answer in time, or none at all; the report may have been counted all the same. */
export async function sendReport(env: Env, relay: RelaySettings, report: Report): Promise<ReportAnswer | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), TIMEOUT_MS);
  });
  try {
    const answer = relayObject(env, relay.id).report(termsOf(relay), report);
    return await Promise.race([answer.catch(() => null), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
