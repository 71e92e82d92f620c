import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Api, createApi } from "./api.ts";
import { untilHealthy } from "./healthy.ts";
import { freePort } from "./ports.ts";
import { type Member, ProcessGroup } from "./process-group.ts";
import { lockState } from "./state-lock.ts";

const ROOT = join(import.meta.dirname, "..");
const WRANGLER = join(ROOT, "node_modules/wrangler/bin/wrangler.js");
/** The only inherited environment variables: many others change what wrangler does. */
const INHERITED = ["PATH", "HOME", "LANG", "LC_ALL", "NODE_EXTRA_CA_CERTS"];
const MIGRATION_TRIES = 3;
/** Without these, the Worker answers 503. */
export const REQUIRED_SECRETS = ["API_TOKEN", "SIGNING_KEY"];

export interface StackOptions {
  /** Port of the API on 127.0.0.1; default: a free one. */
  readonly port?: number;
  /** Directory of D1 and the objects; default: a temporary one, removed by `stop`. */
  readonly persistTo?: string;
  /** Overrides of the vars in wrangler.toml. PUBLIC_URL defaults to the stack's address. */
  readonly vars?: Record<string, string>;
  /** API_TOKEN, SIGNING_KEY, SIGNING_KEY_PREVIOUS, SMTP_PASSWORD; the first two default to random values. */
  readonly secrets?: Record<string, string>;
  /** Extra environment of wrangler and workerd, e.g. NODE_EXTRA_CA_CERTS. */
  readonly env?: Record<string, string>;
  /** Receives the output of wrangler and the Worker as it arrives. */
  readonly onOutput?: (chunk: string) => void;
  /** wrangler's log level: "warn" omits the list of bindings and the line per request. */
  readonly logLevel?: "log" | "warn";
  /** Stops the stack when aborted, even during the start. */
  readonly signal?: AbortSignal;
}

/** mailpush under `wrangler dev`: API, D1, queues and objects, all on this machine. */
export interface Stack {
  /** "http://127.0.0.1:8787", without a trailing slash. */
  readonly url: string;
  readonly token: string;
  readonly persistTo: string;
  readonly api: Api;
  /** The latest output of wrangler and the Worker. */
  logs(): string;
  /** The workerd process of the Worker, with its peak memory; null where there is no /proc. */
  workerd(): Member | null;
  /** Resolves when wrangler has ended, for any reason. */
  ended(): Promise<void>;
  /** Shuts the stack down and removes its temporary directories. Idempotent. */
  stop(): Promise<void>;
  /** SIGKILL to all processes: queue messages are lost, D1 and the objects stay. */
  kill(): Promise<void>;
  /** `kill`, then a start at the same address with the same data. */
  restart(): Promise<void>;
}

/**
 * Applies the migrations and starts a stack; resolves once GET /api/health?deep=true reports "ok".
 *
 * @throws if another stack uses `persistTo`; with the configuration error, or with the end of the log; with the signal's reason when aborted
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  options.signal?.throwIfAborted();
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  // A temporary folder is nobody else's.
  const lock = options.persistTo === undefined ? null : lockState(options.persistTo, url);
  const runDirectory = mkdtempSync(join(tmpdir(), "mailpush-"));
  const persistTo = options.persistTo ?? join(runDirectory, "state");
  const token = options.secrets?.API_TOKEN ?? randomSecret();
  const api = createApi(url, token);
  const secrets = { SIGNING_KEY: randomSecret(), ...options.secrets, API_TOKEN: token };
  const settings = [
    ...varFlags({ PUBLIC_URL: url, ...options.vars }),
    `--env-file=${secretsFile(runDirectory, secrets)}`,
  ];
  const env = environment(runDirectory, options.env);

  let wrangler: ProcessGroup | null = null;
  let migration: ProcessGroup | null = null;
  let stopped: Promise<void> | null = null;
  const run = (command: string[], onOutput?: (chunk: string) => void): ProcessGroup => {
    if (stopped) throw new Error("the stack was stopped");
    return new ProcessGroup([process.execPath, WRANGLER, ...command], env, ROOT, onOutput);
  };
  const migrate = async (): Promise<void> => {
    for (let tries = 1; ; tries++) {
      migration = run(["d1", "migrations", "apply", "mailpush", "--local", `--persist-to=${persistTo}`]);
      if ((await migration.exited) === 0) return;
      // The Worker that starts beside it opens the same file.
      const isBusy = migration.output.includes("SQLITE_BUSY");
      if (!isBusy || tries === MIGRATION_TRIES) throw new Error(`The migrations failed:\n${migration.lastWords()}`);
    }
  };
  const launch = async (): Promise<ProcessGroup> => {
    // With a fixed inspector port, two stacks could not run side by side.
    const ports = [`--port=${port}`, `--inspector-port=${await freePort()}`];
    const flags = [
      "--ip=127.0.0.1",
      "--show-interactive-dev-session=false",
      `--log-level=${options.logLevel ?? "warn"}`,
    ];
    const command = ["dev", `--persist-to=${persistTo}`, ...ports, ...flags, ...settings];
    wrangler = run(command, options.onOutput);
    return wrangler;
  };
  const removeRunDirectory = (): void => rmSync(runDirectory, { recursive: true, force: true });
  process.once("exit", removeRunDirectory);
  const end = async (): Promise<void> => {
    await Promise.all([migration?.stop(), wrangler?.stop()]);
    lock?.release();
    removeRunDirectory();
    process.off("exit", removeRunDirectory);
  };
  const stop = (): Promise<void> => {
    stopped ??= end();
    return stopped;
  };
  options.signal?.addEventListener("abort", stop);

  try {
    // Nothing reads an empty database before the first request, so migrate and launch in parallel. With stored data,
    // pushes may run as soon as the stack is up: migrate first.
    const migrated = migrate();
    if (existsSync(join(persistTo, "v3"))) await migrated;
    const [launched] = await Promise.all([launch(), migrated]);
    await untilHealthy(launched, url, token);
  } catch (error) {
    await stop();
    options.signal?.throwIfAborted();
    throw error;
  }

  return {
    url,
    token,
    persistTo,
    api,
    logs: () => wrangler?.output ?? "",
    workerd: () => largest((wrangler?.members() ?? []).filter((member) => member.name === "workerd")),
    ended: async () => void (await wrangler?.exited),
    stop,
    kill: async () => wrangler?.kill(),
    restart: async () => {
      await wrangler?.kill();
      await untilHealthy(await launch(), url, token);
    },
  };
}

/** 256 random bits in hex. */
export function randomSecret(): string {
  return randomBytes(32).toString("hex");
}

/** wrangler's whole environment: sends nothing off this machine, keeps its files in `runDirectory`. */
export function environment(runDirectory: string, extra: Record<string, string> = {}): Record<string, string> {
  const inherited = INHERITED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return {
    ...Object.fromEntries(inherited),
    // No prompts, no metrics, no fetch from the network.
    CI: "true",
    WRANGLER_SEND_METRICS: "false",
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    // With the banner, wrangler queries the npm registry for updates.
    WRANGLER_HIDE_BANNER: "true",
    // Else wrangler writes a trace of every request to disk and serves a page of them.
    X_LOCAL_OBSERVABILITY: "false",
    X_LOCAL_EXPLORER: "false",
    TMPDIR: runDirectory,
    WRANGLER_LOG_PATH: join(runDirectory, "logs"),
    // Else parallel stacks share one registry.
    WRANGLER_REGISTRY_PATH: join(runDirectory, "registry"),
    ...extra,
  };
}

function varFlags(vars: Record<string, string>): string[] {
  return Object.entries(vars).flatMap(([name, value]) => ["--var", `${name}:${value}`]);
}

/** A secrets file keeps wrangler from reading .dev.vars, and the secrets out of the process list. */
function secretsFile(directory: string, secrets: Record<string, string>): string {
  const path = join(directory, "secrets.env");
  const lines = Object.entries(secrets).map(([name, value]) => `${name}='${value}'\n`);
  writeFileSync(path, lines.join(""), { mode: 0o600 });
  return path;
}

function largest(members: Member[]): Member | null {
  return members.toSorted((a, b) => b.peakBytes - a.peakBytes)[0] ?? null;
}
