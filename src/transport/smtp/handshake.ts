import type { RelayConfig } from "../transport.ts";
import { authenticate } from "./auth.ts";
import { type Capabilities, capabilitiesOf, NO_CAPABILITIES } from "./capabilities.ts";
import type { RelayMemory } from "./relay-memory.ts";
import { ask, refused } from "./wire/command.ts";
import type { Connection } from "./wire/connection.ts";
import { SessionLost } from "./wire/lost.ts";

/**
 * Reads the greeting, then EHLO, STARTTLS if the relay's security is "starttls", AUTH if there is a username. Returns
 * the capabilities; those from before TLS are discarded (RFC 3207 section 4.2). Throws `SessionLost` with the stage and
 * the server's reply. Credentials are sent only over TLS, unless the relay's security is "none".
 */
export async function shakeHands(
  connection: Connection,
  relay: RelayConfig,
  memory: RelayMemory,
): Promise<Capabilities> {
  const greeting = await connection.reply("greeting");
  if (greeting.code !== 220) throw refused("greeting", "the server does not serve us", greeting);
  let capabilities = await greet(connection, relay.ehloName);
  if (relay.security === "starttls") {
    await secure(connection, capabilities);
    capabilities = await greet(connection, relay.ehloName);
  }
  if (relay.username !== "") await authenticate(connection, relay, capabilities, memory);
  return capabilities;
}

/** EHLO, or HELO if EHLO gets a 5xx (RFC 5321 section 4.1.1.1). */
async function greet(connection: Connection, name: string): Promise<Capabilities> {
  const ehlo = await ask(connection, "ehlo", `EHLO ${name}`);
  if (ehlo.code === 250) return capabilitiesOf(ehlo);
  if (ehlo.code < 500) throw refused("ehlo", "EHLO was refused", ehlo);
  const helo = await ask(connection, "ehlo", `HELO ${name}`);
  if (helo.code !== 250) throw refused("ehlo", "EHLO and HELO were refused", helo);
  return NO_CAPABILITIES;
}

async function secure(connection: Connection, capabilities: Capabilities): Promise<void> {
  if (!capabilities.startTls) {
    const missing = "TLS is required (SMTP_SECURITY), and the server does not offer STARTTLS";
    throw new SessionLost("starttls", missing, null, "incompatible");
  }
  const reply = await ask(connection, "starttls", "STARTTLS");
  if (reply.code >= 500) throw refused("starttls", "STARTTLS was refused", reply, "incompatible");
  if (reply.code !== 220) throw refused("starttls", "STARTTLS was refused", reply);
  await connection.startTls();
}
