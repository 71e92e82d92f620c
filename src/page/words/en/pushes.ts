import { number, plural } from "../../app/time/format.ts";

const pushesOf = (count: number): string => `${number(count)} ${plural(count, { one: "push", other: "pushes" })}`;
const mails = (count: number): string => `${number(count)} ${plural(count, { one: "mail", other: "mails" })}`;

export const pushes = {
  title: "Pushes",
  push: "Push",
  state: "State",
  deliveries: "Deliveries",
  people: "People",
  search: "Search subjects, or an id",
  anyState: "any state",
  /** Before and after a time. */
  starts: ["starts ", ""],
  made: ["made ", ""],
  started: ["started ", ""],
  of: (success: string, total: string, isFinal: boolean) =>
    isFinal ? `${success} of ${total} sent` : `${success} of about ${total} sent`,
  /** Of one that has not begun. */
  expected: (count: string, isEstimate: boolean) => `${isEstimate ? "about " : ""}${count} expected`,
  notBegun: "cancelled before its start",
  failed: (count: string) => `${count} failed`,
  inDoubt: (count: string) => `${count} in doubt`,
  waiting: (count: string) => `${count} waiting`,
  newer: (count: number) => `Show ${number(count)} new ${plural(count, { one: "push", other: "pushes" })}`,
  noMatch: "No push matches.",
  /** What was searched for may be somebody's address or name. */
  person: (search: string) => `Look for “${search}” among the recipients`,
  clear: "Show all",
  onlyHeld: "No other pushes yet.",
  held: {
    title: (count: number) => `${pushesOf(count)} to approve`,
    note: "nothing is sent until somebody approves",
    look: "Look, then approve",
    read: "Look",
  },
  pauseAll: {
    open: "Pause all…",
    title: "Pause all pushes?",
    none: "No push runs or is scheduled.",
    says: (count: number, waiting: number) =>
      `${pushesOf(count)} that ${plural(count, { one: "runs or is", other: "run or are" })} scheduled will pause; ${mails(waiting)} wait. Mails in conversation finish.`,
    more: (count: number) => `and ${number(count)} more`,
    after: "Pushes made later are not stopped by it. You can resume these together afterwards, or each by itself.",
    act: "Pause all",
    did: (count: number) =>
      count === 0
        ? "No push was running or scheduled."
        : `Paused ${pushesOf(count)}. Nothing is sent until ${plural(count, { one: "it is", other: "they are" })} resumed.`,
    unreachable: (count: number) =>
      `${pushesOf(count)} did not answer, and may go on: pause all once more, or look at each.`,
    undo: (count: number) => (count === 1 ? "Resume it" : `Resume those ${number(count)}`),
    resumed: (count: number, not: number) =>
      not === 0 ? `Resumed ${pushesOf(count)}.` : `Resumed ${pushesOf(count)}; ${number(not)} could not be.`,
  },
  first: {
    title: "No pushes yet",
    says: "A push sends one personal mail to each of many people, and counts what became of each. Write one, look at it as one of them will, and send it.",
    nobody: "First, somebody to write to",
    nobodySays: "Recipients have an address, a name, an area and attributes of your own; a push chooses among them.",
    samples: "Mails stay on this machine here, so you can try it on sample people: no mail leaves.",
    addSamples: (count: number) => `Add ${number(count)} sample people`,
    addOwn: "Import or add recipients",
    added: (count: number) => `${number(count)} sample people are there, all at example.com.`,
  },
};
