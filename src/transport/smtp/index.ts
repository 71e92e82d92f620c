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
import { chunked } from "./exchange/chunked.ts";
import { oneByOne } from "./exchange/one-by-one.ts";
import { pipelined } from "./exchange/pipelined.ts";
import { shakeHands } from "./handshake.ts";
import { RelayMemory } from "./relay-memory.ts";
import { messagesPerSession, type RelayTraits } from "./relay-traits.ts";
import { Session } from "./session.ts";
import { Connection } from "./wire/connection.ts";
import { SessionLost } from "./wire/lost.ts";

export interface SmtpOptions {
  /**
   * "separate": nothing is written behind a content before its reply, for a relay that does not take it. "off": not
   * used even if offered, for a relay that handles it wrongly. CHUNKING needs PIPELINING.
   */
  readonly pipelining?: "auto" | "separate" | "off";
  readonly chunking?: "auto" | "off";
  /** The most messages of one session; then it ends with `renew`. */
  readonly maxMessages?: number;
  readonly timeouts?: Partial<Timeouts>;
  /** Keeps what sessions learn of the relay. Default: one of this transport's own. */
  readonly memory?: RelayMemory;
}

/**
 * Our own SMTP client (RFC 5321) over `cloudflare:sockets`: whole messages in flight if the server has CHUNKING (RFC
 * 3030), one round trip a message with PIPELINING (RFC 2920), one a command otherwise.
 */
export function smtp(relay: RelayConfig, options: SmtpOptions = {}): Transport {
  const memory = options.memory ?? new RelayMemory();
  return { name: "smtp", deliver: (feed, limits) => deliver(relay, options, memory, feed, limits) };
}

async function deliver(
  relay: RelayConfig,
  options: SmtpOptions,
  memory: RelayMemory,
  feed: Feed,
  limits: SessionLimits,
): Promise<SessionEnd> {
  const timeouts = { ...TIMEOUTS, ...options.timeouts };
  let connection: Connection | null = null;
  let session: Session | null = null;
  try {
    connection = await Connection.open(relay, timeouts);
    const capabilities = await shakeHands(connection, relay, memory);
    session = new Session(connection, capabilities, feed, limits, memory, {
      maxMessages: Math.min(options.maxMessages ?? Infinity, messagesPerSession(memory.traits, Date.now())),
      mayJoin: options.pipelining !== "separate",
      joinedMs: timeouts.joinedMs,
    });
    await conversation(capabilities, options, memory.traits)(session);
    await connection.quit();
    return { kind: session.end };
  } catch (error) {
    connection?.close();
    const lost = error instanceof SessionLost ? error : null;
    await session?.settle(lost);
    if (lost === null) throw error;
    if (session?.full || lost.ending === "renew") return { kind: "renew" };
    const { stage, message, reply } = lost;
    const fault = { stage, error: message, reply, answered: session?.answered ?? 0 };
    return { kind: "fault", fault: lost.ending === "incompatible" ? { ...fault, incompatible: true } : fault };
  }
}

function conversation(
  offered: Capabilities,
  options: SmtpOptions,
  learned: RelayTraits,
): (session: Session) => Promise<void> {
  if (!offered.pipelining || options.pipelining === "off") return oneByOne;
  const joins = options.pipelining !== "separate" && learned.joining !== "breaks";
  return offered.chunking && options.chunking !== "off" && joins ? chunked : pipelined;
}
