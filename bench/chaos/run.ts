import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describeTallies, type PushView } from "../../scripts/progress.ts";
import { type Stack, startStack } from "../../scripts/stack.ts";
import { mulberry32 } from "../../test/relay/rules.ts";
import { type Person, peopleWithFaults } from "./faults.ts";
import { type LedgerOnDisk, readLedger, wrongTallies } from "./ledger-file.ts";
import { Relays } from "./relays.ts";
import { type Delivery, Watch } from "./watch.ts";

export interface ChaosOptions {
  readonly transport: "smtp" | "worker-mailer";
  readonly recipients: number;
  readonly kills: number;
  readonly seed: number;
  /** Gets a line for what happens. */
  readonly say?: (line: string) => void;
}

/** What one kill left behind, as the relays and the ledger on the disk had it. */
export interface Kill {
  /** The relays had so many mails. */
  readonly mails: number;
  /** Claimed by a consumer that is dead now. */
  readonly sending: number;
  /** Of these, those that a relay had taken: by their first mail. */
  readonly takenUnsettled: number;
}

/** All that is known when it is over. */
export interface Aftermath extends Omit<ChaosOptions, "say"> {
  readonly people: readonly Person[];
  readonly deliveries: readonly Delivery[];
  readonly received: ReadonlyMap<string, number>;
  /** By address, the different Message-IDs of what it got. */
  readonly messageIds: ReadonlyMap<string, ReadonlySet<string | null>>;
  /** Of each fault, how often it was injected. */
  readonly injected: ReadonlyMap<string, number>;
  readonly killed: readonly Kill[];
  /** How often a relay was down for a while. */
  readonly deaths: number;
  /** Addresses that were in doubt at any time, by the ledger. */
  readonly doubted: ReadonlySet<string>;
  /** Doubts that held for a person, and what was said of them through the API. */
  readonly heldSent: number;
  readonly heldRetried: number;
  readonly polls: number;
  /** Breaches of the invariant, at a poll or on the disk after a kill. */
  readonly broken: readonly string[];
  readonly violations: readonly unknown[];
  /** From the POST to the first time it was finished, in seconds. */
  readonly seconds: number;
}

/** Waits of minutes become seconds, so that a run sees the end of them. */
const TIMES = { BACKOFF_SCALE: "0.02", STALE_AFTER_SECONDS: "10", LEASE_SECONDS: "6" };
/** Kills come somewhere within so long of their turn, so that each meets something else. */
const KILL_JITTER_MS = 300;
/** A relay dies when this part of the recipients has a mail, for so long. */
const DIES_AT = 0.45;
const DEAD_MS = 4_000;
const RESOLVE_ROUNDS = 10;

/**
 * One push to people with faults through two chaotic relays, one of which dies for a while, and the stack under it is
 * killed again and again, the relays' objects with it.
 */
export async function runChaos(options: ChaosOptions): Promise<Aftermath> {
  const { transport, recipients, seed, say = () => {} } = options;
  const people = peopleWithFaults(recipients, seed);
  const relays = await Relays.start(seed);
  const persistTo = mkdtempSync(join(tmpdir(), "mailpush-chaos-"));
  const vars = { ...TIMES, RELAYS: relays.configuredFor(transport), WINDOW: "300" };
  let stack: Stack | null = null;
  try {
    stack = await startStack({ persistTo, vars });
    await stack.api("POST", "/api/recipients/import", csvOf(people));
    const started = Date.now();
    const { id } = await stack.api<PushView>("POST", "/api/pushes", MESSAGE);
    const watch = new Watch(stack, id, recipients);

    const death = relays.dieAt(Math.floor(DIES_AT * recipients), DEAD_MS);

    const kills: Kill[] = [];
    const broken: string[] = [];
    for (const { mails, laterMs } of killPoints(options.kills, recipients, seed)) {
      await watch.until(() => relays.mailCount >= mails);
      await sleep(laterMs);
      const { kill, wrong } = await killAndLook(stack, relays, persistTo);
      kills.push(kill);
      broken.push(...wrong.map((words) => `on the disk after kill ${kills.length}: ${words}`));
      say(`kill ${kills.length} at ${kill.mails} mails: ${kill.sending} sending, ${kill.takenUnsettled} of them taken`);
      await stack.restart();
    }
    const finished = await watch.until((push) => push.status === "finished");
    const seconds = (Date.now() - started) / 1000;
    say(`finished after ${seconds.toFixed(0)} s: ${describeTallies(finished.tallies)}; by ${relays.shares}`);
    await death;

    const held = await settleDoubts(watch, relays);
    say(`held in doubt: ${held.sent} resolved as sent, ${held.retried} retried`);
    const deliveries = await watch.deliveries();
    await stack.kill();
    const ledger = readLedger(persistTo);
    broken.push(...wrongTallies(ledger).map((words) => `on the disk at the end: ${words}`));
    return {
      ...options,
      people,
      deliveries,
      received: relays.received,
      messageIds: relays.messageIds,
      injected: relays.injected,
      killed: kills,
      deaths: relays.deaths,
      // A retry starts the count of doubts anew.
      doubted: new Set([...doubtedIn(ledger), ...held.addresses]),
      heldSent: held.sent,
      heldRetried: held.retried,
      polls: watch.polls,
      broken: [...watch.broken, ...broken],
      violations: relays.violations,
      seconds,
    };
  } catch (error) {
    say(`the stack's last words:\n${stack?.logs().slice(-4_000)}`);
    throw error;
  } finally {
    await stack?.stop();
    await relays.stop();
    rmSync(persistTo, { recursive: true, force: true });
  }
}

const MESSAGE = {
  action: "mailpush",
  filter: {},
  subject: "Hello {{ username }}",
  html: "<h1>Hello {{ username }}</h1>\n<p>You get this mail at {{ address }}.</p>\n",
};

function csvOf(people: readonly Person[]): string {
  const rows = people.map(({ address }, index) => `${address},Reader ${index + 1},chaos`);
  return ["address,username,area", ...rows, ""].join("\r\n");
}

/** The first right behind the 202, the others spread over the run. */
function killPoints(kills: number, recipients: number, seed: number): { mails: number; laterMs: number }[] {
  const random = mulberry32(seed ^ 0x6b696c6c);
  return Array.from({ length: kills }, (_, index) => {
    if (index === 0) return { mails: 0, laterMs: random() * KILL_JITTER_MS };
    const share = (index - 0.5 + (random() - 0.5) / 2) / (kills - 1);
    return { mails: Math.floor(share * 0.9 * recipients), laterMs: random() * KILL_JITTER_MS };
  });
}

async function killAndLook(stack: Stack, relays: Relays, persistTo: string): Promise<{ kill: Kill; wrong: string[] }> {
  await stack.kill();
  await relays.quiet();
  const { received } = relays;
  const ledger = readLedger(persistTo);
  const sending = ledger.rows.filter(({ state }) => state === "sending");
  const taken = sending.filter(({ address, doubts }) => doubts === 0 && received.has(address));
  const kill = { mails: relays.mailCount, sending: sending.length, takenUnsettled: taken.length };
  return { kill, wrong: wrongTallies(ledger) };
}

/**
 * Does what a person would about the doubts that hold: asks the relays' logs, says "sent" of those it took, and has
 * the others tried again, until there are none.
 */
async function settleDoubts(watch: Watch, relays: Relays) {
  const addresses: string[] = [];
  let sent = 0;
  let retried = 0;
  for (let round = 0; round < RESOLVE_ROUNDS; round++) {
    const held = await watch.deliveries("in_doubt");
    if (held.length === 0) break;
    addresses.push(...held.map(({ address }) => address));
    const { received } = relays;
    const ids = (taken: boolean) => held.filter(({ address }) => received.has(address) === taken).map(({ id }) => id);
    if (ids(true).length > 0) sent += (await watch.resolve(ids(true), "sent")).resolved;
    if (ids(false).length > 0) retried += (await watch.retry(ids(false))).retried;
    await watch.until((push) => push.status === "finished");
  }
  return { addresses, sent, retried };
}

function doubtedIn(ledger: LedgerOnDisk): string[] {
  return ledger.rows.filter(({ doubts }) => doubts > 0).map(({ address }) => address);
}
