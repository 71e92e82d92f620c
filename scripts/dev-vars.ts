import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { randomSecret } from "./stack.ts";

const PATH = join(import.meta.dirname, "../.dev.vars");
const SECRETS = ["API_TOKEN", "SIGNING_KEY", "SMTP_PASSWORD"];

/** What .dev.vars sets for local runs, secrets and vars apart. */
export interface DevVars {
  readonly secrets: Record<string, string>;
  readonly vars: Record<string, string>;
  /** True if there was no file, and one with random secrets was written. */
  readonly created: boolean;
}

/** Reads .dev.vars; writes it first if there is none. */
export function readDevVars(): DevVars {
  const created = !existsSync(PATH);
  if (created) {
    const lines = ["# Secrets for local runs. Git ignores this file.", `API_TOKEN=${randomSecret()}`];
    writeFileSync(PATH, `${[...lines, `SIGNING_KEY=${randomSecret()}`].join("\n")}\n`, { mode: 0o600 });
  }
  const all = Object.entries(parseEnv(readFileSync(PATH, "utf8")) as Record<string, string>);
  return {
    secrets: Object.fromEntries(all.filter(([name]) => SECRETS.includes(name))),
    vars: Object.fromEntries(all.filter(([name]) => !SECRETS.includes(name))),
    created,
  };
}
