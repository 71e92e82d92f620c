import { existsSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../scripts/ports.ts";
import { ProcessGroup } from "../../scripts/process-group.ts";

/** Postfix's server for measurements, which offers PIPELINING and throws all mail away. */
const SMTP_SINK = "/usr/sbin/smtp-sink";
/** Connections that wait to be accepted. */
const BACKLOG = 1_000;
const START_TIMEOUT_MS = 5_000;

export interface SmtpSink {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts it on 127.0.0.1; null: it is not installed. */
export async function startSmtpSink(): Promise<SmtpSink | null> {
  if (!existsSync(SMTP_SINK)) return null;
  const port = await freePort();
  // It refuses to run as root.
  const user = process.getuid?.() === 0 ? ["-u", "nobody"] : [];
  const server = new ProcessGroup([SMTP_SINK, ...user, `127.0.0.1:${port}`, `${BACKLOG}`], {}, "/");
  for (const deadline = Date.now() + START_TIMEOUT_MS; !(await listens(port)); await sleep(20)) {
    if (Date.now() < deadline) continue;
    await server.stop();
    throw new Error(`smtp-sink did not start: ${server.output}`);
  }
  return { port, stop: () => server.stop() };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
