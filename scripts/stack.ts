import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Api, createApi } from "./api.ts";
import { untilHealthy } from "./healthy.ts";
import { freePort } from "./ports.ts";
import { type Member, ProcessGroup } from "./process-group.ts";

const ROOT = join(import.meta.dirname, "..");
const WRANGLER = join(ROOT, "node_modules/wrangler/bin/wrangler.js");
/**
 * All that a child gets from our environment. Not the rest: wrangler takes any variable that wrangler.toml names, and
 * a terminal under GNU screen, for one, has a WINDOW of its own.
 */
const INHERITED = ["PATH", "HOME", "LANG", "LC_ALL", "NODE_EXTRA_CA_CERTS"];
/** The `required` of wrangler.toml: wrangler drops every other secret, so SMTP_PASSWORD has to come as a var. */
export const REQUIRED_SECRETS = ["API_TOKEN", "SIGNING_KEY"];

export interface StackOptions {
  /** Where the API listens on 127.0.0.1; a free port if not given. */
  readonly port?: number;
  /** Where D1 and the objects live; a temporary directory, removed by `stop`, if not given. */
  readonly persistTo?: string;
  /** Vars of wrangler.toml, by name. PUBLIC_URL is the stack's own address unless given. */
  readonly vars?: Record<string, string>;
  /** API_TOKEN, SIGNING_KEY, SMTP_PASSWORD; the first two are random unless given. */
  readonly secrets?: Record<string, string>;
  /** Environment of wrangler and workerd: NODE_EXTRA_CA_CERTS, for one. */
  readonly env?: Record<string, string>;
  /** Gets what wrangler and the Worker write, as it comes. */
  readonly onOutput?: (chunk: string) => void;
  /** What wrangler writes: "warn" leaves out its list of bindings and a line for each request. */
  readonly logLevel?: "log" | "warn";
  /** Stops it when aborted, even while it starts. */
  readonly signal?: AbortSignal;
}

/** mailpush under `wrangler dev`: API, D1, queues and objects, on this machine alone. */
export interface Stack {
  /** "http://127.0.0.1:8787", without a slash at the end. */
  readonly url: string;
  readonly token: string;
  readonly persistTo: string;
  readonly api: Api;
  /** The last of what wrangler and the Worker wrote. */
  logs(): string;
  /** The workerd that runs the Worker, with its peak memory; null where there is no /proc. */
  workerd(): Member | null;
  /** Resolves when wrangler has ended, whoever ended it. */
  ended(): Promise<void>;
  /** Ends it in good order and removes its temporary directories. Safe to call twice. */
  stop(): Promise<void>;
  /** SIGKILL to all of it, at once: what is on the queue is lost, what is in D1 and the objects stays. */
  kill(): Promise<void>;
  /** `kill`, and up again at the same address with the same data. */
  restart(): Promise<void>;
}

/**
 * Starts a stack with its migrations applied; resolves once GET /api/health says that all is well.
 *
 * @throws with what is wrong if a var is, or with the last of the log; with the signal's reason if that was aborted
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  options.signal?.throwIfAborted();
  const runDirectory = mkdtempSync(join(tmpdir(), "mailpush-"));
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const persistTo = options.persistTo ?? join(runDirectory, "state");
  const token = options.secrets?.API_TOKEN ?? randomSecret();
  const api = createApi(url, token);
  const secrets = { SIGNING_KEY: randomSecret(), ...options.secrets, API_TOKEN: token };
  const settings = [
    ...varFlags({ PUBLIC_URL: url, ...options.vars, ...pick(secrets, (name) => !REQUIRED_SECRETS.includes(name)) }),
    `--env-file=${secretsFile(
      runDirectory,
      pick(secrets, (name) => REQUIRED_SECRETS.includes(name)),
    )}`,
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
    migration = run(["d1", "migrations", "apply", "mailpush", "--local", `--persist-to=${persistTo}`]);
    if ((await migration.exited) !== 0) throw new Error(`The migrations failed:\n${migration.lastWords()}`);
  };
  const launch = async (): Promise<ProcessGroup> => {
    // A fixed inspector port would keep two stacks from running side by side.
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
  const tidy = (): void => rmSync(runDirectory, { recursive: true, force: true });
  process.once("exit", tidy);
  const end = async (): Promise<void> => {
    await Promise.all([migration?.stop(), wrangler?.stop()]);
    tidy();
    process.off("exit", tidy);
  };
  const stop = (): Promise<void> => {
    stopped ??= end();
    return stopped;
  };
  options.signal?.addEventListener("abort", stop);

  try {
    // Nothing reads an empty database before the first request, so both may start at once. One that has data may have
    // pushes at work as soon as it is up: that one is migrated first.
    const migrated = migrate();
    if (existsSync(join(persistTo, "v3"))) await migrated;
    const [launched] = await Promise.all([launch(), migrated]);
    await untilHealthy(launched, url, api);
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
      await untilHealthy(await launch(), url, api);
    },
  };
}

/** A secret of 256 bits in hex. */
export function randomSecret(): string {
  return randomBytes(32).toString("hex");
}

/** All that wrangler gets from us: nothing of it leaves this machine, and its own files go to `runDirectory`. */
export function environment(runDirectory: string, extra: Record<string, string> = {}): Record<string, string> {
  const inherited = INHERITED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return {
    ...Object.fromEntries(inherited),
    // Nobody to ask, nothing to report, nothing to fetch from the network.
    CI: "true",
    WRANGLER_SEND_METRICS: "false",
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    // With its banner, wrangler asks the registry for a newer version.
    WRANGLER_HIDE_BANNER: "true",
    // It would write a trace of every request to disk, and serve a page to look at them.
    X_LOCAL_OBSERVABILITY: "false",
    X_LOCAL_EXPLORER: "false",
    TMPDIR: runDirectory,
    WRANGLER_LOG_PATH: join(runDirectory, "logs"),
    // Else stacks that run side by side would meet in one registry.
    WRANGLER_REGISTRY_PATH: join(runDirectory, "registry"),
    ...extra,
  };
}

function varFlags(vars: Record<string, string>): string[] {
  return Object.entries(vars).flatMap(([name, value]) => ["--var", `${name}:${value}`]);
}

function pick(record: Record<string, string>, wanted: (name: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => wanted(name)));
}

/** Secrets go in a file of their own: it keeps .dev.vars out, and them out of the list of processes. */
function secretsFile(directory: string, secrets: Record<string, string>): string {
  const path = join(directory, "secrets.env");
  const lines = Object.entries(secrets).map(([name, value]) => `${name}='${value}'\n`);
  writeFileSync(path, lines.join(""), { mode: 0o600 });
  return path;
}

function largest(members: Member[]): Member | null {
  return members.toSorted((a, b) => b.peakBytes - a.peakBytes)[0] ?? null;
}
