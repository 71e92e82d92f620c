import { flood } from "./relay/flood.ts";
import type { Relay } from "./relay.ts";
import { goal, median, type Report, show } from "./report.ts";
import { type Bench, type Client, measure, type Run } from "./transport/measure.ts";
import { startBenchWorker } from "./transport/worker-process.ts";

const ROUNDS = 3;
const NEAR = { rttMs: 0, mails: 20_000 };
const FAR = { rttMs: 20, mails: 2_000 };
const FLOOD_MAILS = 100_000;
const WARM_UP_MAILS = 4_000;

const CHUNKING = { pipelining: true, chunking: true };
const PIPELINING = { pipelining: true, chunking: false };
const NEITHER = { pipelining: false, chunking: false };

/** Who is measured on a relay that offers what. worker-mailer makes nothing of either. */
const CASES = [
  { client: "smtp", offer: CHUNKING },
  { client: "smtp", offer: PIPELINING },
  { client: "smtp", offer: NEITHER },
  { client: "worker-mailer", offer: NEITHER },
  { client: "worker-mailer itself", offer: NEITHER },
  { client: "nodemailer", offer: PIPELINING },
  { client: "nodemailer", offer: NEITHER },
] as const;
type Case = (typeof CASES)[number];

/** The transports alone, in workerd, near and far, against what one would use instead. */
export async function transportPart(relay: Relay): Promise<Report> {
  await relay.reset();
  const flooded = await flood(relay.port, FLOOD_MAILS);
  const runs = await allRuns(relay);
  return {
    title: "Transport alone",
    method: `${show(NEAR.mails)} mails of 2 KB over 4 sessions without delay, ${show(FAR.mails)} at a round trip of ${FAR.rttMs} ms, in workerd (nodemailer's pool in Node), ${ROUNDS} rounds in turn; medians. \
Times are taken outside: connections, goodbyes and a request to the Worker every 2,000 mails are in them. \`smtp\` and \`worker-mailer\` are our transports: they get composed content and have at most 25 mails of a session in flight, as in a push. \
nodemailer gets raw content too; worker-mailer itself, the package without our adapter, composes, since it has no other way. The relay is a process of its own, which a raw-socket client flooded with ${show(flooded)} mails/s: it is not the limit.`,
    rows: [NEAR, FAR].flatMap(({ rttMs }) => CASES.map((one) => rowOf(runs, one, rttMs))),
    goals: [
      ...ratioGoals(runs, CHUNKING, NEAR.rttMs, [4, 3]),
      ...ratioGoals(runs, PIPELINING, NEAR.rttMs, [4, 3]),
      ...ratioGoals(runs, PIPELINING, FAR.rttMs, [3.5, 3.5]),
      ...ratioGoals(runs, CHUNKING, FAR.rttMs, [20, 20]),
      goal("lost, all runs", sum(runs.map((run) => run.lost)), "≤", 0),
      goal("doubled, all runs", sum(runs.map((run) => run.doubled)), "≤", 0),
    ],
    notes: notesOn(runs),
  };
}

function notesOn(runs: readonly Run[]): string[] {
  const processor = (offer: Case["offer"]) =>
    median(of(runs, { client: "smtp", offer }, NEAR.rttMs).map((run) => run.clientMicros));
  // A mail is four exchanges (a write and a read) on a relay that offers neither, and one with PIPELINING.
  const exchange = (processor(NEITHER) - processor(PIPELINING)) / 3;
  const rest = processor(PIPELINING) - exchange;
  return [
    "Compared is with the faster of worker-mailer itself and our adapter of it, and with nodemailer on a relay that offers PIPELINING.",
    `At ${FAR.rttMs} ms the four on a relay that offers neither ran at the same time: they wait, and leave the processors idle. All others ran alone.`,
    `Without delay the limit is the exchange, a write to the socket and a read. By processor time one costs workerd ${show(exchange)} µs, all else about a mail ${show(rest)} µs; what is left of the time it waits for the relay, on the same cores. A mail is four exchanges for worker-mailer, one with PIPELINING, and with CHUNKING a small part of one: so PIPELINING alone can make ${show((4 * exchange + rest) / (exchange + rest))} times the rate of four exchanges, hardly more.`,
    `At a distance round trips are the limit. DATA waits for its 354, so with PIPELINING a mail takes one at least. nodemailer 10 sends its envelope in one write where PIPELINING is offered, and takes two, not four: twice its rate is the most that PIPELINING can give, and only CHUNKING goes beyond. On a relay that offers neither, where nodemailer takes four, nobody is faster than anybody.`,
  ];
}

async function allRuns(relay: Relay): Promise<Run[]> {
  const worker = await startBenchWorker();
  const bench: Bench = { relay, worker };
  const runs: Run[] = [];
  const alone = async ({ client, offer }: Case, distance: { rttMs: number; mails: number }) =>
    runs.push(...(await measure(bench, [client], { offer, ...distance })));
  try {
    for (const one of CASES) await alone(one, { ...NEAR, mails: WARM_UP_MAILS });
    runs.length = 0;
    for (let round = 0; round < ROUNDS; round++) {
      for (const one of CASES) await alone(one, NEAR);
      for (const one of CASES.filter(({ offer }) => offer !== NEITHER)) await alone(one, FAR);
      const waiting = CASES.filter(({ offer }) => offer === NEITHER).map(({ client }) => client);
      runs.push(...(await measure(bench, waiting, { offer: NEITHER, ...FAR })));
    }
  } finally {
    await worker.stop();
  }
  return runs;
}

function of(runs: readonly Run[], { client, offer }: { client: Client; offer: Case["offer"] }, rttMs: number): Run[] {
  return runs.filter(
    (run) => run.client === client && run.conditions.offer === offer && run.conditions.rttMs === rttMs,
  );
}

function rateOf(runs: readonly Run[], one: { client: Client; offer: Case["offer"] }, rttMs: number): number {
  return median(of(runs, one, rttMs).map((run) => run.rate));
}

/** What `smtp` is compared with: mails per second of worker-mailer and of nodemailer, each as fast as it gets. */
function rivals(runs: readonly Run[], rttMs: number): { workerMailer: number; nodemailer: number } {
  const best = (...clients: Client[]) =>
    Math.max(...CASES.filter(({ client }) => clients.includes(client)).map((one) => rateOf(runs, one, rttMs)));
  return { workerMailer: best("worker-mailer", "worker-mailer itself"), nodemailer: best("nodemailer") };
}

function ratioGoals(
  runs: readonly Run[],
  offer: Case["offer"],
  rttMs: number,
  [toWorkerMailer, toNodemailer]: readonly [number, number],
) {
  const rate = rateOf(runs, { client: "smtp", offer }, rttMs);
  const { workerMailer, nodemailer } = rivals(runs, rttMs);
  const what = `${rttMs} ms, ${nameOf(offer)}: \`smtp\` by`;
  return [
    goal(`${what} worker-mailer`, rate / workerMailer, "≥", toWorkerMailer, "×"),
    goal(`${what} nodemailer`, rate / nodemailer, "≥", toNodemailer, "×"),
  ];
}

function rowOf(runs: readonly Run[], one: Case, rttMs: number): Record<string, string> {
  const its = of(runs, one, rttMs);
  const { workerMailer, nodemailer } = rivals(runs, rttMs);
  const rates = its.map((run) => run.rate);
  const rate = median(rates);
  return {
    "round trip": `${rttMs} ms`,
    client: one.client === "worker-mailer itself" ? one.client : `\`${one.client}\``,
    "relay offers": nameOf(one.offer),
    "mails/s": show(rate),
    "least to most": `${show(Math.min(...rates))}–${show(Math.max(...rates))}`,
    "by worker-mailer": `${show(rate / workerMailer)}×`,
    "by nodemailer": `${show(rate / nodemailer)}×`,
    "client's processor": micros(median(its.map((run) => run.clientMicros))),
    "relay's": micros(median(its.map((run) => run.relayMicros))),
    lost: show(sum(its.map((run) => run.lost))),
    doubled: show(sum(its.map((run) => run.doubled))),
  };
}

function nameOf({ pipelining, chunking }: Case["offer"]): string {
  if (chunking) return "CHUNKING";
  return pipelining ? "PIPELINING" : "neither";
}

function micros(value: number): string {
  return Number.isNaN(value) ? "–" : `${show(value)} µs/mail`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
