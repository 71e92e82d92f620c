import { endToEnd, type PushRun, type Transport } from "./end-to-end/push-run.ts";
import { flood } from "./relay/flood.ts";
import type { Relay } from "./relay.ts";
import { goal, median, type Report, show } from "./report.ts";

const SMALL = 10_000;
const LARGE = 100_000;
const FLOOD_MAILS = 100_000;

/** Pushes through `wrangler dev`, by each transport, against the ceiling that is left when nothing is sent. */
export async function endToEndPart(relay: Relay): Promise<Report> {
  await relay.reset();
  const flooded = await flood(relay.port, FLOOD_MAILS);
  const runs = new Map<Transport, PushRun[]>();
  for (const transport of ["none", "smtp", "worker-mailer"] as const) {
    runs.set(transport, await endToEnd(relay, transport, [SMALL, SMALL, SMALL, LARGE]));
  }
  const rate = (transport: Transport, size: number) => median(of(runs, transport, size).map((run) => run.rate));
  const counted = [...runs.values()].flat();
  return {
    title: "End to end",
    method:
      "A push to everyone of an area, from the POST to the end of the push, in `wrangler dev` with its local D1, queue and object; " +
      `a mail has about 2 KB and a Chinese name in it. Three pushes to ${show(SMALL)} (the median is shown), then one to ${show(LARGE)}, in one stack that has sent 5,000 before. ` +
      `\`none\` is a transport that sends nothing: what is left is the ceiling of the queue and of all else. Lost and doubled are counted at the relay, a process of its own, which a raw-socket client flooded with ${show(flooded)} mails/s: it is not the limit.`,
    rows: [...runs.keys()].flatMap((transport) =>
      [SMALL, LARGE].map((size) => rowOf(transport, of(runs, transport, size), rate("none", size))),
    ),
    goals: [
      goal(`mails/s at ${show(SMALL)}`, rate("smtp", SMALL), "≥", 3_000),
      goal("share of the ceiling", rate("smtp", SMALL) / rate("none", SMALL), "≥", 0.5),
      goal(`rate at ${show(LARGE)} by that at ${show(SMALL)}`, rate("smtp", LARGE) / rate("smtp", SMALL), "≥", 0.85),
      goal(
        `POST's answer for ${show(LARGE)}`,
        Math.max(...of(runs, "smtp", LARGE).map((run) => run.answerMs)),
        "≤",
        200,
        " ms",
      ),
      goal("with worker-mailer, mails/s", rate("worker-mailer", SMALL), "≥", 1_000),
      goal("lost, all runs", sum(counted.map((run) => run.lost ?? 0)), "≤", 0),
      goal("doubled, all runs", sum(counted.map((run) => run.doubled ?? 0)), "≤", 0),
    ],
    notes: [
      "workerd runs everything, the emulated D1 and queue among it, in one thread: its processor time a mail is what limits the rate.",
    ],
  };
}

function of(runs: ReadonlyMap<Transport, PushRun[]>, transport: Transport, size: number): PushRun[] {
  return (runs.get(transport) ?? []).filter((run) => run.recipients === size);
}

function rowOf(transport: Transport, runs: readonly PushRun[], ceiling: number): Record<string, string> {
  const mid = (value: (run: PushRun) => number | null) => median(runs.map((run) => value(run) ?? Number.NaN));
  return {
    transport,
    recipients: show(runs[0]?.recipients ?? Number.NaN),
    "mails/s": show(mid((run) => run.rate)),
    "first to last mail": show(mid((run) => run.relayRate)),
    "of the ceiling": show(mid((run) => run.rate) / ceiling),
    "POST's answer": inMs(mid((run) => run.answerMs)),
    "first mail after": inMs(mid((run) => run.firstMailMs)),
    "workerd, processor": `${show(mid((run) => run.workerdMicros))} µs/mail`,
    "peak memory": `${show(Math.max(...runs.map((run) => run.peakBytes)) / 2 ** 20)} MB`,
    lost: show(sum(runs.map((run) => run.lost ?? Number.NaN))),
    doubled: show(sum(runs.map((run) => run.doubled ?? Number.NaN))),
  };
}

function inMs(value: number): string {
  return Number.isFinite(value) ? `${show(value)} ms` : "–";
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
