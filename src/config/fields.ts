import { Buffer } from "node:buffer";
import * as z from "zod";
import { MAX_INBOUND_LOCAL_CHARACTERS } from "../message/signed/return-path.ts";
import { checkAddress } from "../recipients/address.ts";
import { type Mailbox, parseMailbox } from "../recipients/mailbox.ts";

// Kinds of variables, each with an error that says what is expected.

const MIN_SECRET_CHARACTERS = 16;

/** At least 16 characters, so that it cannot be guessed. */
export function secret(name: string) {
  return z
    .string(missing(`a secret, \`wrangler secret put ${name}\`, locally in .dev.vars`))
    .min(MIN_SECRET_CHARACTERS, {
      error: `is too short: expected at least ${MIN_SECRET_CHARACTERS} characters`,
    });
}

export function mailbox() {
  return z.string(missing('"Name <address>"')).transform((value, context): Mailbox => {
    const parsed = parseMailbox(value);
    if (parsed.ok) return parsed.value;
    context.addIssue(`is ${JSON.stringify(value)}: ${parsed.error}`);
    return z.NEVER;
  });
}

export function publicUrl() {
  const error = expected("an http or https address without query or fragment, as people reach this Worker");
  return z
    .string(missing("the address at which people reach this Worker"))
    .refine((value) => {
      const url = URL.parse(value);
      return url !== null && /^https?:$/.test(url.protocol) && !/[?#\s]/.test(value) && url.username === "";
    }, error)
    .transform((value) => value.replace(/\/+$/, ""));
}

/** A page on this machine. */
export function localUrl() {
  return z.string().regex(/^http:\/\/127\.0\.0\.1:\d{1,5}$/, expected("http://127.0.0.1 with a port"));
}

export function address() {
  return z.string().transform((value, context): string => {
    const checked = checkAddress(value);
    if (checked.ok) return checked.value;
    context.addIssue(`is ${JSON.stringify(value)}: ${checked.error}`);
    return z.NEVER;
  });
}

/** An address to which the Worker appends `+TOKEN`, in ASCII so that no relay needs SMTPUTF8 for it. */
export function returnPath() {
  return z.string().transform((value, context): string => {
    const address = checkAddress(value);
    const local = address.ok ? address.value.slice(0, address.value.lastIndexOf("@")) : "";
    if (!address.ok) context.addIssue(`is ${JSON.stringify(value)}: ${address.error}`);
    else if (!/^[\w-]+$/.test(local) || local.length > MAX_INBOUND_LOCAL_CHARACTERS) {
      const what = `letters, digits, _ and - before the @, at most ${MAX_INBOUND_LOCAL_CHARACTERS}`;
      context.addIssue(`is ${JSON.stringify(value)}: expected ${what}: a token is appended to them`);
    } else return address.value;
    return z.NEVER;
  });
}

export function wholeNumber(min: number, max: number, fallback: number) {
  const error = expected(`a whole number from ${min} to ${max}`);
  return z
    .string()
    .regex(/^\d{1,9}$/, error)
    .transform(Number)
    .refine((value) => value >= min && value <= max, error)
    .default(fallback);
}

export function realNumber(min: number, max: number, fallback: number) {
  const error = expected(`a number from ${min} to ${max}`);
  return z
    .string()
    .regex(/^\d+(\.\d+)?$/, error)
    .transform(Number)
    .refine((value) => value >= min && value <= max, error)
    .default(fallback);
}

/** null: not set, or empty. */
export function orNothing<Kind extends z.ZodType>(kind: Kind) {
  const given = z.preprocess((value) => (value === "" ? undefined : value), kind.optional());
  return given.transform((value) => value ?? null);
}

export function line() {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the regex refuses them
  return z.string().regex(/^[^\x00-\x1f\x7f]*$/, { error: "holds a line break or another control character" });
}

export function missing(what: string) {
  return { error: `is missing: expected ${what}` };
}

export function expected(what: string) {
  return { error: ({ input }: { input?: unknown }) => `${given(input)}expected ${what}` };
}

export function oneOf(values: readonly string[]) {
  return expected(values.join(", ").replace(/, ([^,]*)$/, " or $1"));
}

export function given(input: unknown): string {
  return typeof input === "string" || typeof input === "number" ? `is ${JSON.stringify(input)}: ` : "";
}

/** What PKCS #8 (RFC 8410) has before the 32 bytes of an Ed25519 key. */
const ED25519_PKCS8 = "302e020100300506032b657004220420";
const PEM_ARMOUR = /-----(BEGIN|END) PRIVATE KEY-----/g;

/** The private key as PKCS #8 in base64, the lines of a PEM file included. The error does not show it. */
export function ed25519PrivateKey() {
  return z.string().transform((value, context): Uint8Array => {
    const key = Buffer.from(value.replaceAll(PEM_ARMOUR, "").replaceAll("\\n", ""), "base64");
    const isKey = key.length === 48 && key.toString("hex").startsWith(ED25519_PKCS8);
    if (isKey) return new Uint8Array(key);
    context.addIssue("is no Ed25519 key: expected PKCS #8 in base64, as the README makes it");
    return z.NEVER;
  });
}
