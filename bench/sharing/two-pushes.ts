import { audienceCsv, MESSAGE } from "../end-to-end/audience.ts";
import { behindRelay, perSecond } from "./stage.ts";

export interface TwoPushes {
  /** Of both together, from the first mail to the last, or to the end of the first push. */
  readonly perSecond: number;
  /** Replies that refused for the rate, by mails. */
  readonly throttled: number;
  /** The first push's part of the mails while both ran. */
  readonly share: number;
  readonly calls: number;
}

export const THROTTLING = "454 4.7.0 Throttling failure: Maximum sending rate exceeded";
const MOST_MS = 3 * 60_000;

/** Two pushes at once by a relay that takes so many mails a second and refuses what is above it; all of both. */
export function twoPushes(limit: number, people: number): Promise<TwoPushes> {
  return together(limit, people, {}, ["first", "second"]);
}

/** The same with the first of high priority, until that has ended. */
export function highBesideNormal(limit: number, people: number): Promise<TwoPushes> {
  return together(limit, people, { priority: "high" }, ["first"]);
}

async function together(limit: number, people: number, first: object, until: readonly string[]): Promise<TwoPushes> {
  const script = { rateLimit: { perSecond: limit, reply: THROTTLING } };
  const areas = ["first", "second"];
  return behindRelay(script, audienceOf(areas, people), MESSAGE, async (stage) => {
    const ids = await Promise.all([stage.push("first", first), stage.push("second")]);
    await Promise.all(ids.slice(0, until.length).map((id) => stage.ended(id, MOST_MS)));
    const calls = await stage.calls();
    const [mine, others] = [stage.taken("first"), stage.taken("second")];
    const bothUntil = Math.min(Math.max(...mine), Math.max(...others));
    const whileBoth = (times: readonly number[]) => times.filter((at) => at <= bothUntil).length;
    const all = [...mine, ...others];
    return {
      perSecond: perSecond(all),
      throttled: stage.relay.records.refusals / all.length,
      share: whileBoth(mine) / (whileBoth(mine) + whileBoth(others)),
      calls,
    };
  });
}

/** So many people in each area. */
export function audienceOf(areas: readonly string[], people: number): { csv: string } {
  const [head = "", ...rows] = areas.map((area) => audienceCsv(area, people));
  return { csv: [head, ...rows.map((csv) => csv.slice(csv.indexOf("\n") + 1))].join("") };
}

/** One push by such a relay: mails per second from the first to the last, and reports to the relay's object. */
export function onePush(limit: number, people: number): Promise<{ perSecond: number; calls: number }> {
  const script = { rateLimit: { perSecond: limit, reply: THROTTLING } };
  return behindRelay(script, audienceOf(["one"], people), MESSAGE, async (stage) => {
    await stage.ended(await stage.push("one"), MOST_MS);
    return { perSecond: perSecond(stage.taken("one")), calls: await stage.calls() };
  });
}
