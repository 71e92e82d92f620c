import { setTimeout as sleep } from "node:timers/promises";
import type { PushView } from "../scripts/progress.ts";
import { type Stack, startStack } from "../scripts/stack.ts";
import { audienceCsv, MESSAGE } from "./end-to-end/audience.ts";
import { cpuSeconds } from "./processes.ts";
import type { Relay } from "./relay.ts";
import { goal, median, type Report, show } from "./report.ts";

const RECIPIENTS = 5_000;
const ROUNDS = 5;
const POLL_MS = 50;
const LONGEST_MS = 120_000;

/** A way to send: with what lets mail come back, or without. */
interface Way {
  readonly name: string;
  readonly returnPath: string;
  readonly list: boolean;
}

const BARE: Way = { name: "neither", returnPath: "", list: false };
const LIST: Way = { name: "List-Unsubscribe", returnPath: "", list: true };
const BOTH: Way = { name: "List-Unsubscribe and RETURN_PATH", returnPath: "bounce@bounces.example.com", list: true };

interface Sent {
  /** Mails per second. */
  readonly rate: number;
  /** Of workerd, microseconds a mail. */
  readonly micros: number;
}

/** What a mail costs more with its unsubscribe link and with a return path of its own. */
export async function listMailPart(relay: Relay): Promise<Report> {
  const stacks = new Map<string, Stack>();
  try {
    for (const { returnPath } of [BARE, BOTH]) {
      const vars = { TRANSPORT: "smtp", SMTP_PORT: `${relay.port}`, RETURN_PATH: returnPath };
      stacks.set(returnPath, await startStack({ vars }));
    }
    const sent = new Map<Way, Sent[]>([BARE, LIST, BOTH].map((way) => [way, []]));
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [way, runs] of sent) {
        await relay.reset();
        const run = await send(stacks.get(way.returnPath) as Stack, way, `area${round}-${way.list}`);
        // The first round is for the compilers.
        if (round > 0) runs.push(run);
      }
    }
    return reportOf(sent);
  } finally {
    for (const stack of stacks.values()) await stack.stop();
  }
}

function reportOf(sent: ReadonlyMap<Way, readonly Sent[]>): Report {
  const mid = (way: Way, value: (run: Sent) => number) => median((sent.get(way) ?? []).map(value));
  const slower = (way: Way) => mid(way, ({ rate }) => rate) / mid(BARE, ({ rate }) => rate);
  return {
    title: "List mail",
    method:
      `Pushes to ${show(RECIPIENTS)} end to end, of each kind in turn, by two \`wrangler dev\` side by side, one with RETURN_PATH; ` +
      `medians of ${ROUNDS}.`,
    rows: [...sent.keys()].map((way) => ({
      mails: way.name,
      "mails/s": show(mid(way, ({ rate }) => rate)),
      "by neither": show(slower(way)),
      "workerd, processor": `${show(mid(way, ({ micros }) => micros))} µs/mail`,
    })),
    goals: [goal("rate with both by the rate with neither", slower(BOTH), "≥", 0.9)],
  };
}

async function send(stack: Stack, { list }: Way, area: string): Promise<Sent> {
  await stack.api("POST", "/api/recipients/import", audienceCsv(area, RECIPIENTS));
  const [before, startedAt] = [processorTime(stack), Date.now()];
  const message = { action: "mailpush", filter: { area }, list, ...MESSAGE };
  const { id } = await stack.api<PushView>("POST", "/api/pushes", message);
  const deadline = startedAt + LONGEST_MS;
  while (Date.now() < deadline) {
    const push = await stack.api<PushView & { finishedAt: string | null }>("GET", `/api/pushes/${id}`);
    if (push.status === "finished") {
      if (push.tallies.sent !== RECIPIENTS) throw new Error(`not all were sent: ${JSON.stringify(push.tallies)}`);
      const seconds = (Date.parse(push.finishedAt ?? "") - startedAt) / 1000;
      return { rate: RECIPIENTS / seconds, micros: ((processorTime(stack) - before) / RECIPIENTS) * 1e6 };
    }
    await sleep(POLL_MS);
  }
  throw new Error(`the push took too long:\n${stack.logs().slice(-2_000)}`);
}

function processorTime(stack: Stack): number {
  const workerd = stack.workerd();
  return workerd === null ? Number.NaN : cpuSeconds(workerd.pid);
}
