import { env } from "cloudflare:workers";
import { logLine } from "./log/line.ts";
import { secretsOf } from "./log/secrets.ts";
import { macOf } from "./message/signed/mac.ts";
import { currentRequestId } from "./request-id.ts";

// The only module that writes to the log: one line of JSON for each event, with the request's id where there is one.
// Whoever reads logs need not be allowed to read recipients, nor to call the API.

/** What a line tells. Where it applies, `push` and `delivery` hold ids. */
export interface LogFields {
  /** The part of mailpush that writes it. */
  readonly at: string;
  readonly [name: string]: unknown;
}

/** Logs something that went wrong here. */
export function logError(fields: LogFields): void {
  console.error(line(fields));
}

/** Logs something that a person who runs pushes wants to find later. */
export function logEvent(fields: LogFields): void {
  console.log(line(fields));
}

function line(fields: LogFields): string {
  const requestId = currentRequestId() ?? undefined;
  // The variables as they are: an invalid configuration is logged too.
  return logLine({ ...fields, requestId }, { secrets: secretsOf(env), hashOf });
}

function hashOf(address: string): string {
  const key: unknown = env.SIGNING_KEY;
  // Without a key a hash could be guessed.
  return typeof key === "string" && key !== "" ? macOf(key, "log", address).slice(0, 12) : "unknown";
}
