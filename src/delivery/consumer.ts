import { readSettings } from "../config/settings.ts";
import { logError } from "../log.ts";
import { type DeliverJob, isSettle, type Job, jobsOf, type SettleJob } from "../push/job.ts";
import { Allowance } from "./allowance.ts";
import { SESSION_GROUP } from "./feed.ts";
import { deliverGroup, type Group } from "./group.ts";
import { paces, patienceFor } from "./patience.ts";
import { applySettle, retryDelaySeconds } from "./settle/settle-job.ts";

/** The platform ends an invocation after 15 minutes; no mail starts that may not finish before this. */
const INVOCATION_MS = 14 * 60_000;
/**
 * Delivers a queue batch: for each push, claim, read, send, settle, then ack or retry each message as the ledger says.
 * Never throws, because a throw would redeliver acked messages too. An error in one push's group does not affect the
 * others.
 */
export async function consume(batch: MessageBatch, env: Env): Promise<void> {
  const endsAt = Date.now() + INVOCATION_MS;
  try {
    const { groups, settles } = groupByPush(jobsOf(batch));
    const { connections } = readSettings(env);
    await Promise.all([
      deliverGroups(groups, env, connections, endsAt),
      ...settles.map((message) => retryOnError([message], message.body.push, env, () => settleFromQueue(message, env))),
    ]);
  } catch (error) {
    // Unreadable configuration, or a bug: retry all messages with a growing delay.
    retryAll(batch.messages, "batch", env, error);
  }
}

/**
 * Delivers groups side by side, within the connection limit, so that a slow push does not delay the others: the larger
 * a group, the more connections it gets.
 */
async function deliverGroups(groups: readonly Group[], env: Env, connections: number, endsAt: number): Promise<void> {
  const bySize = groups.toSorted((a, b) => b.messages.size - a.messages.size);
  const allowance = new Allowance();
  const patienceMs = patienceFor(groups.map(({ push, messages }) => ({ mails: messages.size, gapMs: paces.of(push) })));
  const running = new Set<Promise<void>>();
  let free = connections;
  for (const [at, { push, messages }] of bySize.entries()) {
    while (free === 0) await Promise.race(running);
    const all = [...messages.values()];
    if (allowance.isSpent) {
      postpone(all);
      continue;
    }
    const taken = Math.min(free, connectionsFor(bySize.slice(at), connections));
    free -= taken;
    const share = { connections: taken, patienceMs, endsAt, allowance };
    const run = retryOnError(all, push, env, () => deliverGroup({ push, messages }, env, share)).finally(() => {
      free += taken;
      running.delete(run);
    });
    running.add(run);
  }
  await Promise.all(running);
}

/** The first group's part by its number of messages: one connection at least, and no more than it can use. */
function connectionsFor(groups: readonly Group[], connections: number): number {
  const [mine = 0, ...others] = groups.map(({ messages }) => messages.size);
  const all = others.reduce((sum, size) => sum + size, mine);
  return Math.max(1, Math.min(Math.floor((connections * mine) / all), Math.ceil(mine / SESSION_GROUP)));
}

/** Groups messages by push, each delivery once, and separates settle messages. */
function groupByPush(messages: readonly Message<Job>[]): { groups: Group[]; settles: Message<SettleJob>[] } {
  const groups = new Map<string, Group>();
  const settles: Message<SettleJob>[] = [];
  for (const message of messages) {
    const job = message.body;
    if (isSettle(job)) {
      settles.push(message as Message<SettleJob>);
      continue;
    }
    const group = groups.get(job.push) ?? { push: job.push, messages: new Map() };
    groups.set(job.push, group);
    // A duplicate in one batch: one message is enough.
    if (group.messages.has(job.id)) message.ack();
    else group.messages.set(job.id, message as Message<DeliverJob>);
  }
  return { groups: [...groups.values()], settles };
}

async function settleFromQueue(message: Message<SettleJob>, env: Env): Promise<void> {
  await applySettle(message.body, env);
  message.ack();
}

async function retryOnError(
  messages: readonly Message[],
  push: string,
  env: Env,
  run: () => Promise<void>,
): Promise<void> {
  try {
    await run();
  } catch (error) {
    retryAll(messages, push, env, error);
  }
}

/** Leaves messages to another invocation, unclaimed. */
function postpone(messages: readonly Message[]): void {
  for (const message of messages) message.retry({ delaySeconds: 0 });
}

function retryAll(messages: readonly Message[], at: string, env: Env, error: unknown): void {
  logError({ at: "queue", push: at, messages: messages.length, error: String(error) });
  // The first call on a message wins, so acked messages stay acked.
  for (const message of messages) message.retry({ delaySeconds: retryDelaySeconds(message, env) });
}
