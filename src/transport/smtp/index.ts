import {
  type Feed,
  type RelayConfig,
  type SessionEnd,
  type SessionLimits,
  TIMEOUTS,
  type Timeouts,
  type Transport,
} from "../transport.ts";
import type { Capabilities } from "./capabilities.ts";
import { chunked } from "./chunked.ts";
import { Connection } from "./connection.ts";
import { shakeHands } from "./handshake.ts";
import { SessionLost } from "./lost.ts";
import { oneByOne } from "./one-by-one.ts";
import { pipelined } from "./pipelined.ts";
import { Session } from "./session.ts";

export interface SmtpOptions {
  /** "off": not used even if offered, for a relay that handles it wrongly. CHUNKING needs PIPELINING. */
  readonly pipelining?: "auto" | "off";
  readonly chunking?: "auto" | "off";
  /** The most messages of one session; then it ends with `renew`. */
  readonly maxMessages?: number;
  readonly timeouts?: Partial<Timeouts>;
}

/**
 * Our own SMTP client (RFC 5321) over `cloudflare:sockets`: whole messages in flight if the server has CHUNKING (RFC
 * 3030), one round trip a message with PIPELINING (RFC 2920), one a command otherwise.
 */
export function smtp(relay: RelayConfig, options: SmtpOptions = {}): Transport {
  return { name: "smtp", deliver: (feed, limits) => deliver(relay, options, feed, limits) };
}

async function deliver(
  relay: RelayConfig,
  options: SmtpOptions,
  feed: Feed,
  limits: SessionLimits,
): Promise<SessionEnd> {
  let connection: Connection | null = null;
  let session: Session | null = null;
  try {
    connection = await Connection.open(relay, { ...TIMEOUTS, ...options.timeouts });
    const capabilities = await shakeHands(connection, relay);
    session = new Session(connection, capabilities, feed, limits, options.maxMessages ?? Infinity);
    await conversation(capabilities, options)(session);
    await connection.quit();
    return { kind: session.end };
  } catch (error) {
    connection?.close();
    const lost = error instanceof SessionLost ? error : null;
    await session?.settle(lost);
    if (lost === null) throw error;
    const { stage, message, reply } = lost;
    return { kind: "fault", fault: { stage, error: message, reply, answered: session?.answered ?? 0 } };
  }
}

function conversation(offered: Capabilities, options: SmtpOptions): (session: Session) => Promise<void> {
  if (!offered.pipelining || options.pipelining === "off") return oneByOne;
  return offered.chunking && options.chunking !== "off" ? chunked : pipelined;
}
