import { setTimeout as sleep } from "node:timers/promises";
import { DELIVERY_STATES, type Tallies, totalOf } from "../src/core/states.ts";
import type { Api } from "./api.ts";

/** The fields that the scripts read from GET /api/pushes/:id. */
export interface PushView {
  readonly id: string;
  readonly status: string;
  readonly reason?: string | null;
  readonly expected: number;
  readonly total: number;
  readonly snapshotDone: boolean;
  readonly tallies: Tallies;
  readonly success: number;
  readonly failure: number;
}

const POLL_MS = 100;
const BAR_WIDTH = 32;

/**
 * Polls a push until it is at rest (finished, cancelled, paused) and draws its progress: a bar on a terminal, else a
 * line per tenth.
 *
 * @throws when the push is not at rest after `timeoutMs`
 */
export async function followPush(api: Api, id: string, timeoutMs: number): Promise<PushView> {
  const deadline = Date.now() + timeoutMs;
  let drawn = -1;
  for (;;) {
    const push = await api<PushView>("GET", `/api/pushes/${id}`);
    const atRest = ["finished", "cancelled", "paused"].includes(push.status);
    drawn = draw(push, atRest, drawn);
    if (atRest) return push;
    if (Date.now() > deadline)
      throw new Error(`The push is not done: ${push.status}, ${describeTallies(push.tallies)}.`);
    await sleep(POLL_MS);
  }
}

/** The non-zero tallies: "sent 395, failed 5". */
export function describeTallies(tallies: Tallies): string {
  const shown = DELIVERY_STATES.filter((state) => tallies[state] > 0);
  return shown.map((state) => `${state.replace("_", " ")} ${tallies[state]}`).join(", ") || "nobody";
}

/** Returns the tenth drawn last; pass it to the next call as `drawn`. */
function draw(push: PushView, atRest: boolean, drawn: number): number {
  const { pending, queued, sending, deferred } = push.tallies;
  const done = totalOf(push.tallies) - pending - queued - sending - deferred;
  const share = push.expected === 0 ? 1 : Math.min(1, done / push.expected);
  const line = `${bar(share)}  ${String(Math.floor(share * 100)).padStart(3)} %  ${describeTallies(push.tallies)}`;
  if (process.stdout.isTTY) {
    process.stdout.write(`\r  ${line}\x1b[K${atRest ? "\n" : ""}`);
    return drawn;
  }
  const tenth = Math.floor(share * 10);
  if (tenth > drawn || atRest) console.log(`  ${line}`);
  return tenth;
}

function bar(share: number): string {
  const full = Math.round(share * BAR_WIDTH);
  return "█".repeat(full) + "░".repeat(BAR_WIDTH - full);
}
