import { readSettings } from "../config.ts";
import { claimRetryDelaySeconds } from "../core/backoff.ts";
import { type DeliverJob, isSettle, type Job, jobsOf, type SettleJob } from "../push/job.ts";
import { deliverGroup, type Group } from "./group.ts";
import { callPush } from "./push-call.ts";

/** An invocation may live for 15 minutes; what is begun too late for this may not end in time. */
const INVOCATION_MS = 14 * 60_000;

/**
 * Sends what a batch of the queue brought: by push, claim, read, send, settle; then each message is acked or retried by
 * what the ledger says. It never throws, for a throw would bring the acked messages again too; and a fault in one
 * push's group leaves the others alone.
 */
export async function consume(batch: MessageBatch, env: Env): Promise<void> {
  const endsAt = Date.now() + INVOCATION_MS;
  try {
    const { groups, settles } = sort(jobsOf(batch));
    const { connections } = readSettings(env);
    await Promise.all([
      deliverGroups(groups, env, connections, endsAt),
      ...settles.map((message) => guard([message], message.body.push, () => settleLate(message, env))),
    ]);
  } catch (error) {
    // A configuration that cannot be read, or a bug: everything comes again, later each time.
    retryAll(batch.messages, "batch", error);
  }
}

/** Side by side as far as the connections go round, so that a slow push does not hold up the others of its batch. */
async function deliverGroups(groups: readonly Group[], env: Env, connections: number, endsAt: number): Promise<void> {
  const waiting = [...groups];
  const lanes = Math.min(connections, groups.length);
  const share = { connections: Math.floor(connections / Math.max(1, lanes)), endsAt };
  const lane = async () => {
    for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
      const { push, messages } = group;
      await guard([...messages.values()], push, () => deliverGroup({ push, messages }, env, share));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** By push, each delivery once; outcomes that come the slow way apart. */
function sort(messages: readonly Message<Job>[]): { groups: Group[]; settles: Message<SettleJob>[] } {
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
    // The same delivery twice in one batch: one message of it is enough.
    if (group.messages.has(job.id)) message.ack();
    else group.messages.set(job.id, message as Message<DeliverJob>);
  }
  return { groups: [...groups.values()], settles };
}

async function settleLate(message: Message<SettleJob>, env: Env): Promise<void> {
  const { push, token, settle } = message.body;
  await callPush(env, push, (object) => object.settle({ token, outcomes: settle }));
  message.ack();
}

async function guard(messages: readonly Message[], push: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    retryAll(messages, push, error);
  }
}

function retryAll(messages: readonly Message[], at: string, error: unknown): void {
  console.error(JSON.stringify({ at: "queue", push: at, messages: messages.length, error: String(error) }));
  // The first call on a message wins, so those that were acked stay acked.
  for (const message of messages) message.retry({ delaySeconds: claimRetryDelaySeconds(message.attempts) });
}
