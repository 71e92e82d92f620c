import type { Outcome } from "./rpc.ts";

/** One delivery on the queue: no content, no address. What to send, and to whom, is read when it is sent. */
export interface DeliverJob {
  readonly push: string;
  readonly id: number;
  /** The release that put it on the queue: tells a dead letter from a newer message of the same delivery. */
  readonly release: number;
}

/** Outcomes that could not be settled by RPC: they go the slow way, and must arrive before the lease ends. */
export interface SettleJob {
  readonly push: string;
  readonly token: string;
  readonly settle: readonly Outcome[];
}

export type Job = DeliverJob | SettleJob;

export function isSettle(job: Job): job is SettleJob {
  return "settle" in job;
}

/** Whether a message's body is a job at all: whoever may write to the queue, one bad message must not hold up a batch. */
export function isJob(body: unknown): body is Job {
  if (typeof body !== "object" || body === null) return false;
  const { push, id, release, token, settle } = body as Record<string, unknown>;
  if (typeof push !== "string" || push === "") return false;
  return (
    (Number.isSafeInteger(id) && Number.isSafeInteger(release)) || (typeof token === "string" && Array.isArray(settle))
  );
}

/** The messages that are jobs. The others are acked and logged: no retry would make them any, and the ledger forgets nobody. */
export function jobsOf(batch: MessageBatch): Message<Job>[] {
  const jobs = batch.messages.filter((message): message is Message<Job> => isJob(message.body));
  for (const message of batch.messages) {
    if (isJob(message.body)) continue;
    console.error(JSON.stringify({ at: "queue", message: message.id, error: "not a job", body: message.body }));
    message.ack();
  }
  return jobs;
}
