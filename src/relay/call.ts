import type { RelaySettings } from "../config/relays.ts";
import { readSettings } from "../config/settings.ts";
import type { Relay, RelayTerms } from "./object.ts";
import type { Report, ReportAnswer } from "./rpc.ts";

/** The control plane stops nobody: a push goes on without an answer after this time. */
const TIMEOUT_MS = 500;

type Calls = Pick<Relay, "report" | "status" | "pause" | "resume" | "erase">;

/** The object of a relay. Without the cast, the platform's types take `unknown` fields for what cannot be sent. */
export function relayObject(env: Env, id: string): Calls {
  return env.RELAY.getByName(id) as unknown as Calls;
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

/** Takes an address out of the words that the relays are known to have said. @throws if one does not answer */
export async function eraseFromRelays(env: Env, address: string): Promise<void> {
  await Promise.all(readSettings(env).relays.map(({ id }) => relayObject(env, id).erase(address)));
}
