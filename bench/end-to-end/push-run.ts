import { setTimeout as sleep } from "node:timers/promises";
import type { PushView } from "../../scripts/progress.ts";
import { type Stack, startStack } from "../../scripts/stack.ts";
import { cpuSeconds } from "../processes.ts";
import type { Offer } from "../relay/session.ts";
import type { Relay } from "../relay.ts";
import { addressOf, audienceCsv, MESSAGE } from "./audience.ts";

export type Transport = "smtp" | "worker-mailer" | "none";

/** One push, from the POST to its end. */
export interface PushRun {
  readonly recipients: number;
  /** Until the POST's answer, in milliseconds. */
  readonly answerMs: number;
  /** From the POST to the first mail at the relay; null where no relay was used. */
  readonly firstMailMs: number | null;
  /** Mails per second from the POST to the end of the push. */
  readonly rate: number;
  /** Mails per second from the first mail to the last at the relay. */
  readonly relayRate: number | null;
  /** Processor time of workerd, in microseconds a mail. */
  readonly workerdMicros: number;
  /** Peak memory of workerd so far, in bytes. */
  readonly peakBytes: number;
  /** Recipients without a mail and mails beyond the first of a recipient, counted at the relay. */
  readonly lost: number | null;
  readonly doubled: number | null;
}

/** Before anything is measured: the compilers have seen the code, the files are open. */
const WARM_UP = 5_000;
const POLL_MS = 100;
const LONGEST_MS = 5 * 60_000;

/** A `wrangler dev` that sends pushes to one relay. */
export interface Pusher {
  /** Runs a push to so many. Where the relay is ours, it offers this. */
  push(size: number, offer?: Offer): Promise<PushRun>;
  stop(): Promise<void>;
}

/**
 * Starts it, and runs a push that warms it up.
 * @param smtpPort on 127.0.0.1
 * @param relay the one behind that port, which counts; null: nobody counts there
 */
export async function startPusher(transport: Transport, smtpPort: number, relay: Relay | null): Promise<Pusher> {
  const stack = await startStack({ vars: { TRANSPORT: transport, SMTP_PORT: `${smtpPort}` } });
  let pushes = 0;
  const push = async (size: number, offer?: Offer): Promise<PushRun> => {
    const area = `area${pushes++}`;
    await stack.api("POST", "/api/recipients/import", audienceCsv(area, size));
    await relay?.reset(offer);
    return await measure(stack, relay, area, size);
  };
  try {
    await push(WARM_UP);
  } catch (error) {
    await stack.stop();
    throw error;
  }
  return { push, stop: () => stack.stop() };
}

async function measure(stack: Stack, relay: Relay | null, area: string, size: number): Promise<PushRun> {
  const before = processorTime(stack);
  const postedAt = Date.now();
  const message = { action: "mailpush", filter: { area }, ...MESSAGE };
  const { id } = await stack.api<PushView>("POST", "/api/pushes", message);
  const answerMs = Date.now() - postedAt;
  const finishedAt = await untilFinished(stack, id);
  const after = processorTime(stack);
  const { firstAt = null, lastAt = null } = (await relay?.summary()) ?? {};
  return {
    recipients: size,
    answerMs,
    firstMailMs: firstAt === null ? null : firstAt - postedAt,
    rate: size / ((finishedAt - postedAt) / 1000),
    relayRate: firstAt === null || lastAt === null ? null : size / ((lastAt - firstAt) / 1000),
    workerdMicros: ((after - before) / size) * 1e6,
    peakBytes: stack.workerd()?.peakBytes ?? Number.NaN,
    ...(relay === null ? { lost: null, doubled: null } : await countAtRelay(relay, area, size)),
  };
}

/** When the push ended, by its own word: epoch milliseconds. Throws where it does not end well. */
async function untilFinished(stack: Stack, id: string): Promise<number> {
  const deadline = Date.now() + LONGEST_MS;
  while (Date.now() < deadline) {
    await sleep(POLL_MS);
    const push = await stack.api<PushView & { finishedAt: string | null }>("GET", `/api/pushes/${id}`);
    if (push.status === "paused") throw new Error(`the push paused: ${push.reason}`);
    if (push.status !== "finished") continue;
    if (push.success !== push.total) throw new Error(`not all were sent: ${JSON.stringify(push.tallies)}`);
    return Date.parse(push.finishedAt ?? "");
  }
  throw new Error(`the push took over ${LONGEST_MS / 60_000} minutes:\n${stack.logs().slice(-2_000)}`);
}

async function countAtRelay(relay: Relay, area: string, size: number): Promise<{ lost: number; doubled: number }> {
  const counts = await relay.counts();
  let lost = 0;
  let mails = 0;
  for (let index = 0; index < size; index++) if (!counts.has(addressOf(area, index))) lost++;
  for (const count of counts.values()) mails += count;
  // Whatever is not somebody's first mail is one too many, to whomever it went.
  return { lost, doubled: mails - (size - lost) };
}

/** Of workerd, in seconds. */
function processorTime(stack: Stack): number {
  const workerd = stack.workerd();
  return workerd === null ? Number.NaN : cpuSeconds(workerd.pid);
}
