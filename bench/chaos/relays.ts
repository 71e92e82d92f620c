import { setTimeout as sleep } from "node:timers/promises";
import { type Relay, startRelay } from "../../test/relay.ts";
import { chaoticRelay } from "./faults.ts";

const IDS = ["one", "two"] as const;
const QUIET_MS = 100;
const POLL_MS = 50;

/** Two hostile relays, each with its own course of faults. Their records are told as those of one. */
export class Relays {
  readonly #all: readonly Relay[];
  #deaths = 0;
  #stopped = false;

  private constructor(all: readonly Relay[]) {
    this.#all = all;
  }

  static async start(seed: number): Promise<Relays> {
    return new Relays(await Promise.all(IDS.map((_, index) => startRelay(chaoticRelay(seed + index)))));
  }

  /** The variable RELAYS: both, with equal weight. */
  configuredFor(transport: string): string {
    const server = { transport, host: "127.0.0.1", security: "none" };
    return JSON.stringify(this.#all.map(({ port }, index) => ({ id: IDS[index], ...server, port })));
  }

  get mailCount(): number {
    return this.#all.reduce((sum, { records }) => sum + records.mailCount, 0);
  }

  /** Mails taken, by relay. */
  get shares(): string {
    return this.#all.map(({ records }, index) => `${IDS[index]} ${records.mailCount}`).join(", ");
  }

  /** By address, how many mails it got. */
  get received(): ReadonlyMap<string, number> {
    return sumOf(this.#all.map(({ records }) => records.received));
  }

  /** By address, the different Message-IDs of what it got. */
  get messageIds(): ReadonlyMap<string, ReadonlySet<string | null>> {
    const ids = new Map<string, Set<string | null>>();
    for (const { to, messageId } of this.#all.flatMap(({ records }) => records.mails)) {
      for (const address of to) ids.set(address, (ids.get(address) ?? new Set()).add(messageId));
    }
    return ids;
  }

  /** Of each fault, how often it was injected. */
  get injected(): ReadonlyMap<string, number> {
    return sumOf(this.#all.map(({ acted }) => acted));
  }

  get violations(): readonly unknown[] {
    return this.#all.flatMap(({ records }) => records.violations);
  }

  /** How often one of them was down. */
  get deaths(): number {
    return this.#deaths;
  }

  /** Once both have so many mails, the first cuts its sessions and is gone for so long. */
  async dieAt(mails: number, forMs: number): Promise<void> {
    while (this.mailCount < mails && !this.#stopped) await sleep(POLL_MS);
    if (this.#stopped) return;
    this.#deaths++;
    await this.#all[0]?.down();
    await sleep(forMs);
    if (!this.#stopped) await this.#all[0]?.up();
  }

  /** What a dead client had sent is still on its way in. Not until all sessions are closed: stalled ones stay. */
  async quiet(): Promise<void> {
    for (let mails = -1; mails !== this.mailCount; await sleep(QUIET_MS)) mails = this.mailCount;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#all.map((relay) => relay.stop()));
  }
}

function sumOf(counts: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const sum = new Map<string, number>();
  for (const [name, count] of counts.flatMap((one) => [...one])) sum.set(name, (sum.get(name) ?? 0) + count);
  return sum;
}
