/** The process of the SMTP sink: started by ../relay.ts, ends when its parent does. */
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { Ask, SinkBehaviour, SinkSummary, Told } from "./protocol.ts";
import { SinkSession } from "./session.ts";

let behaviour: SinkBehaviour = { pipelining: true, chunking: true, rttMs: 0 };
/** How many mails each address got. */
let counts = new Map<string, number>();
let tally = nothing();
let open = 0;

function nothing() {
  return { mails: 0, sessions: 0, sessionsAtOnce: 0, bytes: 0, firstAt: 0, lastAt: 0, cpu: process.cpuUsage() };
}

function accept(socket: Socket): void {
  const { rttMs, ...offer } = behaviour;
  const inTime = rttMs === 0 ? (act: () => void) => act() : (act: () => void) => void setTimeout(act, rttMs);
  open++;
  tally.sessions++;
  tally.sessionsAtOnce = Math.max(tally.sessionsAtOnce, open);
  socket.setNoDelay(true);
  const session = new SinkSession(offer, {
    reply: (text) => inTime(() => socket.write(text, "latin1")),
    taken,
    hangUp: () => inTime(() => socket.end()),
  });
  socket.on("data", (chunk: Buffer) => {
    tally.bytes += chunk.length;
    session.push(chunk);
  });
  socket.on("error", () => socket.destroy());
  socket.on("close", () => open--);
}

function taken(recipients: readonly string[]): void {
  const now = Date.now();
  if (tally.mails === 0) tally.firstAt = now;
  tally.lastAt = now;
  tally.mails++;
  for (const address of recipients) counts.set(address, (counts.get(address) ?? 0) + 1);
}

function summary(): SinkSummary {
  const { cpu, firstAt, lastAt, ...rest } = tally;
  const { user, system } = process.cpuUsage(cpu);
  return { ...rest, firstAt: firstAt || null, lastAt: lastAt || null, cpuMs: (user + system) / 1000 };
}

function answerTo(question: Ask): unknown {
  switch (question.ask) {
    case "reset":
      behaviour = question.behaviour;
      counts = new Map();
      tally = nothing();
      return null;
    case "summary":
      return summary();
    case "counts":
      return [...counts];
  }
}

function tell(told: Told): void {
  process.send?.(told);
}

process.on("message", (question: Ask) => tell({ n: question.n, answer: answerTo(question) }));
process.on("disconnect", () => process.exit());

const server = createServer({ noDelay: true }, accept);
server.listen(0, "127.0.0.1", () => tell({ n: 0, answer: (server.address() as AddressInfo).port }));
