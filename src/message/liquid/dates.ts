import { type FilterImplOptions, toValue } from "liquidjs";
import { BoundedContext, budgetOf } from "./context.ts";
import { textOf } from "./output.ts";
import { offsetText, strftime, type ZonedTime } from "./strftime.ts";
import { instantOf, offsetAt, type Zone } from "./zone.ts";

/** liquidjs's default format. */
const DEFAULT_FORMAT = "%A, %B %-e, %Y at %-l:%M %P %z";
/** Units of work: parsing, and the look-up of an offset. */
const DATE_UNITS = 40;
/** A format's directives cost more than its characters. */
const UNITS_PER_FORMAT_CHAR = 4;
const MAX_DATE_CHARS = 100;
const MINUTE_MS = 60_000;
/** In March 1973. */
const MIN_MILLISECONDS = 1e11;

/**
 * The date filters. A time keeps the offset that is written in it; one without is in the deployment's time zone, as are
 * `now` and seconds or milliseconds since 1970. The zone argument of `date` changes what is shown: a name or offset, or minutes west.
 */
export const DATE_FILTERS: Readonly<Record<string, FilterImplOptions>> = {
  date(value: unknown, format?: unknown, zone?: unknown) {
    const given = toValue(format);
    return formatted(this.context, value, given === undefined || given === null ? DEFAULT_FORMAT : textOf(given), zone);
  },
  date_to_xmlschema(value: unknown) {
    return formatted(this.context, value, "%Y-%m-%dT%H:%M:%S%:z");
  },
  date_to_rfc822(value: unknown) {
    return formatted(this.context, value, "%a, %d %b %Y %H:%M:%S %z");
  },
  date_to_string(value: unknown, type?: unknown, style?: unknown) {
    return formatted(this.context, value, dayFormat("%b", type, style));
  },
  date_to_long_string(value: unknown, type?: unknown, style?: unknown) {
    return formatted(this.context, value, dayFormat("%B", type, style));
  },
};

type FilterContext = Parameters<typeof budgetOf>[0];

/** The value itself where it is no date. */
function formatted(context: FilterContext, value: unknown, format: string, zone?: unknown): unknown {
  const budget = budgetOf(context);
  budget.use(DATE_UNITS + format.length * UNITS_PER_FORMAT_CHAR);
  const home = context instanceof BoundedContext ? context.timeZone : "UTC";
  const time = zonedTime(toValue(value), home, zoneArgument(toValue(zone)), Date.now());
  return time === null ? value : strftime(time, format, (characters) => budget.use(characters));
}

function dayFormat(month: string, type: unknown, style: unknown): string {
  if (toValue(type) !== "ordinal") return `%d ${month} %Y`;
  return toValue(style) === "US" ? `${month} %-d%q, %Y` : `%-d%q ${month} %Y`;
}

/** liquidjs counts a number west of UTC, as JavaScript's getTimezoneOffset does. */
function zoneArgument(zone: unknown): Zone | null {
  if (typeof zone === "number" && Number.isFinite(zone)) return -zone;
  const name = textOf(zone).trim();
  return name === "" ? null : name;
}

/**
 * A template's value as a time; null if it is none. Throws for an unknown zone.
 * @param home the zone of times without an offset
 * @param shown the zone to show it in; null: the offset written in the value, else `home`
 * @param now epoch milliseconds
 */
function zonedTime(value: unknown, home: Zone, shown: Zone | null, now: number): ZonedTime | null {
  const read = readTime(value, home, now);
  if (read === null || !Number.isFinite(new Date(read.instant).getTime())) return null;
  const zone = shown ?? read.zone;
  const offset = offsetAt(zone, read.instant);
  if (offset === null) throw new Error(`${JSON.stringify(zone)} is not a time zone`);
  const time = { instant: read.instant, offset, zoneName: typeof zone === "string" ? zone : offsetText(offset, false) };
  return Number.isFinite(time.instant + offset * MINUTE_MS) ? time : null;
}

interface ReadTime {
  readonly instant: number;
  readonly zone: Zone;
}

function readTime(value: unknown, home: Zone, now: number): ReadTime | null {
  if (value === "now" || value === "today") return { instant: now, zone: home };
  if (typeof value === "number") return { instant: instantOfNumber(value), zone: home };
  if (typeof value !== "string" || value.length > MAX_DATE_CHARS) return null;
  if (/^-?\d+$/.test(value)) return { instant: instantOfNumber(Number(value)), zone: home };
  return readText(value.replace(/\s*\([^()]*\)\s*$/, "").trim(), home);
}

/** Seconds since 1970, or milliseconds as JavaScript and Java count: as seconds these would be after the year 5138. */
function instantOfNumber(value: number): number {
  return Math.abs(value) >= MIN_MILLISECONDS ? value : value * 1000;
}

/** A time of day, and what may follow it: AM or PM, a zone. The year may come after (as `date` prints it). */
const TIME_WITH_ZONE =
  /(\d:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s*[ap]\.?m\.?)?)\s*(?:(z|utc?|gmt|[ecmp][sd]t)\b)?\s*([+-]\d{2}(?::?\d{2}(?::?\d{2})?)?)?(\s+\d{4})?$/i;
/** RFC 5322 section 4.3, in hours. */
const NAMED_OFFSETS: Readonly<Record<string, number>> = {
  ...{ z: 0, ut: 0, utc: 0, gmt: 0 },
  ...{ est: -5, edt: -4, cst: -6, cdt: -5, mst: -7, mdt: -6, pst: -8, pdt: -7 },
};

function readText(text: string, home: Zone): ReadTime | null {
  const match = TIME_WITH_ZONE.exec(text);
  const offset = match ? writtenOffset(match[2], match[3]) : null;
  const bare = match ? `${text.slice(0, match.index)}${match[1]}${match[4] ?? ""}` : text;
  const wall = parseAsUtc(bare);
  if (Number.isNaN(wall)) return null;
  if (offset !== null) return { instant: wall - offset * MINUTE_MS, zone: offset };
  const instant = instantOf(wall, home);
  return instant === null ? null : { instant, zone: home };
}

/** Minutes, east positive. */
function writtenOffset(name: string | undefined, digits: string | undefined): number | null {
  if (name === undefined && digits === undefined) return null;
  const hours = name === undefined ? 0 : (NAMED_OFFSETS[name.toLowerCase()] ?? 0);
  const [, sign, hh, mm] = /^([+-])(\d{2}):?(\d{2})?/.exec(digits ?? "+00") ?? [];
  const minutes = Number(hh) * 60 + Number(mm ?? 0);
  return hours * 60 + (sign === "-" ? -minutes : minutes);
}

/** The text as a reading of UTC clocks; NaN if it is no date. Independent of the machine's zone. */
function parseAsUtc(text: string): number {
  const isIso = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)?$/i.test(text);
  if (!isIso) return Date.parse(`${text} UTC`);
  const iso = text.replace(" ", "T").replace(",", ".");
  const wall = Date.parse(iso.length > 10 ? `${iso}Z` : iso);
  return isCalendarDay(text.slice(0, 10)) ? wall : Number.NaN;
}

/** V8 reads 2026-02-30 as 2 March. */
function isCalendarDay(day: string): boolean {
  const midnight = Date.parse(day);
  return Number.isFinite(midnight) && new Date(midnight).toISOString().startsWith(day);
}
