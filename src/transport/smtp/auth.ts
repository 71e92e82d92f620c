import { createHmac } from "node:crypto";
import type { Reply } from "../../core/reply.ts";
import type { RelayConfig } from "../transport.ts";
import type { Capabilities } from "./capabilities.ts";
import type { RelayMemory } from "./relay-memory.ts";
import { mechanismsToTry } from "./relay-traits.ts";
import { ask, refused } from "./wire/command.ts";
import type { Connection } from "./wire/connection.ts";
import { SessionLost } from "./wire/lost.ts";

type Account = Pick<RelayConfig, "username" | "password">;

/** Runs one mechanism; gives the server's last reply, 235 if it succeeded. */
type Mechanism = (connection: Connection, account: Account) => Promise<Reply>;

/** In order of preference. CRAM-MD5 is last: it needs a password that the server stores in clear. */
const MECHANISMS: Readonly<Record<string, Mechanism>> = { PLAIN: plain, LOGIN: login, "CRAM-MD5": cramMd5 };
const SUPPORTED = Object.keys(MECHANISMS);

/** Servers lock accounts that fail often: a second try only while a mechanism is left that was never refused. */
const MAX_TRIES = 2;

/** These codes say that the credentials are wrong, others that the mechanism is. */
const ABOUT_CREDENTIALS = new Set([530, 534, 535, 538]);

/** A 4xx that time does not mend, as sina.com answers: "451 auth mode unsupported". */
const UNSUPPORTED =
  /\b(mechanism|auth\w* (mode|type|method))\b.*\b(unsupported|not supported|unrecogni[sz]ed|unknown|not allowed)/i;

/**
 * Authenticates with a mechanism that the server offers, and with the next one if it refuses it (5xx, or a 4xx that
 * says so). What worked is remembered. Throws `SessionLost` at stage auth: `incompatible` if there is no common
 * mechanism, `renew` if the server hung up on the first one.
 */
export async function authenticate(
  connection: Connection,
  account: Account,
  { auth: offered }: Capabilities,
  memory: RelayMemory,
): Promise<void> {
  const mechanisms = mechanismsToTry(memory.traits, offered, SUPPORTED);
  if (mechanisms.length === 0) throw noMechanism(offered);
  const untried = mechanisms.filter((name) => !memory.traits.refusedMechanisms.includes(name)).length;
  let refusal: Reply | null = null;
  for (const name of mechanisms.slice(0, untried > 0 ? MAX_TRIES : 1)) {
    const reply = await attempt(connection, account, name, refusal, untried > 1);
    if (reply.code === 235) return memory.learn({ kind: "auth", mechanism: name, accepted: true });
    if (reply.code < 500 && !UNSUPPORTED.test(reply.text)) throw authRefused(reply);
    memory.learn({ kind: "auth", mechanism: name, accepted: false });
    if (refusal === null || !ABOUT_CREDENTIALS.has(refusal.code)) refusal = reply;
  }
  if (refusal !== null) throw authRefused(refusal);
}

/** After a refusal, a lost connection is its consequence. `others`: not all mechanisms have been refused. */
async function attempt(
  connection: Connection,
  account: Account,
  name: string,
  refusal: Reply | null,
  others: boolean,
): Promise<Reply> {
  try {
    const run = MECHANISMS[name] as Mechanism;
    return await run(connection, account);
  } catch (error) {
    if (refusal === null || !(error instanceof SessionLost)) throw error;
    throw refused("auth", "authentication was refused", refusal, others ? "renew" : "fault");
  }
}

/** RFC 4616. A server that ignores the initial response asks for it. */
async function plain(connection: Connection, { username, password }: Account): Promise<Reply> {
  const token = base64(`\0${username}\0${password}`);
  const reply = await ask(connection, "auth", `AUTH PLAIN ${token}`);
  return reply.code === 334 ? await ask(connection, "auth", token) : reply;
}

/** draft-murchison-sasl-login. */
async function login(connection: Connection, { username, password }: Account): Promise<Reply> {
  const name = await ask(connection, "auth", "AUTH LOGIN");
  if (name.code !== 334) return name;
  const secret = await ask(connection, "auth", base64(username));
  return secret.code === 334 ? await ask(connection, "auth", base64(password)) : secret;
}

/** RFC 2195. */
async function cramMd5(connection: Connection, { username, password }: Account): Promise<Reply> {
  const challenge = await ask(connection, "auth", "AUTH CRAM-MD5");
  if (challenge.code !== 334) return challenge;
  const digest = createHmac("md5", password).update(Buffer.from(challenge.text.trim(), "base64")).digest("hex");
  return await ask(connection, "auth", base64(`${username} ${digest}`));
}

function noMechanism(offered: readonly string[]): SessionLost {
  const instead = offered.length > 0 ? `only AUTH ${offered.join(", ")}` : "no AUTH";
  const message = `a username is configured (SMTP_USERNAME), and the server offers ${instead}; ${SUPPORTED.join(", ")} are supported`;
  return new SessionLost("auth", message, null, "incompatible");
}

function authRefused(reply: Reply): SessionLost {
  return refused("auth", "authentication was refused", reply);
}

/** Uses UTF-8 bytes: user names and passwords need not be ASCII. */
function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
