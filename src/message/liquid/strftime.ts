const MONTHS = "January February March April May June July August September October November December".split(" ");
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const DAY_MS = 86_400_000;
const DIRECTIVE = /%([-_0^#:]*)(\d*)[EO]?([a-zA-Z%+])/g;

/** A moment as a zone's clocks show it. */
export interface ZonedTime {
  /** Epoch milliseconds. */
  readonly instant: number;
  /** Minutes, east positive. */
  readonly offset: number;
  /** For `%Z`. */
  readonly zoneName: string;
}

interface Directive {
  readonly time: ZonedTime;
  readonly flags: string;
  /** 0: not given. */
  readonly width: number;
  /** Called with a number of characters before that many are made. */
  readonly reserve: (characters: number) => void;
  /** The same time by another format: what a directive stands for. */
  readonly written: (format: string) => string;
}

/** The directives; the UTC fields of `clock` are those of the time's zone. */
const DIRECTIVES: Readonly<Record<string, (clock: Date, directive: Directive) => string | number>> = {
  a: (clock) => dayName(clock).slice(0, 3),
  A: (clock) => dayName(clock),
  b: (clock) => monthName(clock).slice(0, 3),
  B: (clock) => monthName(clock),
  c: (clock) => `${shortDate(clock)}, ${clockTime(clock)}`,
  C: (clock) => Math.floor(clock.getUTCFullYear() / 100),
  d: (clock) => clock.getUTCDate(),
  D: (_, { written }) => written("%m/%d/%y"),
  e: (clock) => clock.getUTCDate(),
  F: (_, { written }) => written("%Y-%m-%d"),
  g: (clock) => modulo(weekYear(clock), 100),
  G: (clock) => weekYear(clock),
  h: (clock) => monthName(clock).slice(0, 3),
  H: (clock) => clock.getUTCHours(),
  I: (clock) => clock.getUTCHours() % 12 || 12,
  j: (clock) => dayOfYear(clock),
  k: (clock) => clock.getUTCHours(),
  l: (clock) => clock.getUTCHours() % 12 || 12,
  L: (clock) => clock.getUTCMilliseconds(),
  m: (clock) => clock.getUTCMonth() + 1,
  M: (clock) => clock.getUTCMinutes(),
  n: () => "\n",
  N: (clock, { width, reserve }) => {
    const digits = width || 9;
    reserve(digits);
    return `${clock.getUTCMilliseconds()}`.padStart(3, "0").padEnd(digits, "0").slice(0, digits);
  },
  p: (clock) => (clock.getUTCHours() < 12 ? "AM" : "PM"),
  P: (clock) => (clock.getUTCHours() < 12 ? "am" : "pm"),
  q: (clock) => ordinal(clock.getUTCDate()),
  r: (_, { written }) => written("%I:%M:%S %p"),
  R: (_, { written }) => written("%H:%M"),
  s: (_, { time }) => Math.floor(time.instant / 1000),
  S: (clock) => clock.getUTCSeconds(),
  t: () => "\t",
  T: (_, { written }) => written("%H:%M:%S"),
  u: (clock) => clock.getUTCDay() || 7,
  U: (clock) => weekOfYear(clock, 0),
  v: (_, { written }) => written("%e-%^b-%Y"),
  V: (clock) => Math.ceil(dayOfYear(thursday(clock)) / 7),
  w: (clock) => clock.getUTCDay(),
  W: (clock) => weekOfYear(clock, 1),
  x: (clock) => shortDate(clock),
  X: (clock) => clockTime(clock),
  y: (clock) => modulo(clock.getUTCFullYear(), 100),
  Y: (clock) => clock.getUTCFullYear(),
  z: (_, { time, flags }) => `${offsetText(time.offset, flags.includes(":"))}${flags.includes("::") ? ":00" : ""}`,
  Z: (_, { time }) => time.zoneName,
  "+": (_, { written }) => written("%a %b %e %H:%M:%S %Z %Y"),
  "%": () => "%",
};
/** The least width of a number; Ruby's. */
const WIDTHS: Readonly<Record<string, number>> = Object.fromEntries([
  ..."CdegHIklmMSUVWy".split("").map((letter) => [letter, 2] as const),
  ["j", 3],
  ["L", 3],
  ["G", 4],
  ["Y", 4],
]);
const FILLED_WITH_SPACES = new Set("aAbBcDeFhklpPrRTvxXZ+");

/**
 * A time by a format of Ruby's `strftime`, in English. Unknown directives stay as they are.
 * @param reserve called with a number of characters before a directive is filled up with that many
 */
export function strftime(time: ZonedTime, format: string, reserve: Directive["reserve"]): string {
  const clock = new Date(time.instant + time.offset * 60_000);
  const written = (short: string) => strftime(time, short, reserve);
  return format.replace(DIRECTIVE, (source, flags: string, digits: string, letter: string) => {
    const width = Number(digits);
    const value = DIRECTIVES[letter]?.(clock, { time, flags, width, reserve, written });
    if (value === undefined) return source;
    const text = flags.includes("^")
      ? `${value}`.toUpperCase()
      : flags.includes("#")
        ? swapped(`${value}`)
        : `${value}`;
    const missing = (width || (WIDTHS[letter] ?? 0)) - text.length;
    if (missing <= 0 || flags.includes("-")) return text;
    reserve(missing);
    const usesSpaces = flags.includes("_") || (FILLED_WITH_SPACES.has(letter) && !flags.includes("0"));
    if (usesSpaces) return " ".repeat(missing) + text;
    const sign = /^[-+]/.exec(text)?.[0] ?? "";
    return sign + "0".repeat(missing) + text.slice(sign.length);
  });
}

function dayName(clock: Date): string {
  return DAYS[clock.getUTCDay()] as string;
}

function monthName(clock: Date): string {
  return MONTHS[clock.getUTCMonth()] as string;
}

/** ±hhmm, or ±hh:mm. */
export function offsetText(offset: number, withColon: boolean): string {
  const minutes = Math.abs(Math.trunc(offset));
  const two = (value: number) => `${value}`.padStart(2, "0");
  return `${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}${withColon ? ":" : ""}${two(minutes % 60)}`;
}

/** As Intl writes it for en-US: 5/1/2026. */
function shortDate(clock: Date): string {
  return `${clock.getUTCMonth() + 1}/${clock.getUTCDate()}/${clock.getUTCFullYear()}`;
}

/** 9:00:00 AM */
function clockTime(clock: Date): string {
  const hours = clock.getUTCHours();
  const [minutes, seconds] = [clock.getUTCMinutes(), clock.getUTCSeconds()].map((part) => `${part}`.padStart(2, "0"));
  return `${hours % 12 || 12}:${minutes}:${seconds} ${hours < 12 ? "AM" : "PM"}`;
}

function dayOfYear(clock: Date): number {
  const firstOfYear = new Date(clock).setUTCMonth(0, 1);
  return Math.round((clock.getTime() - firstOfYear) / DAY_MS) + 1;
}

/** Days before the first `firstDay` (0: Sunday) of the year belong to week 0. */
function weekOfYear(clock: Date, firstDay: number): number {
  return Math.floor((dayOfYear(clock) + 6 - ((clock.getUTCDay() - firstDay + 7) % 7)) / 7);
}

/** The Thursday of the same week: it is in the year that ISO 8601 counts the week to. */
function thursday(clock: Date): Date {
  return new Date(clock.getTime() + (4 - (clock.getUTCDay() || 7)) * DAY_MS);
}

function weekYear(clock: Date): number {
  return thursday(clock).getUTCFullYear();
}

/** Never negative, as Ruby's `%`. */
function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

function ordinal(day: number): string {
  if (day >= 11 && day <= 13) return "th";
  return ["th", "st", "nd", "rd"][day % 10] ?? "th";
}

/** AM and PM become lower case, all else upper case. */
function swapped(text: string): string {
  return /[a-z]/.test(text) ? text.toUpperCase() : text.toLowerCase();
}
