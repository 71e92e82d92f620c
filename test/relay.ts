import { readFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startControl } from "./relay/control.ts";
import { Gate } from "./relay/gate.ts";
import { Records } from "./relay/records.ts";
import { Rules } from "./relay/rules.ts";
import type { RelayScript, RelaySummary } from "./relay/script.ts";
import { type House, Session } from "./relay/session.ts";

/** A scriptable SMTP server on 127.0.0.1. It knows who got what, and what the client did wrong. */
export interface Relay {
  readonly port: number;
  /** What it has got; a new object after `reset`. */
  readonly records: Records;
  /** Of each rule with a name, how often it spoke; a new object after `reset`. */
  readonly acted: ReadonlyMap<string, number>;
  summary(): RelaySummary;
  /** Forgets what it got and counts rules anew. With a script: behaves by that one from the next session on. */
  reset(script?: RelayScript): void;
  /** Cuts all sessions and stops listening; `up` listens at the same port again. What it has got stays. */
  down(): Promise<void>;
  up(): Promise<void>;
  /** The same for good. */
  stop(): Promise<void>;
}

/** @example const relay = await startRelay({ rules: [{ stage: "rcpt", every: 20, reply: "550 5.1.1 no such user" }] }); */
export async function startRelay(script: RelayScript = {}): Promise<Relay> {
  let house = open(script);
  const sockets = new Set<Socket>();
  const accept = (socket: Socket) => {
    const { maxSessions = Number.POSITIVE_INFINITY, tls } = house.script;
    const crowded = sockets.size >= maxSessions;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    new Session(socket, house, tls?.implicit ?? false).greet(crowded);
  };
  const server = listener(script, accept);
  await listen(server, script.port ?? 0);
  const { port } = server.address() as AddressInfo;
  const down = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return {
    port,
    get records() {
      return house.records;
    },
    get acted() {
      return house.rules.acted;
    },
    summary: () => house.records.summary(port, sockets.size),
    reset: (next = house.script) => {
      house = open(next);
    },
    down,
    up: () => listen(server, port),
    stop: down,
  };
}

function open(script: RelayScript): House {
  return {
    script,
    rules: new Rules(script.rules ?? [], script.seed ?? 1),
    records: new Records(script.keep ?? "content"),
    gate: new Gate(script),
  };
}

function listener(script: RelayScript, accept: (socket: Socket) => void): Server {
  if (!script.tls?.implicit) return createServer(accept);
  const server = createTlsServer({ key: script.tls.key, cert: script.tls.cert }, accept);
  server.on("tlsClientError", () => {});
  return server;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });
}

/** `node test/relay.ts --port 2525 --control 2526 --script script.json`: prints `{port, control}` when it listens. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string" },
      control: { type: "string" },
      script: { type: "string" },
      keep: { type: "string" },
    },
  });
  const script: RelayScript = values.script ? JSON.parse(readFileSync(values.script, "utf8")) : {};
  if (values.keep) script.keep = values.keep as NonNullable<RelayScript["keep"]>;
  const control = await startControl(startRelay, Number(values.control ?? 0));
  const relay = await control.open({ ...script, port: Number(values.port ?? script.port ?? 0) });
  console.log(JSON.stringify({ port: relay.port, control: control.url }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
