import { setTimeout as sleep } from "node:timers/promises";
import type { PushView } from "../../scripts/progress.ts";
import { type Stack, startStack } from "../../scripts/stack.ts";
import type { RelayScript } from "../../test/relay/script.ts";
import { type Relay, startRelay } from "../../test/relay.ts";
import { readPushes } from "../chaos/ledger-file.ts";

const POLL_MS = 200;

/** A stack and the one relay behind it. Areas of recipients are named by the runs. */
export interface Stage {
  readonly stack: Stack;
  push(area: string, change?: object): Promise<string>;
  /** When the push ended, epoch milliseconds. Throws where it pauses, fails somebody, or takes longer. */
  ended(id: string, mostMs: number): Promise<number>;
  /** Ends the stack; gives how many reports its pushes made to the relay's object, those asked again left out. */
  calls(): Promise<number>;
}

/** The same with a relay that says when it took what. */
export interface RelayStage extends Stage {
  readonly relay: Relay;
  /** When the mails of an area were taken, epoch milliseconds, in order. */
  taken(area: string): number[];
}

/** Runs `play` on a stack whose relay has this port of 127.0.0.1, with so many recipients in each area. */
export async function onStage<T>(
  port: number,
  people: { readonly csv: string },
  message: object,
  play: (stage: Stage) => Promise<T>,
): Promise<T> {
  const vars = { SMTP_HOST: "127.0.0.1", SMTP_PORT: `${port}`, SMTP_SECURITY: "none" };
  const stack = await startStack({ vars });
  try {
    await stack.api("POST", "/api/recipients/import", people.csv);
    return await play({
      stack,
      push: async (area, change = {}) => {
        const push = { action: "mailpush", filter: { area }, ...message, ...change };
        return (await stack.api<PushView>("POST", "/api/pushes", push)).id;
      },
      ended: (id, mostMs) => ended(stack, id, mostMs),
      calls: async () => {
        await stack.kill();
        return readPushes(stack.persistTo, (all) => all("SELECT health FROM push").map(reportsOf)).reduce(sum, 0);
      },
    });
  } finally {
    await stack.stop();
  }
}

/** Runs `play` with a scripted relay. */
export async function behindRelay<T>(
  script: RelayScript,
  people: { readonly csv: string },
  message: object,
  play: (stage: RelayStage) => Promise<T>,
): Promise<T> {
  const relay = await startRelay({ capabilities: ["PIPELINING", "CHUNKING"], keep: "digest", ...script });
  const taken = (area: string) =>
    relay.records.mails.filter(({ to }) => to[0]?.endsWith(`@${area}.example`)).map(({ at }) => at);
  try {
    return await onStage(relay.port, people, message, (stage) => play({ ...stage, relay, taken }));
  } finally {
    await relay.stop();
  }
}

async function ended(stack: Stack, id: string, mostMs: number): Promise<number> {
  const deadline = Date.now() + mostMs;
  while (Date.now() < deadline) {
    await sleep(POLL_MS);
    const push = await stack.api<PushView & { finishedAt: string | null }>("GET", `/api/pushes/${id}`);
    if (push.status === "paused") throw new Error(`the push paused: ${push.reason}`);
    if (push.status !== "finished") continue;
    if (push.success !== push.total) throw new Error(`not all were sent: ${JSON.stringify(push.tallies)}`);
    return Date.parse(push.finishedAt ?? "");
  }
  throw new Error(`the push took over ${mostMs / 1000} s:\n${stack.logs().slice(-2_000)}`);
}

/** Each report of a push has a number. */
function reportsOf(row: unknown): number {
  const { relays } = JSON.parse((row as { health: string }).health) as { relays: Record<string, { seq: number }> };
  return Object.values(relays).reduce((all, { seq }) => all + seq, 0);
}

function sum(one: number, other: number): number {
  return one + other;
}

/** Mails per second from the first to the last. */
export function perSecond(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  return ((sorted.length - 1) * 1000) / ((sorted.at(-1) ?? 0) - (sorted[0] ?? 0));
}
