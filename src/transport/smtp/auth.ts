import type { RelayConfig } from "../transport.ts";
import type { Capabilities } from "./capabilities.ts";
import { ask, refused } from "./command.ts";
import type { Connection } from "./connection.ts";
import { SessionLost } from "./lost.ts";

/** AUTH PLAIN (RFC 4616), or LOGIN if PLAIN is not offered. Throws `SessionLost` at stage auth. */
export async function authenticate(connection: Connection, relay: RelayConfig, offered: Capabilities): Promise<void> {
  if (offered.auth.includes("PLAIN")) {
    const token = base64(`\0${relay.username}\0${relay.password}`);
    return await expectReply(connection, `AUTH PLAIN ${token}`, 235);
  }
  if (offered.auth.includes("LOGIN")) {
    await expectReply(connection, "AUTH LOGIN", 334);
    await expectReply(connection, base64(relay.username), 334);
    return await expectReply(connection, base64(relay.password), 235);
  }
  const instead = offered.auth.length > 0 ? `only ${offered.auth.join(", ")}` : "no AUTH";
  throw new SessionLost("auth", `a username is configured, and the server offers ${instead}; PLAIN or LOGIN is needed`);
}

async function expectReply(connection: Connection, line: string, expected: number): Promise<void> {
  const reply = await ask(connection, "auth", line);
  if (reply.code !== expected) throw refused("auth", "authentication was refused", reply);
}

/** Uses UTF-8 bytes: user names and passwords need not be ASCII. */
function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
