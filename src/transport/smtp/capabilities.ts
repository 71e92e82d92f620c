import type { Reply } from "../../core/reply.ts";

/** What a server offers in its reply to EHLO (RFC 5321 section 4.1.1.1), as far as we can use it. */
export interface Capabilities {
  /** RFC 2920. */
  readonly pipelining: boolean;
  /** RFC 3030: BDAT. */
  readonly chunking: boolean;
  /** RFC 3207. */
  readonly startTls: boolean;
  /** RFC 6152. */
  readonly eightBitMime: boolean;
  /** RFC 6531. */
  readonly smtpUtf8: boolean;
  /** RFC 1870: takes SIZE= after MAIL. */
  readonly size: boolean;
  /** RFC 1870: the largest message it takes, in bytes; null: it gives no limit. */
  readonly sizeLimit: number | null;
  /** RFC 4954: the mechanisms of AUTH, in capitals. */
  readonly auth: readonly string[];
}

/** What is known of a server that only speaks HELO. */
export const NO_CAPABILITIES: Capabilities = {
  pipelining: false,
  chunking: false,
  startTls: false,
  eightBitMime: false,
  smtpUtf8: false,
  size: false,
  sizeLimit: null,
  auth: [],
};

/** Reads a positive reply to EHLO: its first line is the greeting, each other one a keyword with parameters. */
export function capabilitiesOf(reply: Reply): Capabilities {
  const offered = new Map<string, string[]>();
  for (const line of reply.text.split("\n").slice(1)) {
    // "AUTH=PLAIN LOGIN" is how servers from before RFC 2554 write it.
    const [keyword = "", ...parameters] = line
      .trim()
      .toUpperCase()
      .replace(/^AUTH=/, "AUTH ")
      .split(/\s+/);
    offered.set(keyword, [...(offered.get(keyword) ?? []), ...parameters]);
  }
  return {
    pipelining: offered.has("PIPELINING"),
    chunking: offered.has("CHUNKING"),
    startTls: offered.has("STARTTLS"),
    eightBitMime: offered.has("8BITMIME"),
    smtpUtf8: offered.has("SMTPUTF8"),
    size: offered.has("SIZE"),
    sizeLimit: sizeLimitOf(offered.get("SIZE")?.[0]),
    auth: [...new Set(offered.get("AUTH"))],
  };
}

/** "SIZE 0" and "SIZE" alone mean that there is no fixed limit (RFC 1870 section 4). */
function sizeLimitOf(parameter: string | undefined): number | null {
  if (parameter === undefined || !/^\d{1,15}$/.test(parameter)) return null;
  const limit = Number(parameter);
  return limit === 0 ? null : limit;
}
