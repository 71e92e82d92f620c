import { LogLevel, WorkerMailer } from "worker-mailer";
import { smtp } from "../../src/transport/smtp/index.ts";
import type { RelayConfig, Transport } from "../../src/transport/transport.ts";
import { workerMailer } from "../../src/transport/worker-mailer.ts";
import { MAIL_BYTES, SENDER, SUBJECT, textOf } from "./content.ts";
import { BenchFeed, Work } from "./feed.ts";
import { addressOf, type Done, type Order, SESSIONS, WORKER_CLIENTS } from "./order.ts";

/** What worker-mailer 1.2.1 puts around a text as short as ours: headers, boundaries. */
const PACKAGE_FRAME_BYTES = 450;
const LIMITS = { beginBefore: Infinity, messageTimeoutMs: 60_000 };

export default {
  async fetch(request: Request): Promise<Response> {
    const order = readOrder(new URL(request.url).searchParams);
    if (order === null) return new Response("No such order.", { status: 400 });
    const started = Date.now();
    const accepted = await carryOut(order);
    return Response.json({ accepted, ms: Date.now() - started } satisfies Done);
  },
} satisfies ExportedHandler;

function readOrder(query: URLSearchParams): Order | null {
  const client = WORKER_CLIENTS.find((name) => name === query.get("client"));
  if (client === undefined) return null;
  const [port, first, mails] = ["port", "first", "mails"].map((name) => Number(query.get(name))) as [
    number,
    number,
    number,
  ];
  return { client, port, first, mails, run: query.get("run") ?? "" };
}

/** How many were accepted. */
function carryOut(order: Order): Promise<number> {
  const relay: RelayConfig = {
    host: "127.0.0.1",
    port: order.port,
    security: "none",
    username: "",
    password: "",
    ehloName: "bench.example",
  };
  switch (order.client) {
    case "smtp":
      return throughTransport(smtp(relay), order);
    case "worker-mailer":
      return throughTransport(workerMailer(relay), order);
    case "worker-mailer itself":
      return throughPackage(relay, order);
  }
}

async function throughTransport(transport: Transport, order: Order): Promise<number> {
  const work = new Work(order);
  await inSessions(async () => {
    const end = await transport.deliver(new BenchFeed(work), LIMITS);
    if (end.kind !== "done") throw new Error(JSON.stringify(end));
  });
  return work.accepted;
}

/** The package as its own documentation has it: it composes each mail itself. */
async function throughPackage({ host, port }: RelayConfig, { run, first, mails }: Order): Promise<number> {
  const text = textOf(MAIL_BYTES - PACKAGE_FRAME_BYTES);
  let next = first;
  let accepted = 0;
  await inSessions(async () => {
    const mailer = await WorkerMailer.connect({ host, port, startTls: false, logLevel: LogLevel.NONE });
    while (next < first + mails) {
      await mailer.send({ from: SENDER, to: addressOf(run, next++), subject: SUBJECT, text });
      accepted++;
    }
    await mailer.close();
  });
  return accepted;
}

async function inSessions(session: () => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: SESSIONS }, session));
}
