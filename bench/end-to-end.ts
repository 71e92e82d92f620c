import { bullMqMissing } from "./bullmq/run.ts";
import { compared, type Kind } from "./end-to-end/compare.ts";
import { type PushRun, startPusher, type Transport } from "./end-to-end/push-run.ts";
import { flood } from "./relay/flood.ts";
import type { Relay } from "./relay.ts";
import { type Goal, goal, median, type Report, show } from "./report.ts";

const SMALL = 10_000;
const LARGE = 100_000;
const ROUNDS = 3;
const FLOOD_MAILS = 100_000;

/** Pushes through `wrangler dev`, by each transport and to each kind of relay, beside BullMQ with nodemailer. */
export async function endToEndPart(relay: Relay): Promise<Report> {
  await relay.reset();
  const flooded = await flood(relay.port, FLOOD_MAILS);
  const missing = bullMqMissing();
  const none = await alone(relay, "none", LARGE);
  const smtp = await compared(relay, missing === null, { size: SMALL, rounds: ROUNDS, large: LARGE });
  const workerMailer = await alone(relay, "worker-mailer", null);
  const kinds = new Map(smtp.kinds.map((kind) => [kind.offers + kind.relay, kind]));
  const whole = kinds.get("CHUNKING, PIPELININGours") as Kind;
  const ceiling = rateOf(none.small);
  const counted = [...smtp.kinds.flatMap((kind) => kind.mailpush), smtp.large, ...workerMailer.small];
  const chunkingOffered = { offers: whole.offers };
  return {
    title: "End to end",
    method:
      "A push to everyone of an area, from the POST to the end of the push, in `wrangler dev` with its local D1, queue and object; " +
      `a mail has about 2 KB and a Chinese name in it. ${ROUNDS} pushes to ${show(SMALL)} (the median is shown), in one stack for each transport and relay that has sent 5,000 before, in turn with BullMQ; one to ${show(LARGE)}. ` +
      "`none` is a transport that sends nothing: what is left is the ceiling of the queue and of all else. BullMQ's workers, one Node process beside a Redis that keeps nothing, fill in the same mail's fields and send over nodemailer's pool of 4 connections; from the first job added to the last mail. " +
      `Lost and doubled are counted at the relay, a process of its own, which a raw-socket client flooded with ${show(flooded)} mails/s: it is not the limit. smtp-sink does not count.`,
    rows: [
      rowOf("none", { offers: "–" }, none.small, ceiling),
      rowOf("none", { offers: "–" }, [none.large as PushRun], ceiling),
      ...smtp.kinds.flatMap((kind) => [rowOf("smtp", kind, kind.mailpush, ceiling), ...bullRows(kind)]),
      rowOf("smtp", chunkingOffered, [smtp.large], ceiling),
      rowOf("worker-mailer", chunkingOffered, workerMailer.small, ceiling),
    ],
    goals: [
      goal(`mails/s at ${show(SMALL)}`, rateOf(whole.mailpush), "≥", 3_000),
      goal("share of the ceiling", rateOf(whole.mailpush) / ceiling, "≥", 0.5),
      goal(`rate at ${show(LARGE)} by that at ${show(SMALL)}`, smtp.large.rate / rateOf(whole.mailpush), "≥", 0.85),
      ...smtp.kinds.flatMap(byBullMq),
      goal(`POST's answer for ${show(LARGE)}`, smtp.large.answerMs, "≤", 200, " ms"),
      goal("with worker-mailer, mails/s", rateOf(workerMailer.small), "≥", 1_000),
      goal("lost, all runs", sum(counted.map((run) => run.lost ?? 0)), "≤", 0),
      goal("doubled, all runs", sum(counted.map((run) => run.doubled ?? 0)), "≤", 0),
    ],
    notes: [
      "workerd runs everything, the emulated D1 and queue among it, in one thread: its processor time a mail is what limits the rate.",
      ...(missing === null ? [] : [`BullMQ was left out: ${missing}.`]),
      ...(smtp.kinds.some((kind) => kind.relay !== "ours") ? [] : ["smtp-sink was left out: it is not installed."]),
    ],
  };
}

/** Pushes by one transport: `ROUNDS` small ones, and one of `large`. */
async function alone(relay: Relay, transport: Transport, large: number | null) {
  const pusher = await startPusher(transport, relay.port, transport === "none" ? null : relay);
  try {
    const small: PushRun[] = [];
    for (let round = 0; round < ROUNDS; round++) small.push(await pusher.push(SMALL));
    return { small, large: large === null ? null : await pusher.push(large) };
  } finally {
    await pusher.stop();
  }
}

/** The relays that most people have offer PIPELINING alone. */
function byBullMq({ relay, offers, mailpush, bullMq }: Kind): Goal[] {
  const wanted = offers.startsWith("CHUNKING") ? 2.4 : offers === "PIPELINING" ? 1.9 : null;
  if (wanted === null || bullMq.length === 0) return [];
  const name = `${offers}${relay === "ours" ? "" : `, ${relay}`}: by BullMQ + nodemailer`;
  return [goal(name, rateOf(mailpush) / bullRate(bullMq), "≥", wanted, "×")];
}

function bullRows(kind: Kind): Record<string, string>[] {
  const { bullMq } = kind;
  if (bullMq.length === 0) return [];
  const empty = { "first to last mail": "–", "of the ceiling": "–", "POST's answer": "–", "first mail after": "–" };
  return [
    {
      client: "BullMQ + nodemailer",
      "relay offers": offersOf(kind),
      recipients: show(SMALL),
      "mails/s": show(bullRate(bullMq)),
      ...empty,
      processor: `${show(median(bullMq.map((run) => (run.cpuMs / SMALL) * 1000)))} µs/mail`,
      "peak memory": "–",
      lost: "–",
      doubled: "–",
    },
  ];
}

function rowOf(
  transport: Transport,
  kind: Pick<Kind, "offers"> & Partial<Kind>,
  runs: readonly PushRun[],
  ceiling: number,
): Record<string, string> {
  const mid = (value: (run: PushRun) => number | null) => median(runs.map((run) => value(run) ?? Number.NaN));
  return {
    client: `mailpush, \`${transport}\``,
    "relay offers": offersOf(kind),
    recipients: show(runs[0]?.recipients ?? Number.NaN),
    "mails/s": show(mid((run) => run.rate)),
    "first to last mail": show(mid((run) => run.relayRate)),
    "of the ceiling": show(mid((run) => run.rate) / ceiling),
    "POST's answer": inMs(mid((run) => run.answerMs)),
    "first mail after": inMs(mid((run) => run.firstMailMs)),
    processor: `${show(mid((run) => run.workerdMicros))} µs/mail`,
    "peak memory": `${show(Math.max(...runs.map((run) => run.peakBytes)) / 2 ** 20)} MB`,
    lost: show(sum(runs.map((run) => run.lost ?? Number.NaN))),
    doubled: show(sum(runs.map((run) => run.doubled ?? Number.NaN))),
  };
}

function offersOf({ relay = "ours", offers }: Pick<Kind, "offers"> & Partial<Kind>): string {
  return relay === "ours" ? offers : `${offers} (${relay})`;
}

function rateOf(runs: readonly PushRun[]): number {
  return median(runs.map((run) => run.rate));
}

function bullRate(runs: Kind["bullMq"]): number {
  return median(runs.map((run) => run.accepted / (run.ms / 1000)));
}

function inMs(value: number): string {
  return Number.isFinite(value) ? `${show(value)} ms` : "–";
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
