import { setTimeout as sleep } from "node:timers/promises";
import { MESSAGE } from "../end-to-end/audience.ts";
import { behindRelay, perSecond } from "./stage.ts";
import { audienceOf } from "./two-pushes.ts";

export interface SlowOnes {
  /** Of the fast push, from the POST to its end, in seconds. */
  readonly alone: number;
  readonly beside: number;
  /** Of each slow push, mails per second. */
  readonly slow: readonly number[];
  readonly calls: number;
}

const SLOW = 16;
const SLOW_PEOPLE = 40;
/** Until all of the slow ones are under way. */
const UNDER_WAY_MS = 10_000;
const MOST_MS = 2 * 60_000;

/** A fast push alone, then beside sixteen that ask for 1/s. */
export async function slowOnes(people: number): Promise<SlowOnes> {
  const names = Array.from({ length: SLOW }, (_, i) => `slow${i}`);
  const fast = audienceOf(["warm", "alone", "fast"], people).csv;
  const slow = audienceOf(names, SLOW_PEOPLE).csv;
  const csv = fast + slow.slice(slow.indexOf("\n") + 1);
  return behindRelay({}, { csv }, MESSAGE, async (stage) => {
    const timed = async (area: string) => {
      const from = Date.now();
      return (await stage.ended(await stage.push(area), MOST_MS)) - from;
    };
    // For the compilers.
    await timed("warm");
    const alone = await timed("alone");
    const ids = await Promise.all(names.map((area) => stage.push(area, { rate: 1 })));
    await sleep(UNDER_WAY_MS);
    const beside = await timed("fast");
    for (const id of ids) await stage.ended(id, MOST_MS);
    const rates = names.map((area) => perSecond(stage.taken(area)));
    return { alone: alone / 1000, beside: beside / 1000, slow: rates, calls: await stage.calls() };
  });
}
