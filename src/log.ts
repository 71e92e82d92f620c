import { env } from "cloudflare:workers";
import { macOf } from "./message/mac.ts";

// One line of JSON for each event. Lines hold no address: whoever reads logs need not be allowed to read recipients.

/** Logs something that went wrong here. */
export function logError(fields: Readonly<Record<string, unknown>>): void {
  console.error(line(fields));
}

/** Logs something that a person who runs pushes wants to find later. */
export function logEvent(fields: Readonly<Record<string, unknown>>): void {
  console.log(line(fields));
}

function line(fields: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(fields, (_key, value) => (typeof value === "string" ? withoutAddresses(value) : value));
}

/** A local part, quoted or not, and a domain or an address literal; in a URL the sign may be escaped. */
const ADDRESS = /(?:"[^"\n]*"|[^\s"'<>()[\]{},;:\\|`]+)(?:@|%40)(?:\[[^\]\s]*\]|[^\s"'<>()[\]{},;:\\|`]+)/giu;

/** The text with a salted hash for each address, so that the lines of one recipient can still be told from others. */
function withoutAddresses(text: string): string {
  return text.replace(ADDRESS, (address) => `address-${hashOf(address.toLowerCase())}`);
}

function hashOf(address: string): string {
  // The variables as they are: an invalid configuration is logged too. Without a key a hash could be guessed.
  const key: unknown = env.SIGNING_KEY;
  return typeof key === "string" && key !== "" ? macOf(key, "log", address).slice(0, 12) : "unknown";
}
