/** Clients that run in workerd: our two transports, and the package by its own documentation. */
export const WORKER_CLIENTS = ["smtp", "worker-mailer", "worker-mailer itself"] as const;
export type WorkerClient = (typeof WORKER_CLIENTS)[number];

export const SESSIONS = 4;

/** What the bench Worker is to send, in the query of its URL. */
export interface Order {
  readonly client: WorkerClient;
  readonly port: number;
  /** Numbers of the recipients: from `first` on, `mails` of them. */
  readonly first: number;
  readonly mails: number;
  /** Different for each run, so that the relay tells them apart. */
  readonly run: string;
}

/** What came of it. */
export interface Done {
  readonly accepted: number;
  /** From the first connection to the last goodbye, as the Worker's own clock has it, in milliseconds. */
  readonly ms: number;
}

export function addressOf(run: string, recipient: number): string {
  return `reader${recipient}@${run}.example`;
}
