import type { Reply } from "../../core/reply.ts";

/** The extensions in a server's reply to EHLO (RFC 5321 section 4.1.1.1) that we use. */
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
  /** RFC 1870: MAIL accepts SIZE=. */
  readonly size: boolean;
  /** RFC 1870: the largest message accepted, in bytes; null: no limit given. */
  readonly sizeLimit: number | null;
  /** RFC 3461: MAIL accepts RET= and ENVID=, RCPT accepts NOTIFY=. */
  readonly dsn: boolean;
  /** RFC 4954: the AUTH mechanisms, in capitals. */
  readonly auth: readonly string[];
}

/** For a server that supports only HELO. */
export const NO_CAPABILITIES: Capabilities = {
  pipelining: false,
  chunking: false,
  startTls: false,
  eightBitMime: false,
  smtpUtf8: false,
  size: false,
  sizeLimit: null,
  dsn: false,
  auth: [],
};

/** Parses a positive reply to EHLO: first line the greeting, each other line a keyword with parameters. */
export function capabilitiesOf(reply: Reply): Capabilities {
  const offered = new Map<string, string[]>();
  for (const line of reply.text.split("\n").slice(1)) {
    // Servers older than RFC 2554 write "AUTH=PLAIN LOGIN".
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
    dsn: offered.has("DSN"),
    auth: [...new Set(offered.get("AUTH"))],
  };
}

/** "SIZE 0" and "SIZE" alone mean that there is no fixed limit (RFC 1870 section 4). */
function sizeLimitOf(parameter: string | undefined): number | null {
  if (parameter === undefined || !/^\d{1,15}$/.test(parameter)) return null;
  const limit = Number(parameter);
  return limit === 0 ? null : limit;
}
