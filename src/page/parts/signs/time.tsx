import { now } from "../../app/time/clock.ts";
import { ago, clock, span, wholeTime } from "../../app/time/format.ts";
import { words } from "../../words/dictionary.ts";

const HOUR_MS = 3_600_000;
const WEEK_MS = 168 * HOUR_MS;
const JUST_MS = 3_000;

interface Props {
  /** ISO 8601. */
  readonly at: string;
  /**
   * `near`: relative within an hour ("in 2:10"), else the clock; `ahead`: the same of what is still to come; `clock`:
   * always; `ago`: always relative; `recent`: so within a week, else the clock.
   */
  readonly as?: "near" | "ahead" | "clock" | "ago" | "recent";
}

/** A time, and on hover all of it with its zone. */
export function Time({ at, as = "clock" }: Props) {
  const time = Date.parse(at);
  return (
    <time dateTime={at} title={wholeTime(time)}>
      {FORMS[as](time, now.value)}
    </time>
  );
}

/** The same of what is to come; it is due in a moment where its time has passed. */
export function ahead(time: number, at: number): string {
  return time - at < JUST_MS ? words().common.atOnce : near(time, at);
}

function recent(time: number, at: number): string {
  return (Math.abs(time - at) < WEEK_MS ? ago : clock)(time, at);
}

const FORMS = { near, ahead, clock, ago, recent };

/** Whether `near` says how far away it is. */
export function isNear(time: number, at: number): boolean {
  return Math.abs(time - at) < HOUR_MS;
}

/** "in 2:10", "0:42 ago", and beyond an hour the clock. */
export function near(time: number, at: number): string {
  const w = words().common;
  const away = time - at;
  if (!isNear(time, at)) return clock(time, at);
  if (Math.abs(away) < JUST_MS) return w.justNow;
  return away > 0 ? w.within(span(away)) : w.before(span(-away));
}
