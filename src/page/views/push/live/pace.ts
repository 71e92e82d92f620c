import { figuresOf } from "../../../parts/figures/figures.tsx";
import type { Tallies } from "../../../parts/figures/state-bar.tsx";

/** How far a push was at a time. */
export interface Sample {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Mails that the relay has taken. */
  readonly done: number;
  /** The limit in force, mails per second; null: none. */
  readonly limit: number | null;
}

/** What is drawn: a point each for a stretch of time. */
export interface Rate {
  /** Epoch milliseconds: the end of the stretch. */
  readonly at: number;
  readonly perSecond: number;
  readonly limit: number | null;
}

export const MOST_SAMPLES = 400;
/** Two samples closer than this tell more of chance than of pace. */
const STRETCH_MS = 2_000;
const RECENT_MS = 12_000;
const LONG_MS = 300_000;

/** Mails that the relay has taken, as the API's samples count them. */
export function doneOf(tallies: Tallies): number {
  return tallies.sent + tallies.bounced + tallies.complained;
}

/** With one more; too many are thinned to every second one, the last stays. */
export function withSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const last = samples.at(-1);
  if (last !== undefined && sample.at - last.at < STRETCH_MS) return samples;
  const all = [...samples, sample];
  return all.length <= MOST_SAMPLES ? all : all.filter((_, index) => index % 2 === (all.length - 1) % 2 || index === 0);
}

/** The samples of the last `ms`, and the one before them, from which their first stretch begins. */
export function lastOf(samples: readonly Sample[], ms: number): readonly Sample[] {
  const last = samples.at(-1);
  if (last === undefined) return samples;
  const first = samples.findIndex(({ at }) => at >= last.at - ms);
  return samples.slice(Math.max(0, first - 1));
}

/** Without those that stand closer than a stretch; the first and the last one stay. */
function spaced(samples: readonly Sample[]): readonly Sample[] {
  const last = samples.at(-1);
  const kept: Sample[] = [];
  for (const sample of samples) {
    const before = kept.at(-1);
    if (before !== undefined && sample.at - before.at < STRETCH_MS) continue;
    // What would be too close to the end makes way for it.
    const isNearEnd = last !== undefined && last.at - sample.at < STRETCH_MS;
    if (before === undefined || !isNearEnd) kept.push(sample);
  }
  return last === undefined || kept.at(-1) === last ? kept : [...kept, last];
}

/**
 * The pace of each stretch between two samples, by its end, and a point where the first one begins. A retry takes
 * outcomes back; no pace is below none.
 */
export function ratesOf(taken: readonly Sample[]): readonly Rate[] {
  const samples = spaced(taken);
  const rates = samples.slice(1).map(({ at, done, limit }, index) => {
    const before = samples[index];
    const seconds = before === undefined ? 0 : (at - before.at) / 1000;
    const perSecond = before === undefined || seconds <= 0 ? 0 : Math.max(0, done - before.done) / seconds;
    return { at, perSecond, limit };
  });
  const [begin, first] = [samples[0], rates[0]];
  return begin === undefined || first === undefined ? [] : [{ ...first, at: begin.at }, ...rates];
}

/** Without what was noted after the last mail: of a push that is over, hours in which nothing was to be sent. */
export function untilLastMail(samples: readonly Sample[]): readonly Sample[] {
  const last = samples.at(-1)?.done;
  const end = samples.findLastIndex(({ done }) => done !== last) + 1;
  return samples.slice(0, end + 1);
}

/** The mean pace of the last `ms`, mails per second; null: nothing is known of that time. */
export function meanPace(samples: readonly Sample[], ms: number): number | null {
  const last = samples.at(-1);
  const first = last && (samples.find(({ at }) => at >= last.at - ms) ?? null);
  if (!last || !first || last === first) return null;
  return (Math.max(0, last.done - first.done) * 1000) / (last.at - first.at);
}

export function recentPace(samples: readonly Sample[]): number | null {
  return meanPace(samples, RECENT_MS);
}

/**
 * When the waiting ones will be through, as a range: at the better and at the worse of the pace now and over five minutes.
 * null: nothing moves, or nothing is known. Deferred mails take until their last retry at least.
 *
 * @param lastRetryAt epoch milliseconds; null: none is due
 */
export function doneBy(
  samples: readonly Sample[],
  tallies: Tallies,
  lastRetryAt: number | null,
  now: number,
): { readonly from: number; readonly to: number } | null {
  const { waiting, success, failure, notSent } = figuresOf(tallies);
  // Samples count mails that were taken; those that are refused or skipped wait no longer either.
  const done = doneOf(tallies);
  const share = done === 0 ? 1 : (success + failure + notSent) / done;
  const paces = [recentPace(samples), meanPace(samples, LONG_MS)].flatMap((pace) =>
    pace !== null && pace > 0 ? [pace * share] : [],
  );
  if (waiting === 0 || paces.length === 0) return null;
  const untilIn = (pace: number): number => now + (waiting / pace) * 1000;
  const last = lastRetryAt ?? 0;
  return {
    from: Math.max(untilIn(Math.max(...paces)), last),
    to: Math.max(untilIn(Math.min(...paces)), last),
  };
}
