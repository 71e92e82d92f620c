import * as z from "zod";
import { DEFAULT_MAX_BYTES } from "../message/liquid/budget.ts";
import { isTimeZone } from "../message/liquid/zone.ts";
import { tokenInAddress } from "../message/signed/return-path.ts";
import type { SigningKeys } from "../message/signed/signing-keys.ts";
import type { RenderSettings } from "../message/template/template.ts";
import { formatMailbox, type Mailbox } from "../recipients/mailbox.ts";
import type { RelayConfig, Timeouts } from "../transport/transport.ts";
import { ConfigError, type ConfigProblem } from "./error.ts";
import {
  address,
  ed25519PrivateKey,
  expected,
  line,
  localUrl,
  mailbox,
  oneOf,
  orNothing,
  publicUrl,
  realNumber,
  returnPath,
  secret,
  wholeNumber,
} from "./fields.ts";
import { PROVIDER_VARIABLES, type ProviderSettings, providerSettings } from "./providers.ts";

import { clearPasswordProblem, defaultRelay, type RelaySettings, relaysOf, TRANSPORTS } from "./relays.ts";

/** The Worker's variables and secrets, checked. */
export interface Settings {
  /** Default sender of a push. */
  readonly mailFrom: Mailbox;
  /** At least one. */
  readonly relays: readonly RelaySettings[];
  /** The binding EMAIL; null only where no relay's transport is email-service. */
  readonly emailService: SendEmail | null;
  /** SMTP sessions of one consumer invocation. */
  readonly connections: number;
  readonly rendering: RenderSettings;
  readonly smtp: SmtpSettings;
  readonly timeouts: Pick<Timeouts, "connectMs" | "greetingMs" | "commandMs" | "contentMs">;
  /** Without a trailing slash. */
  readonly publicUrl: string;
  /** Deliveries of one push that may be queued or sending at once. */
  readonly window: number;
  readonly staleAfterSeconds: number;
  readonly leaseSeconds: number;
  readonly maxAttempts: number;
  /** Factor on all delays. */
  readonly backoffScale: number;
  readonly breaker: BreakerSettings;
  /** Lifetime of a ledger after its push ends. */
  readonly retentionDays: number;
  readonly signingKeys: SigningKeys;
  /** Where mail to this Worker arrives: its local part is `MAX_INBOUND_LOCAL_CHARACTERS` long at most; null: nowhere. */
  readonly returnPath: string | null;
  readonly providers: ProviderSettings;
  /** The page of a relay on this machine that shows what it took; null: there is none, as in every deployment. */
  readonly localInbox: string | null;
  /** Where inbound mail goes that is no report; null: nowhere. */
  readonly forwardTo: string | null;
  /** Signs receipts: PKCS #8; null: exports have none. */
  readonly receiptKey: Uint8Array | null;
}

/** SMTP limits and extensions of our own client. */
export interface SmtpSettings {
  /** Messages of one session; 0: no limit. */
  readonly maxMessages: number;
  /** auto: if the relay offers it. separate: but nothing is written behind a content before its reply. */
  readonly pipelining: "auto" | "separate" | "off";
  readonly chunking: "auto" | "off";
}

/** Thresholds that pause a push. */
export interface BreakerSettings {
  /** First n outcomes, all refused alike. */
  readonly first: number;
  /** n refusals alike in a row, at any time. */
  readonly streak: number;
  /** The share of refusals with spam wording, 0 to 1. */
  readonly spamShare: number;
  /** Of the mails that the relay took, the shares that bounced, and that were reported as abuse; 0 to 1. */
  readonly bounceShare: number;
  readonly complaintShare: number;
}

const PIPELINING = ["auto", "separate", "off"] as const;

const ApiToken = secret("API_TOKEN").regex(/^[\x21-\x7e]*$/, {
  error: "holds a space or a character beyond ASCII: no header can carry it",
});

const Variables = z.object({
  MAIL_FROM: mailbox(),
  TRANSPORT: z.enum(TRANSPORTS, oneOf(TRANSPORTS)).default("smtp"),
  RELAYS: z.string().default(""),
  // Not required beside RELAYS.
  SMTP_HOST: z
    .string()
    .regex(/^[\w.:[\]-]+$/, expected("a host name or an address"))
    .optional(),
  SMTP_PORT: wholeNumber(1, 65_535, 465),
  SMTP_SECURITY: z.enum(["tls", "starttls", "none"], oneOf(["tls", "starttls", "none"])).default("tls"),
  SMTP_USERNAME: line().default(""),
  SMTP_PASSWORD: line().default(""),
  SMTP_EHLO_NAME: z
    .string()
    .regex(/^[\w.:[\]-]*$/, expected("a host name, or nothing for the domain of MAIL_FROM"))
    .default(""),
  // Cloudflare allows six connections in total; claim, settle and queue calls need the others.
  SMTP_CONNECTIONS: wholeNumber(1, 4, 4),
  SMTP_MAX_MESSAGES: wholeNumber(0, 1_000_000, 0),
  SMTP_PIPELINING: z.enum(PIPELINING, oneOf(PIPELINING)).default("auto"),
  SMTP_CHUNKING: z.enum(["auto", "off"], oneOf(["auto", "off"])).default("auto"),
  SMTP_CONNECT_SECONDS: wholeNumber(1, 120, 15),
  // RFC 5321 section 4.5.3.2: five minutes for the greeting and for a command, ten after the content.
  SMTP_GREETING_SECONDS: wholeNumber(1, 300, 30),
  SMTP_COMMAND_SECONDS: wholeNumber(1, 300, 60),
  SMTP_CONTENT_SECONDS: wholeNumber(1, 600, 300),
  TIMEZONE: z
    .string()
    .refine(isTimeZone, expected("a name of the IANA database, such as Europe/Berlin"))
    .default("UTC"),
  MAIL_MAX_BYTES: wholeNumber(1_000, 4_194_304, DEFAULT_MAX_BYTES),
  PUBLIC_URL: publicUrl(),
  WINDOW: wholeNumber(1, 1_000_000, 10_000),
  STALE_AFTER_SECONDS: wholeNumber(1, 86_400, 600),
  LEASE_SECONDS: wholeNumber(1, 3_600, 900),
  // Below the queue's max_retries = 100, so that the ledger gives up first.
  MAX_ATTEMPTS: wholeNumber(1, 99, 8),
  BACKOFF_SCALE: realNumber(0.000_1, 1_000, 1),
  BREAKER_FIRST: wholeNumber(1, 1_000_000, 20),
  BREAKER_STREAK: wholeNumber(1, 1_000_000, 50),
  BREAKER_SPAM_SHARE: realNumber(0, 1, 0.05),
  BREAKER_BOUNCE_SHARE: realNumber(0, 1, 0.05),
  BREAKER_COMPLAINT_SHARE: realNumber(0, 1, 0.003),
  RETENTION_DAYS: wholeNumber(1, 3_650, 90),
  SIGNING_KEY: secret("SIGNING_KEY"),
  SIGNING_KEY_PREVIOUS: orNothing(secret("SIGNING_KEY_PREVIOUS")),
  RETURN_PATH: orNothing(returnPath()),
  ...PROVIDER_VARIABLES,
  FORWARD_TO: orNothing(address()),
  // Set by `npm start` and `npm run demo` alone: nothing but this machine's own addresses, so that no page leads elsewhere.
  LOCAL_INBOX: orNothing(localUrl()),
  RECEIPT_KEY: orNothing(ed25519PrivateKey()),
  API_TOKEN: ApiToken,
});

const cache = new WeakMap<Env, Settings>();

/** The Worker's settings, checked once per isolate. Throws `ConfigError` with all problems. */
export function readSettings(env: Env): Settings {
  const cached = cache.get(env);
  if (cached !== undefined) return cached;
  const settings = checkSettings(env);
  cache.set(env, settings);
  return settings;
}

/** The API's token. Throws `ConfigError` if it is missing or could be guessed; other variables may be wrong. */
export function readToken(env: Env): string {
  const parsed = ApiToken.safeParse(env.API_TOKEN);
  if (parsed.success) return parsed.data;
  throw new ConfigError(parsed.error.issues.map(({ message }) => ({ variable: "API_TOKEN", message })));
}

/** Checks any set of variables, without a cache. Throws `ConfigError`. */
export function checkSettings(variables: object): Settings {
  // A var without quotes in wrangler.toml is a number.
  const texts = Object.entries(variables).map(([name, value]) => [
    name,
    typeof value === "number" ? `${value}` : value,
  ]);
  const parsed = Variables.safeParse(Object.fromEntries(texts));
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map(({ path, message }) => ({ variable: path.join("."), message })));
  }
  const v = parsed.data;
  const emailService = emailBinding(variables);
  const { relays, problems: relayProblems } = readRelays(v, variables);
  const problems = [...relayProblems, ...bindingProblems(relays, emailService), ...forwardProblems(v)];
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    mailFrom: v.MAIL_FROM,
    relays,
    emailService,
    connections: v.SMTP_CONNECTIONS,
    rendering: { timeZone: v.TIMEZONE, maxBytes: v.MAIL_MAX_BYTES },
    smtp: { maxMessages: v.SMTP_MAX_MESSAGES, pipelining: v.SMTP_PIPELINING, chunking: v.SMTP_CHUNKING },
    timeouts: {
      connectMs: v.SMTP_CONNECT_SECONDS * 1000,
      greetingMs: v.SMTP_GREETING_SECONDS * 1000,
      commandMs: v.SMTP_COMMAND_SECONDS * 1000,
      contentMs: v.SMTP_CONTENT_SECONDS * 1000,
    },
    publicUrl: v.PUBLIC_URL,
    window: v.WINDOW,
    staleAfterSeconds: v.STALE_AFTER_SECONDS,
    leaseSeconds: v.LEASE_SECONDS,
    maxAttempts: v.MAX_ATTEMPTS,
    backoffScale: v.BACKOFF_SCALE,
    breaker: {
      first: v.BREAKER_FIRST,
      streak: v.BREAKER_STREAK,
      spamShare: v.BREAKER_SPAM_SHARE,
      bounceShare: v.BREAKER_BOUNCE_SHARE,
      complaintShare: v.BREAKER_COMPLAINT_SHARE,
    },
    retentionDays: v.RETENTION_DAYS,
    signingKeys: { current: v.SIGNING_KEY, previous: v.SIGNING_KEY_PREVIOUS },
    returnPath: v.RETURN_PATH,
    providers: providerSettings(v),
    forwardTo: v.FORWARD_TO,
    localInbox: v.LOCAL_INBOX,
    receiptKey: v.RECEIPT_KEY,
  };
}

/** The relays of RELAYS, or the one of the SMTP_* variables. */
function readRelays(v: z.output<typeof Variables>, variables: object): ReturnType<typeof relaysOf> {
  const ehloName = v.SMTP_EHLO_NAME || v.MAIL_FROM.address.slice(v.MAIL_FROM.address.lastIndexOf("@") + 1);
  const common = { ehloName, backoffScale: v.BACKOFF_SCALE };
  if (v.RELAYS.trim() !== "") return relaysOf(v.RELAYS, variables, common);
  if (v.SMTP_HOST === undefined) {
    return {
      relays: [],
      problems: [{ variable: "SMTP_HOST", message: "is missing: expected a host name or an address" }],
    };
  }
  const server: RelayConfig = {
    host: v.SMTP_HOST,
    port: v.SMTP_PORT,
    security: v.SMTP_SECURITY,
    username: v.SMTP_USERNAME,
    password: v.SMTP_PASSWORD,
    ehloName,
  };
  return { relays: [defaultRelay(v.TRANSPORT, server, common)], problems: credentialProblems(server) };
}

/** Checks across variables. */
function credentialProblems(server: RelayConfig): ConfigProblem[] {
  if (server.username !== "" && server.password === "") {
    const message = "is missing though SMTP_USERNAME is set: `wrangler secret put SMTP_PASSWORD`, locally in .dev.vars";
    return [{ variable: "SMTP_PASSWORD", message }];
  }
  const message = clearPasswordProblem(server);
  return message === null ? [] : [{ variable: "SMTP_SECURITY", message }];
}

/** Mail forwarded to an address of this Worker would come back to it. */
function forwardProblems({ FORWARD_TO: to, RETURN_PATH: inbound }: z.output<typeof Variables>): ConfigProblem[] {
  if (to === null || inbound === null) return [];
  const [given, own] = [to.toLowerCase(), inbound.toLowerCase()];
  if (given !== own && tokenInAddress(own, given) === null) return [];
  return [{ variable: "FORWARD_TO", message: "is the address of RETURN_PATH, where mail to this Worker arrives" }];
}

/** Optional: `Env` has EMAIL only where wrangler.toml declares it. */
function emailBinding(bindings: object): SendEmail | null {
  const { EMAIL } = bindings as { readonly EMAIL?: SendEmail };
  return typeof EMAIL?.send === "function" ? EMAIL : null;
}

function bindingProblems(relays: readonly RelaySettings[], emailService: SendEmail | null): ConfigProblem[] {
  const needs = relays.find(({ transport }) => transport === "email-service");
  if (needs === undefined || emailService !== null) return [];
  const message = 'is "email-service", and there is no binding EMAIL: see [[send_email]] in wrangler.toml';
  if (needs.id === "default") return [{ variable: "TRANSPORT", message }];
  return [{ variable: "RELAYS", message: `${needs.id}: transport: ${message}` }];
}

/** As in a push's `from`. */
export function defaultFrom(settings: Settings): string {
  return formatMailbox(settings.mailFrom);
}
