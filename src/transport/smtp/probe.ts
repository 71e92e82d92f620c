import type { Stage } from "../../core/reply.ts";
import { formatReply } from "../../core/reply.ts";
import type { RelayConfig, Timeouts } from "../transport.ts";
import type { Capabilities } from "./capabilities.ts";
import { shakeHands } from "./handshake.ts";
import type { RelayMemory } from "./relay-memory.ts";
import { Connection } from "./wire/connection.ts";
import { SessionLost } from "./wire/lost.ts";

/** What a try of a relay came to: connection, EHLO, TLS, AUTH and QUIT, and no mail. */
export interface Probe {
  readonly ok: boolean;
  /** Milliseconds until the connection stood (with TLS from the start, the handshake too), and all of it. */
  readonly connectMs: number | null;
  readonly totalMs: number;
  /** What EHLO offered, after TLS; null: it did not come so far. */
  readonly offered: Capabilities | null;
  readonly secured: boolean;
  /** Null without credentials, or if it did not come so far. */
  readonly authenticated: boolean | null;
  /** Where it ended, why, and in which words of the server; null: it went through. */
  readonly failure: { readonly stage: Stage; readonly error: string; readonly reply: string | null } | null;
}

/** Tries a relay as a session would, without sending anything. Never throws; bounded by the timeouts of each step. */
export async function probe(relay: RelayConfig, timeouts: Timeouts, memory: RelayMemory): Promise<Probe> {
  const startedAt = Date.now();
  let connectMs: number | null = null;
  let connection: Connection | null = null;
  const secured = relay.security !== "none";
  try {
    connection = await Connection.open(relay, timeouts);
    connectMs = Date.now() - startedAt;
    const offered = await shakeHands(connection, relay, memory);
    await connection.quit();
    const authenticated = relay.username === "" ? null : true;
    return { ok: true, connectMs, totalMs: Date.now() - startedAt, offered, secured, authenticated, failure: null };
  } catch (error) {
    connection?.close();
    const lost = error instanceof SessionLost ? error : null;
    const failure = {
      stage: lost?.stage ?? ("connect" as const),
      error: lost?.message ?? String(error),
      reply: lost?.reply === null || lost === null ? null : formatReply(lost.reply),
    };
    const authenticated = failure.stage === "auth" ? false : null;
    return {
      ok: false,
      connectMs,
      totalMs: Date.now() - startedAt,
      offered: null,
      secured: false,
      authenticated,
      failure,
    };
  }
}
