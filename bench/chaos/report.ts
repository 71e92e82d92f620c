import { goal, type Report } from "../report.ts";
import { COMMON_FAULTS, FAULTS } from "./faults.ts";
import { type Judgement, judge } from "./judge.ts";
import type { Aftermath } from "./run.ts";

/** One run: by fault, how often it was injected and survived, who was lost to it, who got a mail twice by it. */
export function reportOf(aftermath: Aftermath): Report {
  const judgement = judge(aftermath);
  const { transport, seed, recipients, seconds, polls, doubted, heldSent, heldRetried } = aftermath;
  const atKills = aftermath.killed.map(({ takenUnsettled }) => takenUnsettled);
  return {
    title: `Chaos, ${transport}`,
    method: `**\`${transport}\`**, seed ${seed}: ${recipients.toLocaleString("en")} recipients, over after ${seconds.toFixed(0)} s.`,
    rows: rowsOf(aftermath, judgement),
    goals: [
      goal("lost", judgement.lost.length, "≤", 0),
      goal("doubled, and never in doubt", judgement.doubledUndoubted.length, "≤", 0),
      goal(
        "doubled: 100 a kill and a death of a relay, 1 a line that went silent with a mail taken",
        judgement.doubled.length,
        "≤",
        judgement.doubledAtMost,
      ),
      goal("taken and not settled, at the worst kill", Math.max(0, ...atKills), "≤", judgement.unsettledAtMost),
      goal(
        `breaches of the invariant, at ${polls} polls and on the disk after each kill`,
        aftermath.broken.length,
        "≤",
        0,
      ),
      goal("all other promises broken", judgement.wrong.length, "≤", 0),
    ],
    notes: [
      `In doubt at some time: ${doubted.size} recipients; held for a person: ${heldSent + heldRetried}, of whom ${heldSent} were resolved as sent and ${heldRetried} retried through the API.`,
      `Taken by a relay and not settled when the stack was killed: ${atKills.join(", ")}.`,
    ],
  };
}

function rowsOf(aftermath: Aftermath, judgement: Judgement): Record<string, string>[] {
  const { injected, killed, deaths, people } = aftermath;
  const times = (name: string) => injected.get(name) ?? 0;
  const row = (what: string, count: number, fault: string | null) => {
    const theirs = new Set(people.filter((person) => person.fault === fault).map(({ address }) => address));
    const among = (addresses: readonly string[]) => addresses.filter((address) => theirs.has(address)).length;
    const lost = among(judgement.lost);
    return cells(what, count, count - lost, lost, among(judgement.doubled));
  };
  const { lost, doubled } = judgement;
  const all = killed.length + deaths + [...injected.values()].reduce((sum, count) => sum + count, 0);
  return [
    row("SIGKILL of the whole stack", killed.length, null),
    cells("a relay gone for some seconds", deaths, deaths),
    // They befall a line, not a person: who suffers by them has no fault of their own, and is counted with the kills.
    ...COMMON_FAULTS.map(({ name, what }) => cells(what, times(name), times(name))),
    ...FAULTS.map(({ name, what }) => row(what, times(name), name)),
    cells("all", all, all - lost.length, lost.length, doubled.length),
  ];
}

function cells(fault: string, injected: number, survived: number, lost?: number, doubled?: number) {
  return {
    fault,
    injected: String(injected),
    survived: String(survived),
    lost: String(lost ?? ""),
    doubled: String(doubled ?? ""),
  };
}
