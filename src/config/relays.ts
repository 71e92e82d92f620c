import { createHash } from "node:crypto";
import * as z from "zod";
import { PROVIDERS, type ProviderName } from "../feedback/providers/provider.ts";
import type { RelayLimits } from "../relay/state.ts";
import type { RelayConfig } from "../transport/transport.ts";
import type { ConfigProblem } from "./error.ts";
import { line, returnPath } from "./fields.ts";

export const TRANSPORTS = ["smtp", "worker-mailer", "email-service", "none"] as const;
export type TransportName = (typeof TRANSPORTS)[number];

/** One relay, checked. */
export interface RelaySettings {
  readonly id: string;
  readonly transport: TransportName;
  /** Null for a transport that speaks no SMTP. */
  readonly server: RelayConfig | null;
  readonly limits: RelayLimits;
  /** Share of the mails beside other relays; 0: a standby, for when no other one can send. */
  readonly weight: number;
  /** Whose account it is, for headers and events of that provider; null: nobody's in particular. */
  readonly provider: ProviderName | null;
  /** The envelope sender of this relay; null: the one of all. */
  readonly returnPath: string | null;
  /** A hash of host, port, user name and password: when it changes, what was learned of the relay is void. */
  readonly fingerprint: string;
}

/** A problem of one relay's field, without the variable's name: "ses: port: expected …". */
type Problem = string;

const MAX_RELAYS = 20;
const DAY_SECONDS = 86_400;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i;

const Entry = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, "expected up to 32 lower-case letters, digits and hyphens"),
  transport: z.enum(TRANSPORTS).default("smtp"),
  host: z
    .string()
    .regex(/^[\w.:[\]-]+$/, "expected a host name or an address")
    .optional(),
  port: z.int().min(1).max(65_535).default(465),
  security: z.enum(["tls", "starttls", "none"]).default("tls"),
  username: line().min(1).max(320).optional(),
  passwordSecret: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]*$/, "expected the name of a secret, such as SES_PASSWORD")
    .optional(),
  provider: z.enum(PROVIDERS).optional(),
  returnPath: returnPath().optional(),
  perSecond: z.number().min(0.01).max(100_000).optional(),
  quotas: z
    .array(
      z.strictObject({
        limit: z.int().min(1).max(1e9),
        seconds: z
          .int()
          .min(1)
          .max(31 * DAY_SECONDS),
      }),
    )
    .max(8)
    .default([]),
  maxSessions: z.int().min(1).max(10_000).optional(),
  weight: z.number().min(0).max(1_000).default(1),
});

/** What all relays share. */
export interface Common {
  readonly ehloName: string;
  readonly backoffScale: number;
}

/**
 * The relays of the var RELAYS. Passwords are secrets, named there and read from `variables`; they stand in no problem's
 * text.
 */
export function relaysOf(
  text: string,
  variables: object,
  common: Common,
): { readonly relays: readonly RelaySettings[]; readonly problems: readonly ConfigProblem[] } {
  const refused = (messages: readonly Problem[]) => ({
    relays: [],
    problems: messages.map((message) => ({ variable: "RELAYS", message })),
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refused([`is no JSON: ${error instanceof Error ? error.message : error}`]);
  }
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_RELAYS) {
    return refused([`expected a JSON array of 1 to ${MAX_RELAYS} relays`]);
  }
  const problems: Problem[] = [];
  const relays: RelaySettings[] = [];
  value.forEach((given: unknown, index) => {
    const name = nameOf(given, index);
    const parsed = Entry.safeParse(given);
    if (!parsed.success) {
      for (const { path, message } of parsed.error.issues) {
        problems.push([name, ...(path.length > 0 ? [fieldOf(path)] : []), message].join(": "));
      }
      return;
    }
    if (relays.some(({ id }) => id === parsed.data.id)) problems.push(`${name}: id: there are two relays of this name`);
    const made = relayOf(parsed.data, variables, common);
    if (typeof made === "string") problems.push(`${name}: ${made}`);
    else relays.push(made);
  });
  if (problems.length === 0 && relays.every(({ weight }) => weight === 0)) {
    problems.push("all relays have weight 0: a standby needs one that it stands by for");
  }
  return problems.length > 0 ? refused(problems) : { relays, problems: [] };
}

/** The one relay of the SMTP_* vars. */
export function defaultRelay(transport: TransportName, server: RelayConfig, common: Common): RelaySettings {
  return {
    id: "default",
    transport,
    server: speaksSmtp(transport) ? server : null,
    limits: { perSecond: null, quotas: [], maxSessions: null, backoffScale: common.backoffScale },
    weight: 1,
    provider: null,
    returnPath: null,
    fingerprint: fingerprintOf(server),
  };
}

function relayOf(entry: z.output<typeof Entry>, variables: object, common: Common): RelaySettings | Problem {
  const server = speaksSmtp(entry.transport) ? serverOf(entry, variables, common) : null;
  if (typeof server === "string") return server;
  return {
    id: entry.id,
    transport: entry.transport,
    server,
    limits: {
      perSecond: entry.perSecond ?? null,
      quotas: entry.quotas,
      maxSessions: entry.maxSessions ?? null,
      backoffScale: common.backoffScale,
    },
    weight: entry.weight,
    provider: entry.provider ?? null,
    returnPath: entry.returnPath ?? null,
    fingerprint: fingerprintOf(server),
  };
}

function serverOf(entry: z.output<typeof Entry>, variables: object, common: Common): RelayConfig | Problem {
  const { host, port, security, username = "", passwordSecret } = entry;
  if (host === undefined) return "host: is missing";
  if (username !== "" && passwordSecret === undefined) {
    return "passwordSecret: is missing though there is a username: expected the name of the secret with its password";
  }
  const given: unknown = passwordSecret === undefined ? "" : Reflect.get(variables, passwordSecret);
  if (typeof given !== "string" || (username !== "" && given === "")) {
    return `passwordSecret: there is no secret ${passwordSecret}: \`wrangler secret put ${passwordSecret}\`, locally in .dev.vars`;
  }
  const password = username === "" ? "" : given;
  const server = { host, port, security, username, password, ehloName: common.ehloName };
  const clear = clearPasswordProblem(server);
  return clear === null ? server : `security: ${clear}`;
}

/** Credentials are sent in clear only to the loopback. */
export function clearPasswordProblem({ username, security, host }: RelayConfig): string | null {
  if (username === "" || security !== "none" || isLoopback(host)) return null;
  return `is "none", which would send the password in clear to ${host}: expected tls or starttls`;
}

export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

function speaksSmtp(transport: TransportName): boolean {
  return transport === "smtp" || transport === "worker-mailer";
}

function fingerprintOf(server: RelayConfig | null): string {
  if (server === null) return "none";
  const { host, port, username, password } = server;
  return createHash("sha256")
    .update(JSON.stringify([host, port, username, password]))
    .digest("base64url")
    .slice(0, 22);
}

function nameOf(given: unknown, index: number): string {
  const id = typeof given === "object" && given !== null ? (given as { id?: unknown }).id : undefined;
  return typeof id === "string" && /^[\w-]{1,32}$/.test(id) ? id : `[${index}]`;
}

function fieldOf(path: readonly PropertyKey[]): string {
  return path
    .map((part, at) => (typeof part === "number" ? `[${part}]` : `${at === 0 ? "" : "."}${String(part)}`))
    .join("");
}
