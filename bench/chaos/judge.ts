import { FAULTS, REFUSED } from "./faults.ts";
import type { Aftermath } from "./run.ts";
import type { Delivery } from "./watch.ts";

/** What a run came to. `wrong` says every promise that was broken, in words; empty: none was. */
export interface Judgement {
  /** Neither mailed nor refused: nobody may be. */
  readonly lost: readonly string[];
  /** Mailed more than once. */
  readonly doubled: readonly string[];
  /** Of these, those that were never in doubt: nobody may be. */
  readonly doubledUndoubted: readonly string[];
  /** The most that may be doubled, after so many kills, deaths of a relay, and lines that went silent with a mail taken. */
  readonly doubledAtMost: number;
  /** The most that one kill may find taken by the relay and not settled. */
  readonly unsettledAtMost: number;
  readonly wrong: readonly string[];
}

/** What one consumer may have handed over and not settled: 25 on each of its four sessions. */
const UNSETTLED = 4 * 25;

/** Holds the ledger against what the relays know. */
export function judge(aftermath: Aftermath): Judgement {
  const { people, deliveries, received, doubted, killed, injected } = aftermath;
  const times = (address: string) => received.get(address) ?? 0;
  const rows = new Map(deliveries.map((row) => [row.address, row]));
  const addresses = people.map(({ address }) => address);
  const refused = new Set(people.filter(({ fault }) => fault === REFUSED).map(({ address }) => address));

  const lost = addresses.filter((address) => times(address) === 0 && !isRefused(rows.get(address)));
  const doubled = addresses.filter((address) => times(address) > 1);
  const doubledUndoubted = doubled.filter((address) => !doubted.has(address));
  const silent = FAULTS.filter((fault) => fault.takenUnheard).reduce(
    (sum, { name }) => sum + (injected.get(name) ?? 0),
    0,
  );
  const doubledAtMost = (killed.length + aftermath.deaths) * UNSETTLED + silent;

  const promises: [string, string[]][] = [
    ["the invariant is broken", [...aftermath.broken]],
    ["lost", lost],
    ["not in the ledger", addresses.filter((address) => !rows.has(address))],
    ["not theirs", [...rows.keys(), ...received.keys()].filter((address) => !addresses.includes(address))],
    ["not terminal", stateOtherThan(deliveries, ["sent", "failed"])],
    ["sent by the ledger, not by the relay", inState(deliveries, "sent").filter((address) => times(address) === 0)],
    ["taken by the relay, not sent by the ledger", [...received.keys()].filter((to) => rows.get(to)?.state !== "sent")],
    ["failed, not refused", inState(deliveries, "failed").filter((address) => !refused.has(address))],
    ["refused, without the server's words", [...refused].filter((address) => !isRefused(rows.get(address)))],
    ["twice, never in doubt", doubledUndoubted],
    ["twice, as two different mails", doubled.filter((address) => aftermath.messageIds.get(address)?.size !== 1)],
    ["against the protocol", aftermath.violations.map((violation) => JSON.stringify(violation))],
  ];
  const wrong = promises.filter(([, who]) => who.length > 0).map(([what, who]) => `${what}: ${few(who)}`);
  if (doubled.length > doubledAtMost) wrong.push(`${doubled.length} doubled, at most ${doubledAtMost} may be`);
  for (const [index, { takenUnsettled }] of killed.entries()) {
    if (takenUnsettled > UNSETTLED) wrong.push(`kill ${index + 1} left ${takenUnsettled} taken and not settled`);
  }
  return { lost, doubled, doubledUndoubted, doubledAtMost, unsettledAtMost: UNSETTLED, wrong };
}

function isRefused(row: Delivery | undefined): boolean {
  return row?.state === "failed" && (row.reply ?? "").startsWith("550 5.1.1 ");
}

function inState(deliveries: readonly Delivery[], state: string): string[] {
  return deliveries.filter((row) => row.state === state).map(({ address }) => address);
}

function stateOtherThan(deliveries: readonly Delivery[], states: readonly string[]): string[] {
  return deliveries.filter(({ state }) => !states.includes(state)).map(({ address, state }) => `${address} ${state}`);
}

function few(who: readonly string[]): string {
  return `${who.length} (${who.slice(0, 5).join("; ")}${who.length > 5 ? "; …" : ""})`;
}
