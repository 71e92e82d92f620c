// Each `new Intl.DateTimeFormat`, and each `toLocaleString` with options, leaks some 15 KB of native memory in V8.
const formatters = new Map<string, Intl.DateTimeFormat>();
/** Templates and attributes may name any zone; there are about 600. */
const MAX_FORMATTERS = 64;

const MINUTE_MS = 60_000;
const OFFSET = /^([+-])(\d{2}):?(\d{2})$/;

/** A time zone: an offset from UTC in minutes, east positive, or a name of the IANA database. */
export type Zone = number | string;

/** True for a name of the IANA database, such as Europe/Berlin, or an offset: +02:00. */
export function isTimeZone(name: string): boolean {
  return fixedOffset(name) !== null || formatterOf(name) !== null;
}

/** The offset at an instant (epoch milliseconds), in minutes, east positive; null for an unknown zone. */
export function offsetAt(zone: Zone, instant: number): number | null {
  const fixed = fixedOffset(zone);
  if (fixed !== null) return fixed;
  const formatter = formatterOf(String(zone));
  if (formatter === null) return null;
  // "1/2/2026, GMT+08:00"; before standard time with seconds, "GMT+08:05:43"; "GMT" for UTC.
  const [, sign, hours, minutes, seconds] = /([+-])(\d{2}):(\d{2})(?::(\d{2}))?$/.exec(formatter.format(instant)) ?? [];
  const offset = Number(hours ?? 0) * 60 + Number(minutes ?? 0) + Number(seconds ?? 0) / 60;
  return sign === "-" ? -offset : offset;
}

/**
 * The instant (epoch milliseconds) at which a zone's clocks show `wall`, which is that reading as if it were UTC; null
 * for an unknown zone. A reading that occurs twice gives one of the two instants, one that is skipped a near one.
 */
export function instantOf(wall: number, zone: Zone): number | null {
  const first = offsetAt(zone, wall);
  if (first === null) return null;
  const offset = offsetAt(zone, wall - first * MINUTE_MS) ?? first;
  return wall - offset * MINUTE_MS;
}

function fixedOffset(zone: Zone): number | null {
  if (typeof zone === "number") return zone;
  if (zone === "UTC") return 0;
  const [, sign, hours, minutes] = OFFSET.exec(zone) ?? [];
  if (sign === undefined) return null;
  const offset = Number(hours) * 60 + Number(minutes);
  return sign === "-" ? -offset : offset;
}

function formatterOf(name: string): Intl.DateTimeFormat | null {
  const known = formatters.get(name);
  if (known !== undefined) return known;
  try {
    const made = new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
    const oldest = formatters.size >= MAX_FORMATTERS ? formatters.keys().next().value : undefined;
    if (oldest !== undefined) formatters.delete(oldest);
    formatters.set(name, made);
    return made;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
