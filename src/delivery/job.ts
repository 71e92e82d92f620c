import type { Outcome } from "../push/rpc.ts";

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
