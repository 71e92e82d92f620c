import type { Offer } from "../relay/session.ts";
import type { Relay } from "../relay.ts";
import { throughNodemailer } from "./nodemailer.ts";
import { addressOf, type WorkerClient } from "./order.ts";
import type { BenchWorker } from "./worker-process.ts";

export type Client = WorkerClient | "nodemailer";

/** What a run is made under. */
export interface Conditions {
  readonly offer: Offer;
  readonly rttMs: number;
  readonly mails: number;
}

/** One client's mails, from the first connection to the last goodbye. */
export interface Run {
  readonly client: Client;
  readonly conditions: Conditions;
  /** Mails per second as seen from outside, requests to the Worker and all. */
  readonly rate: number;
  /** Processor time of the client's process, in microseconds a mail; only where it ran alone. */
  readonly clientMicros: number;
  readonly relayMicros: number;
  /** Recipients without a mail and mails beyond the first of a recipient, counted at the relay. */
  readonly lost: number;
  readonly doubled: number;
}

export interface Bench {
  readonly relay: Relay;
  readonly worker: BenchWorker;
}

/**
 * The most mails of one request. worker-mailer leaves a timer running for each of its four waits a mail, and workerd
 * allows 10,000 of them; all clients in the Worker get the same.
 */
const MAILS_A_REQUEST = 2_000;

let runs = 0;

/** Runs clients at the same time, each with `mails` of its own. */
export async function measure(bench: Bench, clients: readonly Client[], conditions: Conditions): Promise<Run[]> {
  const { relay } = bench;
  const { offer, rttMs, mails } = conditions;
  await relay.reset({ ...offer, rttMs });
  const measured = await Promise.all(clients.map((client) => timed(bench, client, mails)));
  const alone = clients.length === 1;
  const { cpuMs } = await relay.summary();
  const counts = await relay.counts();
  return measured.map(({ run, client, seconds, cpu }) => ({
    client,
    conditions,
    rate: mails / seconds,
    clientMicros: alone ? (cpu / mails) * 1e6 : Number.NaN,
    relayMicros: alone ? (cpuMs / mails) * 1e3 : Number.NaN,
    ...countOf(counts, run, mails),
  }));
}

async function timed({ relay, worker }: Bench, client: Client, mails: number) {
  const run = `run${++runs}`;
  const processor = client === "nodemailer" ? ownProcessorTime : worker.processorTime;
  const before = processor();
  const started = performance.now();
  const accepted =
    client === "nodemailer"
      ? await throughNodemailer(relay.port, run, mails)
      : await throughWorker(worker, client, relay.port, run, mails);
  const seconds = (performance.now() - started) / 1000;
  if (accepted !== mails) throw new Error(`${client}: ${accepted} of ${mails} accepted`);
  return { run, client, seconds, cpu: processor() - before };
}

async function throughWorker(worker: BenchWorker, client: WorkerClient, port: number, run: string, mails: number) {
  let accepted = 0;
  for (let first = 0; first < mails; first += MAILS_A_REQUEST) {
    const order = { client, port, run, first, mails: Math.min(MAILS_A_REQUEST, mails - first) };
    accepted += (await worker.send(order)).accepted;
  }
  return accepted;
}

function ownProcessorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function countOf(counts: ReadonlyMap<string, number>, run: string, mails: number): { lost: number; doubled: number } {
  let lost = 0;
  for (let recipient = 0; recipient < mails; recipient++) if (!counts.has(addressOf(run, recipient))) lost++;
  let arrived = 0;
  for (const [address, count] of counts) if (address.endsWith(`@${run}.example`)) arrived += count;
  // Whatever is not somebody's first mail is one too many, to whomever it went.
  return { lost, doubled: arrived - (mails - lost) };
}
