import { goal, type Report, show } from "./report.ts";
import { slowOnes } from "./sharing/slow-ones.ts";
import { highBesideNormal, onePush, twoPushes } from "./sharing/two-pushes.ts";

const PEOPLE = 3_000;
const LIMIT = 100;
const ALONE_LIMIT = 50;
const ALONE_PEOPLE = 5_000;

/** How pushes share one relay, on whole stacks; some four minutes. */
export async function sharingPart(): Promise<Report> {
  const equal = await twoPushes(LIMIT, PEOPLE);
  const high = await highBesideNormal(LIMIT, PEOPLE);
  const one = await onePush(ALONE_LIMIT, ALONE_PEOPLE);
  const slow = await slowOnes(PEOPLE);
  const [slowest, fastest] = [Math.min(...slow.slow), Math.max(...slow.slow)];
  return {
    title: "Pushes that share a relay",
    method:
      "Each row a stack of its own. The relay of the first three takes so many mails a second, with a burst of a tenth of that, and " +
      "answers 454 4.7.0 Throttling above it; nobody tells mailpush its limit, so learning it is in the time.",
    rows: [
      row(`two pushes of ${show(PEOPLE)}, relay ${LIMIT}/s`, equal.perSecond, LIMIT, equal.calls),
      row("the same, one of high priority, until it ends", high.perSecond, LIMIT, high.calls),
      row(`one push of ${show(ALONE_PEOPLE)}, relay ${ALONE_LIMIT}/s`, one.perSecond, ALONE_LIMIT, one.calls),
      {
        run: `${slow.slow.length} pushes of 1/s beside one of ${show(PEOPLE)} without a limit`,
        "mails/s": `${show(slowest)} to ${show(fastest)} each`,
        "of the limit": "",
        "calls to the relay's object": show(slow.calls),
      },
    ],
    goals: [
      goal("two pushes: of what the relay takes", percent(equal.perSecond / LIMIT), "≥", 85, " %"),
      goal("two pushes: throttled replies by mails", percent(equal.throttled), "≤", 3, " %"),
      goal("two pushes: the smaller share", percent(Math.min(equal.share, 1 - equal.share)), "≥", 40, " %"),
      goal("high beside normal: its share, at least", percent(high.share), "≥", 75, " %"),
      goal("high beside normal: its share, at most", percent(high.share), "≤", 85, " %"),
      goal("one push: of what the relay takes", percent(one.perSecond / ALONE_LIMIT), "≥", 88, " %"),
      goal("the slowest of the pushes of 1/s", slowest, "≥", 0.9, "/s"),
      goal("the push beside them: its time by its time alone", slow.beside / slow.alone, "≤", 4 / 3),
    ],
    notes: [
      `The push beside the slow ones took ${show(slow.beside)} s, alone ${show(slow.alone)} s.`,
      "Calls are the reports that pushes made to their relay's object, by the numbers that these carry.",
    ],
  };
}

function row(run: string, perSecond: number, limit: number, calls: number): Record<string, string> {
  return {
    run,
    "mails/s": show(perSecond),
    "of the limit": `${show(percent(perSecond / limit))} %`,
    "calls to the relay's object": show(calls),
  };
}

function percent(share: number): number {
  return share * 100;
}
