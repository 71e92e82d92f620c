import { logError } from "../log.ts";
import type { Outcome } from "./rpc.ts";

/** One delivery on the queue. Content and address are read at send time. */
export interface DeliverJob {
  readonly push: string;
  readonly id: number;
  /** The release that queued it: tells a dead letter from a newer message of the same delivery. */
  readonly release: number;
}

/** Outcomes whose settle RPC failed, sent over the queue; they must arrive before the lease ends. */
export interface SettleJob {
  readonly push: string;
  readonly token: string;
  readonly settle: readonly Outcome[];
  /** As in the settle; absent: none. */
  readonly sessionsRefused?: number;
}

export type Job = DeliverJob | SettleJob;

export function isSettle(job: Job): job is SettleJob {
  return "settle" in job;
}

/** Whether a message's body is a job: one malformed message must not block its batch. */
export function isJob(body: unknown): body is Job {
  if (typeof body !== "object" || body === null) return false;
  const { push, id, release, token, settle } = body as Record<string, unknown>;
  if (typeof push !== "string" || push === "") return false;
  return (
    (Number.isSafeInteger(id) && Number.isSafeInteger(release)) || (typeof token === "string" && Array.isArray(settle))
  );
}

/** The messages that are jobs. Others are logged and acked: a retry would not help, and the ledger loses nothing. */
export function jobsOf(batch: MessageBatch): Message<Job>[] {
  const jobs = batch.messages.filter((message): message is Message<Job> => isJob(message.body));
  for (const message of batch.messages) {
    if (isJob(message.body)) continue;
    logError({ at: "queue", message: message.id, error: "not a job", body: message.body });
    message.ack();
  }
  return jobs;
}
