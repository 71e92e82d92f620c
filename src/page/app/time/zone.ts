// Times on the clock of a place, as a person types them into a form.

/** "2026-05-01T08:00", as `<input type="datetime-local">` has it, of the clock in a zone. */
export function wallTime(at: number, zone: string): string {
  return new Date(at + offsetAt(at, zone)).toISOString().slice(0, 16);
}

/**
 * When the clock in a zone shows this, in epoch milliseconds. Of a time that it shows twice, the first; of one that it
 * leaves out, as much later as the clock jumps. Null: no time.
 */
export function instantOf(wall: string, zone: string): number | null {
  const utc = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(wall) ? Date.parse(`${wall}Z`) : Number.NaN;
  if (Number.isNaN(utc)) return null;
  // The offsets of the day before and the day after: one of them is in force.
  const [before, after] = [offsetAt(utc - DAY_MS, zone), offsetAt(utc + DAY_MS, zone)];
  const fitting = [utc - before, utc - after].filter((at) => at + offsetAt(at, zone) === utc);
  return fitting.length > 0 ? Math.min(...fitting) : utc - before;
}

/** "GMT+8". */
export function zoneWord(at: number, zone: string): string {
  const parts = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "shortOffset" }).formatToParts(at);
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? zone;
}

/** The zone of this device. */
export function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

const DAY_MS = 86_400_000;

/** How far the clock in a zone is ahead of UTC, in milliseconds. */
function offsetAt(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(at);
  const part = (name: string): number => Number(parts.find(({ type }) => type === name)?.value);
  const shown = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return shown - Math.floor(at / 1_000) * 1_000;
}
