import type { Offer } from "./session.ts";

/** How the sink behaves. */
export interface SinkBehaviour extends Offer {
  /** Every reply leaves so long after its command came, in milliseconds: one round trip. */
  readonly rttMs: number;
}

/** What the sink has got since it was last reset. Times in epoch milliseconds. */
export interface SinkSummary {
  readonly mails: number;
  readonly sessions: number;
  /** Sessions open at once, at the most. */
  readonly sessionsAtOnce: number;
  readonly bytes: number;
  readonly firstAt: number | null;
  readonly lastAt: number | null;
  /** Processor time that the sink itself used, in milliseconds. */
  readonly cpuMs: number;
}

/** From the parent process to the sink's; `n` comes back with the answer. */
export type Ask =
  | { readonly n: number; readonly ask: "reset"; readonly behaviour: SinkBehaviour }
  | { readonly n: number; readonly ask: "summary" }
  | { readonly n: number; readonly ask: "counts" };

/** The port, once it listens (n is 0), or the answer to the question of that number. */
export interface Told {
  readonly n: number;
  readonly answer: unknown;
}
