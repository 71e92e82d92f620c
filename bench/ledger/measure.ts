import type { Tallies } from "../../src/core/states.ts";
import type { LedgerWorker } from "./drive.ts";
import type { RowCounts, Step } from "./step.ts";

/** Deliveries of one HTTP call: enough that the call itself does not count, few enough for one transaction's wait. */
const DELIVERIES_A_CALL = 10_000;
const STATUS_CALLS = 1_000;

/** What one delivery costs the ledger, in one object of `deliveries`. */
export interface LedgerRun {
  readonly deliveries: number;
  /** Deliveries per second, outside the object. */
  readonly rate: { readonly snapshot: number; readonly release: number; readonly deliver: number };
  /** One status in the object, in milliseconds. */
  readonly statusMs: number;
  /** Of the database when all are sent. */
  readonly bytesEach: number;
}

/** Takes `deliveries` through a fresh object: snapshot, release, claim and settle. */
export async function ledgerRun(worker: LedgerWorker, deliveries: number): Promise<LedgerRun> {
  const name = await begin(worker, deliveries);
  const snapshot = await rateOf(worker, name, "snapshot", deliveries);
  await worker.step(name, "end-snapshot", 0, deliveries);
  const release = await rateOf(worker, name, "release", deliveries);
  const deliver = await rateOf(worker, name, "deliver", deliveries);
  const status = await worker.step(name, "status", 0, STATUS_CALLS);
  await expectSent(worker, name, deliveries);
  return {
    deliveries,
    rate: { snapshot, release, deliver },
    statusMs: status.ms / STATUS_CALLS,
    bytesEach: status.bytes / deliveries,
  };
}

export interface CallsRun {
  /** Deliveries per second. */
  readonly rate: number;
  /** Of workerd, microseconds a delivery: says more than the rate where the machine has other work too. */
  readonly processorMicros: number;
}

/**
 * Claim and settle again, each a call of its own from five consumers at once.
 * @param meanwhile begins when all are queued; its end is waited for afterwards
 */
export async function callsRun(
  worker: LedgerWorker,
  deliveries: number,
  meanwhile: (name: string) => Promise<() => Promise<void>> = async () => async () => {},
): Promise<CallsRun> {
  const name = await queued(worker, deliveries);
  const end = await meanwhile(name);
  const processorBefore = worker.processorTime();
  const before = performance.now();
  await worker.post(`/${name}/calls?after=0&upTo=${deliveries}`);
  const seconds = (performance.now() - before) / 1000;
  const processorSeconds = worker.processorTime() - processorBefore;
  await end();
  await expectSent(worker, name, deliveries);
  return { rate: deliveries / seconds, processorMicros: (processorSeconds / deliveries) * 1e6 };
}

/** Rows a delivery, by step. Its own run, for counting takes time. */
export async function countRows(worker: LedgerWorker, deliveries: number): Promise<Record<Step, RowCounts>> {
  const name = await begin(worker, deliveries);
  const count = async (step: Step) => {
    const { rows } = await worker.step(name, step, 0, deliveries, true);
    return { written: (rows?.written ?? Number.NaN) / deliveries, read: (rows?.read ?? Number.NaN) / deliveries };
  };
  return {
    snapshot: await count("snapshot"),
    "end-snapshot": await count("end-snapshot"),
    release: await count("release"),
    deliver: await count("deliver"),
    status: await count("status"),
  };
}

let objects = 0;

/** A fresh object for so many deliveries; answers its name. */
export async function begin(worker: LedgerWorker, deliveries: number): Promise<string> {
  const name = `push${++objects}`;
  await worker.post(`/${name}/begin?upTo=${deliveries}`);
  return name;
}

/** Takes them onto the queue of the object, so that they can be claimed. */
export async function queued(worker: LedgerWorker, deliveries: number): Promise<string> {
  const name = await begin(worker, deliveries);
  await rateOf(worker, name, "snapshot", deliveries);
  await worker.step(name, "end-snapshot", 0, deliveries);
  await rateOf(worker, name, "release", deliveries);
  return name;
}

/** Does a step for all, some at a time. Deliveries per second, seen from outside. */
export async function rateOf(worker: LedgerWorker, name: string, step: Step, deliveries: number): Promise<number> {
  let ms = 0;
  for (let after = 0; after < deliveries; after += DELIVERIES_A_CALL) {
    ms += (await worker.step(name, step, after, Math.min(deliveries, after + DELIVERIES_A_CALL))).wallMs;
  }
  return deliveries / (ms / 1000);
}

export function expectSent(worker: LedgerWorker, name: string, deliveries: number): Promise<void> {
  return expectTallies(worker, name, { sent: deliveries });
}

export async function expectTallies(worker: LedgerWorker, name: string, expected: Partial<Tallies>): Promise<void> {
  const tallies = await worker.post<Tallies>(`/${name}/tallies`);
  const differs = Object.entries(expected).some(([state, count]) => tallies[state as keyof Tallies] !== count);
  if (differs) throw new Error(`other tallies than expected: ${JSON.stringify(tallies)}`);
}
