import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../../scripts/ports.ts";
import type { KeyPair } from "../../transport/smtp/certificates.ts";
import { type MailLog, readLog } from "./mail-log.ts";
import { mainCf, masterCf, WAYS, type Way } from "./settings.ts";

/** A Postfix of its own, that no other Postfix of the machine knows of: it takes mail, throws it away and logs it. */
export interface Postfix {
  /** Where its smtpd listens on 127.0.0.1, for each way to be spoken to. */
  readonly ports: Readonly<Record<Way, number>>;
  /** What it has logged so far. */
  log(): MailLog;
  /** Ends it and removes all it wrote. */
  stop(): Promise<void>;
}

/**
 * Starts it, and holds it until standard input is closed: so it ends with us, however that comes about. In parentheses,
 * for a shell that writes to nobody is killed.
 */
const KEEPER = `postfix -c "$1/config" start >&2 || exit 1
(echo up)
read -r _
postfix -c "$1/config" stop >/dev/null 2>&1
rm -rf "$1"`;

/** Why none can be started here, for a person; null where it can. */
export function whyNoPostfix(): string | null {
  if (spawnSync("postconf", ["mail_version"]).status !== 0) return "Postfix is not installed (apt-get install postfix)";
  if (process.getuid?.() !== 0) return "only root can start a Postfix";
  return null;
}

/** @param settings lines for main.cf, beside those of settings.ts */
export async function startPostfix(certificate: KeyPair, settings = ""): Promise<Postfix> {
  const ports = Object.fromEntries(
    await Promise.all(WAYS.map(async (way) => [way, await freePort()] as const)),
  ) as Record<Way, number>;
  const directory = prepare(certificate, ports, settings);
  const keeper = spawn("sh", ["-c", KEEPER, "sh", directory], { detached: true, stdio: ["pipe", "pipe", "pipe"] });
  const ended = once(keeper, "exit");
  let complaints = "";
  keeper.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaints += text;
  });
  await Promise.race([once(keeper.stdout, "data"), ended]);
  if (keeper.exitCode !== null) {
    rmSync(directory, { recursive: true, force: true });
    throw new Error(`Postfix did not start:\n${complaints}`);
  }
  return {
    ports,
    log: () => readLog(logOf(directory)),
    stop: async () => {
      keeper.stdin.end();
      await ended;
    },
  };
}

/** Its directories: root's, but for the one that Postfix asks for as its own. */
function prepare(certificate: KeyPair, ports: Readonly<Record<Way, number>>, settings: string): string {
  const directory = mkdtempSync(join(tmpdir(), "mailpush-postfix-"));
  chmodSync(directory, 0o755);
  for (const name of ["config", "queue", "data", "log"]) mkdirSync(join(directory, name), { mode: 0o755 });
  spawnSync("chown", ["postfix", join(directory, "data")]);
  const chain = join(directory, "config/chain.pem");
  writeFileSync(chain, certificate.key + certificate.cert, { mode: 0o600 });
  writeFileSync(join(directory, "config/main.cf"), mainCf(directory, chain) + settings);
  writeFileSync(join(directory, "config/master.cf"), masterCf(ports));
  return directory;
}

function logOf(directory: string): string {
  try {
    return readFileSync(join(directory, "log/mail.log"), "utf8");
  } catch {
    return "";
  }
}
