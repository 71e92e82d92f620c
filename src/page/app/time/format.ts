import { language, locale } from "../language.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Making an `Intl` object costs more than all its uses. */
const made = new Map<string, unknown>();
function once<Formatter>(key: string, make: (locale: string) => Formatter): Formatter {
  const full = `${language.value} ${key}`;
  const known = made.get(full) as Formatter | undefined;
  if (known !== undefined) return known;
  const formatter = make(locale());
  made.set(full, formatter);
  return formatter;
}

/** "58,204"; with digits behind the point up to `digits`, and `least` at least. */
export function number(value: number, digits = 0, least = 0): string {
  const shown = { minimumFractionDigits: least, maximumFractionDigits: digits };
  return once(`number ${digits} ${least}`, (of) => new Intl.NumberFormat(of, shown)).format(value);
}

/** "58K": for the few characters that an axis has. */
export function compact(value: number): string {
  const format = once("compact", (of) => new Intl.NumberFormat(of, { notation: "compact", maximumFractionDigits: 1 }));
  return format.format(value);
}

/** "72.8%"; a share that is neither none nor all never reads 0% or 100%. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return "–";
  const share = part / whole;
  const isNear = share > 0 && share < 1 && (share < 0.01 || share > 0.99);
  const digits = isNear ? 2 : 1;
  const step = 10 ** -(digits + 2);
  const shown = share === 0 || share === 1 ? share : Math.min(Math.max(share, step), 1 - step);
  const format = once(
    `percent ${digits}`,
    (of) => new Intl.NumberFormat(of, { style: "percent", maximumFractionDigits: digits }),
  );
  return format.format(shown);
}

/** The form of a word for a count: `one` where the language has it. */
export function plural(count: number, forms: { readonly one: string; readonly other: string }): string {
  return once("plural", (of) => new Intl.PluralRules(of)).select(count) === "one" ? forms.one : forms.other;
}

/** "1.2 MB", in powers of 1,000. */
export function bytes(count: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
  const power = Math.min(Math.floor(Math.log10(Math.max(count, 1)) / 3), units.length - 1);
  const unit = units[power] ?? "byte";
  const format = once(
    `bytes ${unit}`,
    // In short, several bytes are "byte" too.
    (of) =>
      new Intl.NumberFormat(of, {
        style: "unit",
        maximumFractionDigits: 1,
        unit,
        unitDisplay: power === 0 ? "long" : "short",
      }),
  );
  return spaced(format.format(count / 1_000 ** power));
}

/** Chinese has a space between its characters and digits; `Intl` leaves it out. */
function spaced(text: string): string {
  return text.replace(/(?<=\d)(?=\p{Script=Han})|(?<=\p{Script=Han})(?=\d)/gu, " ");
}

const ENDS = { han: /\p{Script=Han}$/u, other: /[\p{Script=Latin}\p{N}]$/u };
const BEGINS = { han: /^\p{Script=Han}/u, other: /^[\p{Script=Latin}\p{N}]/u };

/** Chinese words around names and values, with a space only where letters or digits stand beside a character. */
export function together(...parts: readonly string[]): string {
  return parts.reduce((text, part) => {
    const meets = (ENDS.han.test(text) && BEGINS.other.test(part)) || (ENDS.other.test(text) && BEGINS.han.test(part));
    return `${text}${meets ? " " : ""}${part}`;
  }, "");
}

/** A time span: "0:42", "2:10", "3h 5m", "4 days"; in Chinese "2 分钟 10 秒", since "2:10" is a time of the day there. */
export function span(milliseconds: number): string {
  const whole = Math.max(0, Math.round(milliseconds / SECOND) * SECOND);
  if (whole < HOUR) {
    const [minutes, seconds] = [Math.floor(whole / MINUTE), Math.floor((whole % MINUTE) / SECOND)];
    if (language.value === "en") return `${minutes}:${String(seconds).padStart(2, "0")}`;
    return inUnits([minutes, "minute"], [seconds, "second"]);
  }
  if (whole < 2 * DAY) {
    return inUnits([Math.floor(whole / HOUR), "hour"], [Math.floor((whole % HOUR) / MINUTE), "minute"]);
  }
  return unit(Math.floor(whole / DAY), "day");
}

type Unit = "second" | "minute" | "hour" | "day";
type Part = readonly [count: number, name: Unit];

/** "3h 5m", "3h", "0s". */
function inUnits(large: Part, small: Part): string {
  const parts = [large, small].filter(([count]) => count > 0);
  return (parts.length === 0 ? [small] : parts).map(([count, name]) => unit(count, name)).join(" ");
}

function unit(count: number, name: Unit): string {
  const format = once(
    `unit ${name}`,
    (of) => new Intl.NumberFormat(of, { style: "unit", unit: name, unitDisplay: name === "day" ? "long" : "narrow" }),
  );
  return spaced(format.format(count));
}

/** "14:06:12" if it is of this day, else "3 Nov, 14:06"; another year is named. */
export function clock(at: number, now: number): string {
  const [one, other] = [new Date(at), new Date(now)];
  const isThisYear = one.getFullYear() === other.getFullYear();
  if (one.toDateString() === other.toDateString()) {
    return once("clock", (of) => new Intl.DateTimeFormat(of, { timeStyle: "medium" })).format(at);
  }
  return once(
    `day ${isThisYear}`,
    (of) =>
      new Intl.DateTimeFormat(of, {
        ...(isThisYear ? {} : { year: "numeric" }),
        month: "short",
        day: "numeric",
        hour: "2-digit",
        minute: "2-digit",
      }),
  ).format(at);
}

/** "14:52", for times of this day to the minute; else as `clock`. */
export function minute(at: number, now: number): string {
  if (new Date(at).toDateString() !== new Date(now).toDateString()) return clock(at, now);
  return once("minute", (of) => new Intl.DateTimeFormat(of, { timeStyle: "short" })).format(at);
}

/** With date, seconds and zone: "26 November 2026 at 14:06:12 CET". The zone is last, also where `Intl` has it between. */
export function wholeTime(at: number): string {
  const format = once("whole", (of) => new Intl.DateTimeFormat(of, { dateStyle: "long", timeStyle: "medium" }));
  const withZone = once("zone", (of) => new Intl.DateTimeFormat(of, { timeStyle: "long" }));
  const zone = withZone.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? "";
  return `${format.format(at)} ${zone}`;
}

/** "5 minutes ago", "in 3 days"; below a minute it is `span` that tells more. */
export function ago(at: number, now: number): string {
  const away = at - now;
  const size = Math.abs(away);
  const [length, name] =
    size < HOUR ? ([MINUTE, "minute"] as const) : size < DAY ? ([HOUR, "hour"] as const) : ([DAY, "day"] as const);
  const format = once("ago", (of) => new Intl.RelativeTimeFormat(of, { numeric: "auto" }));
  return spaced(format.format(Math.trunc(away / length), name));
}

/** Sentences after one another; Chinese has no space between them. */
export function sentences(...some: readonly (string | null)[]): string {
  return some.filter((one) => one !== null && one !== "").join(language.value === "zh" ? "" : " ");
}

/** Faults after one another: "is empty; is too long". */
export function clauses(some: readonly string[]): string {
  return some.join(language.value === "zh" ? "；" : "; ");
}

/** "success, failure and waiting". */
export function list(parts: readonly string[]): string {
  return joined(
    once("list", (of) => new Intl.ListFormat(of, { type: "conjunction" })),
    parts,
  );
}

/** "beijing or shanghai". */
export function oneOf(parts: readonly string[]): string {
  return joined(
    once("one of", (of) => new Intl.ListFormat(of, { type: "disjunction" })),
    parts,
  );
}

function joined(format: Intl.ListFormat, parts: readonly string[]): string {
  return together(...format.formatToParts(parts).map(({ value }) => value));
}
