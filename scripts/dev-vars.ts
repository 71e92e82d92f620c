import { generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { randomSecret } from "./stack.ts";

const ROOT = join(import.meta.dirname, "..");
const PATH = join(ROOT, ".dev.vars");
const SECRETS = [
  "API_TOKEN",
  "SIGNING_KEY",
  "SIGNING_KEY_PREVIOUS",
  "SMTP_PASSWORD",
  "POSTMARK_PASSWORD",
  "MAILGUN_SIGNING_KEY",
  "RECEIPT_KEY",
];

/** The settings in .dev.vars, secrets and vars apart. */
export interface DevVars {
  /** Without empty values. */
  readonly secrets: Record<string, string>;
  readonly vars: Record<string, string>;
  /** True if the file was missing and was written with random secrets. */
  readonly created: boolean;
}

/** Reads .dev.vars; writes the file first if missing. */
export function readDevVars(path = PATH): DevVars {
  const created = !existsSync(path);
  if (created) {
    const lines = ["# Secrets for local runs. Git ignores this file.", `API_TOKEN=${randomSecret()}`];
    lines.push(`SIGNING_KEY=${randomSecret()}`, `RECEIPT_KEY=${receiptKey()}`);
    writeFileSync(path, `${lines.join("\n")}\n`, { mode: 0o600 });
  }
  const all = Object.entries(parse(readFileSync(path, "utf8")));
  const secrets = new Set([...SECRETS, ...passwordsOf(Object.fromEntries(all).RELAYS ?? "")]);
  return {
    secrets: Object.fromEntries(all.filter(([name, value]) => secrets.has(name) && value !== "")),
    vars: Object.fromEntries(all.filter(([name]) => !secrets.has(name))),
    created,
  };
}

/** The secrets that the relays of RELAYS name. */
function passwordsOf(relays: string): string[] {
  return [...relays.matchAll(/"passwordSecret"\s*:\s*"([^"]+)"/g)].flatMap(([, name = ""]) => name);
}

/** As `openssl genpkey -algorithm ed25519 -outform DER | base64` makes one. */
function receiptKey(): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  return privateKey.export({ type: "pkcs8", format: "der" }).toString("base64");
}

/** The vars of wrangler.toml, defaults for those of .dev.vars. The [vars] section parses as an env file. */
export function readTomlVars(): Record<string, string> {
  const toml = readFileSync(join(ROOT, "wrangler.toml"), "utf8");
  return parse(/^\[vars\]$(.*?)^\[/ms.exec(toml)?.[1] ?? "");
}

function parse(lines: string): Record<string, string> {
  return parseEnv(lines) as Record<string, string>;
}
