import { execFileSync } from "node:child_process";
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../../scripts/ports.ts";
import { type Command, DOMAIN, KNOWN, type RealServer, run, SERVERS } from "./server.ts";

/** A server, and how it is configured. */
export interface Kind {
  readonly name: string;
  /** The file without which it cannot be started. */
  readonly needs: string;
  start(): Promise<RealServer>;
}

const ROOT = join(SERVERS, "root");
const NPM = join(SERVERS, "npm/node_modules");
const EXIM = join(ROOT, "usr/sbin/exim4");
const SENDMAIL = join(ROOT, "usr/libexec/sendmail/sendmail");
const TAKEN = /^taken (\S+)$/gm;
/** As in `install.sh`. */
const EXIM_ID = 64_901;

export const KINDS: readonly Kind[] = [
  { name: "smtp-server", needs: join(NPM, "smtp-server"), start: inTemporary(smtpServer) },
  { name: "aiosmtpd", needs: join(ROOT, "usr/lib/python3/dist-packages/aiosmtpd"), start: inTemporary(aiosmtpd) },
  // As installed: refuses MAIL behind a content with 503.
  { name: "Haraka", needs: join(NPM, "haraka"), start: inTemporary(haraka) },
  // Swallows what comes behind a content.
  { name: "chasquid", needs: join(ROOT, "usr/bin/chasquid"), start: inTemporary(chasquid) },
  { name: "Exim", needs: EXIM, start: () => exim("") },
  {
    name: "Exim, ten mails a session",
    needs: EXIM,
    start: () => exim("smtp_accept_max_per_connection = 10"),
  },
  { name: "OpenSMTPD", needs: join(ROOT, "usr/sbin/smtpd"), start: () => openSmtpd("") },
  {
    name: "OpenSMTPD, ten mails a session",
    needs: join(ROOT, "usr/sbin/smtpd"),
    start: () => openSmtpd("smtp limit max-mails 10"),
  },
  { name: "Sendmail", needs: SENDMAIL, start: () => sendmail([]) },
  {
    // Greets late, refuses connections while four stand, and answers unknown recipients more and more slowly.
    name: "Sendmail, four sessions and two connections a second",
    needs: SENDMAIL,
    start: () => sendmail(["ConnectionRateThrottle=2", "MaxDaemonChildren=4", "BadRcptThrottle=3"]),
  },
];

function inTemporary(commandIn: (directory: string, port: number) => Command): () => Promise<RealServer> {
  return async () => {
    const directory = mkdtempSync(join(tmpdir(), "mailpush-server-"));
    const port = await freePort();
    const cleanUp = () => rmSync(directory, { recursive: true, force: true });
    return run(port, { ...commandIn(directory, port), cleanUp });
  };
}

function smtpServer(directory: string, port: number): Command {
  const script = join(directory, "server.cjs");
  writeFileSync(
    script,
    `const { SMTPServer } = require(${JSON.stringify(join(NPM, "smtp-server"))});
new SMTPServer({
  authOptional: true,
  disabledCommands: ["STARTTLS", "AUTH"],
  onData(stream, session, callback) {
    stream.resume().on("end", () => {
      for (const { address } of session.envelope.rcptTo) console.log("taken " + address);
      callback();
    });
  },
}).listen(${port}, "127.0.0.1");
`,
  );
  return { file: process.execPath, args: [script], taken: TAKEN };
}

function aiosmtpd(directory: string, port: number): Command {
  const script = join(directory, "server.py");
  writeFileSync(
    script,
    `import time
from aiosmtpd.controller import Controller

class Handler:
    async def handle_DATA(self, server, session, envelope):
        for address in envelope.rcpt_tos:
            print("taken " + address, flush=True)
        return "250 OK"

Controller(Handler(), hostname="127.0.0.1", port=${port}).start()
while True:
    time.sleep(60)
`,
  );
  const PYTHONPATH = join(ROOT, "usr/lib/python3/dist-packages");
  return { file: "/usr/bin/python3", args: [script], env: { PYTHONPATH }, taken: TAKEN };
}

function haraka(directory: string, port: number): Command {
  const bin = join(NPM, "haraka/bin/haraka");
  const home = join(directory, "haraka");
  const log = join(directory, "taken.log");
  execFileSync(process.execPath, [bin, "-i", home], { stdio: "ignore" });
  writeFileSync(join(home, "config/smtp.ini"), `[main]\nlisten=127.0.0.1:${port}\nnodes=0\n`);
  writeFileSync(join(home, "config/log.ini"), "[main]\nlevel=ERROR\n");
  writeFileSync(join(home, "config/plugins"), "take\n");
  writeFileSync(
    join(home, "plugins/take.js"),
    `const { appendFileSync } = require("node:fs");
exports.hook_rcpt = (next) => next(OK);
exports.hook_queue = (next, connection) => {
  for (const to of connection.transaction.rcpt_to) appendFileSync(${JSON.stringify(log)}, "taken " + to.address + "\\n");
  next(OK);
};
`,
  );
  return { file: process.execPath, args: [bin, "-c", home], readLog: () => contentOf(log), taken: TAKEN };
}

function chasquid(directory: string, port: number): Command {
  for (const name of [`domains/${DOMAIN}`, "certs/mx.test", "data"]) {
    mkdirSync(join(directory, name), { recursive: true });
  }
  const [key, certificate] = ["privkey.pem", "fullchain.pem"].map((name) => join(directory, "certs/mx.test", name));
  const subject = ["-subj", "/CN=mx.test", "-days", "2"];
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", `${key}`, "-out", `${certificate}`, ...subject],
    {
      stdio: "ignore",
    },
  );
  writeFileSync(
    join(directory, "chasquid.conf"),
    `hostname: "mx.test"
smtp_address: "127.0.0.1:${port}"
data_dir: "${directory}/data"
mail_delivery_agent_bin: "/bin/true"
mail_log_path: "<stderr>"
`,
  );
  const aliases = Array.from({ length: KNOWN }, (_, index) => `reader${index + 1}: sink\n`).join("");
  writeFileSync(join(directory, `domains/${DOMAIN}/aliases`), aliases);
  const util = join(ROOT, "usr/bin/chasquid-util");
  execFileSync(util, [`-C=${directory}`, "user-add", `sink@${DOMAIN}`, "--password=unused"], { stdio: "ignore" });
  const file = join(ROOT, "usr/bin/chasquid");
  return { file, args: [`-config_dir=${directory}`], taken: / queued ip=\S+ to=\[([^\]\s]+)\]/g };
}

/** In its own root directory: it wants a user of its own. */
async function exim(option: string, refusals = ""): Promise<RealServer> {
  const port = await freePort();
  const spool = `/var/spool/exim-${port}`;
  mkdirSync(join(ROOT, spool), { recursive: true });
  chownSync(join(ROOT, spool), EXIM_ID, EXIM_ID);
  const config = `/etc/exim-${port}.conf`;
  writeFileSync(
    join(ROOT, config),
    `spool_directory = ${spool}
log_file_path = ${spool}/%slog
primary_hostname = mx.test
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${port}
queue_only = true
${option}
log_selector = +received_recipients
tls_advertise_hosts =
keep_environment =
host_lookup =
acl_smtp_rcpt = known
begin acl
known:
${refusals}
  accept domains = ${DOMAIN}
         local_parts = \\N^reader[0-9]+$\\N
  deny message = no such user
`,
  );
  return run(port, {
    ...inRoot(["/usr/sbin/exim4", "-C", config, "-bdf"]),
    readLog: () => contentOf(join(ROOT, spool, "mainlog")),
    taken: /<= .* for (\S+)$/gm,
    cleanUp: () => {
      for (const path of [spool, config]) rmSync(join(ROOT, path), { recursive: true, force: true });
    },
  });
}

/** False: Exim could not be fetched. */
export function hasExim(): boolean {
  return existsSync(EXIM);
}

/** An Exim that takes so many recipients a second from one host. */
export function limitedExim(perSecond: number): Promise<RealServer> {
  return exim(
    "",
    `  defer ratelimit = ${perSecond} / 1s / per_rcpt
        message = Sender rate exceeds $sender_rate_limit messages per $sender_rate_period`,
  );
}

/** In its own root directory: its paths and users are fixed. */
async function openSmtpd(option: string): Promise<RealServer> {
  const port = await freePort();
  const spool = join(ROOT, "var/spool/smtpd");
  rmSync(spool, { recursive: true, force: true });
  mkdirSync(spool, { recursive: true, mode: 0o711 });
  writeFileSync(
    join(ROOT, "etc/smtpd.conf"),
    `listen on 127.0.0.1 port ${port}
${option}
action later relay host smtp://127.0.0.1:1
match from any for domain "${DOMAIN}" rcpt-to regex "^reader[0-9]+@" action later
`,
  );
  return run(port, {
    ...inRoot(["/usr/sbin/smtpd", "-d", "-f", "/etc/smtpd.conf"]),
    taken: / smtp envelope .* to=<([^>]+)>/g,
  });
}

/** In its own root directory: it asks for a host name with a dot, and waits a minute where there is none. */
async function sendmail(options: readonly string[]): Promise<RealServer> {
  const port = await freePort();
  const queue = `/var/spool/sendmail-${port}`;
  mkdirSync(join(ROOT, queue), { recursive: true, mode: 0o700 });
  writeFileSync(join(ROOT, "etc/hosts"), `127.0.0.1 mx.test localhost ${hostname()}\n`);
  const settings = [
    `DaemonPortOptions=Port=${port},Addr=127.0.0.1,Name=MTA`,
    `QueueDirectory=${queue}`,
    `PidFile=${queue}/pid`,
    ...options,
  ].flatMap((setting) => ["-O", setting]);
  return run(port, {
    ...inRoot(["/usr/libexec/sendmail/sendmail", "-bD", "-C", "/etc/sendmail.cf", ...settings]),
    readLog: () => queueOf(join(ROOT, queue)),
    taken: /^R\w*:<?([^>\s]+)/gm,
    cleanUp: () => rmSync(join(ROOT, queue), { recursive: true, force: true }),
  });
}

/** The queue files of Sendmail, of which a mail has one once it is taken. */
function queueOf(directory: string): string {
  return readdirSync(directory)
    .filter((name) => name.startsWith("qf"))
    .map((name) => contentOf(join(directory, name)))
    .join("");
}

function inRoot(command: readonly string[]): Pick<Command, "file" | "args" | "env"> {
  const libraries = contentOf(join(ROOT, "etc/library-path")).trim().split("\n").join(":");
  return { file: "chroot", args: [ROOT, ...command], env: { LD_LIBRARY_PATH: libraries } };
}

function contentOf(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}
