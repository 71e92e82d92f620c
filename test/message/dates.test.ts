import { describe, expect, it } from "vitest";
import { prepareTemplates, render } from "../../src/message/template/template.ts";

function shown(template: string, timeZone = "UTC", attributes: Record<string, unknown> = {}): string {
  const prepared = prepareTemplates(
    { subject: "s", html: `<p>${template}<img></p>`, text: "-" },
    { maxBytes: 1e6, timeZone },
  );
  const result = prepared.ok
    ? render(prepared.value, { username: "", address: "a@b.example", area: "", attributes })
    : prepared;
  if (!result.ok) throw new Error(result.error);
  return result.value.html.replace(/<\/?p>|<img>/g, "");
}

const dated = (value: string, timeZone?: string, format = "%Y-%m-%d %H:%M %z", zone = "") =>
  shown(`{{ attributes.at | date: "${format}"${zone} }}`, timeZone, { at: value });

describe("a date", () => {
  it.each([
    [1777626000, "2026-05-01 09:00 +0000"],
    [1777626000123, "2026-05-01 09:00 +0000"],
    ["1777626000000", "2026-05-01 09:00 +0000"],
    [99_999_999_999, "5138-11-16 09:46 +0000"],
    [100_000_000_000, "1973-03-03 09:46 +0000"],
    [-100_000_000_000, "1966-10-31 14:13 +0000"],
  ])("%s is in seconds, or in milliseconds where seconds would be thousands of years away", (value, expected) => {
    expect(shown('{{ attributes.at | date: "%Y-%m-%d %H:%M %z" }}', "UTC", { at: value })).toBe(expected);
  });

  it.each([
    ["2026-05-01T09:00:00+08:00", "2026-05-01 09:00 +0800"],
    ["2026-05-01T09:00:00.123+08:00", "2026-05-01 09:00 +0800"],
    ["2026-05-01T09:00:00+0800", "2026-05-01 09:00 +0800"],
    ["2026-05-01T09:00+08:00", "2026-05-01 09:00 +0800"],
    ["2026-05-01 09:00:00 +0800", "2026-05-01 09:00 +0800"],
    ["2026-05-01 09:00:00+08", "2026-05-01 09:00 +0800"],
    ["2026-05-01T09:00:00-03:30", "2026-05-01 09:00 -0330"],
    ["2026-05-01T09:00:00Z", "2026-05-01 09:00 +0000"],
    ["Fri, 01 May 2026 09:00:00 +0530", "2026-05-01 09:00 +0530"],
    ["Fri, 01 May 2026 09:00:00 GMT", "2026-05-01 09:00 +0000"],
    ["Fri, 1 May 2026 09:00:00 EDT", "2026-05-01 09:00 -0400"],
    ["Fri May 01 2026 09:00:00 GMT+0800 (China Standard Time)", "2026-05-01 09:00 +0800"],
    ["Fri May  1 09:00:00 UTC 2026", "2026-05-01 09:00 +0000"],
    ["May 1, 2026 9:00 AM PST", "2026-05-01 09:00 -0800"],
  ])("%s keeps the offset that is written in it, wherever the deployment is", (value, expected) => {
    expect(dated(value)).toBe(expected);
    expect(dated(value, "Asia/Tokyo")).toBe(expected);
  });

  it.each([
    ["2026-05-01T09:00:00", "2026-05-01 09:00"],
    ["2026-05-01 09:00", "2026-05-01 09:00"],
    ["2026-05-01", "2026-05-01 00:00"],
    ["2026-12-01", "2026-12-01 00:00"],
    ["May 1, 2026 9:00 PM", "2026-05-01 21:00"],
    ["1 May 2026", "2026-05-01 00:00"],
    ["2026/05/01", "2026-05-01 00:00"],
  ])("%s, without an offset, is a time of the deployment's zone", (value, expected) => {
    expect(dated(value, "UTC")).toBe(`${expected} +0000`);
    expect(dated(value, "Asia/Shanghai")).toBe(`${expected} +0800`);
    expect(dated(value, "America/New_York")).toBe(`${expected} ${value.startsWith("2026-12") ? "-0500" : "-0400"}`);
  });

  it("in seconds since 1970 is shown in the deployment's zone", () => {
    for (const at of [0, "0"]) {
      expect(shown('{{ attributes.at | date: "%F %H:%M %Z" }}', "Asia/Shanghai", { at })).toBe(
        "1970-01-01 08:00 Asia/Shanghai",
      );
    }
  });

  it.each([
    ["2026-05-01T09:00:00+08:00", "UTC", "Europe/Berlin", "2026-05-01 03:00 +0200"],
    ["2026-05-01T09:00:00", "Asia/Shanghai", "Europe/Berlin", "2026-05-01 03:00 +0200"],
    ["2026-05-01T09:00:00", "UTC", "+05:30", "2026-05-01 14:30 +0530"],
    ["2026-01-01T00:30:00", "Europe/Berlin", "UTC", "2025-12-31 23:30 +0000"],
    // The clocks skip from 2:00 to 3:00.
    ["2026-03-29T03:00:00", "Europe/Berlin", "UTC", "2026-03-29 01:00 +0000"],
    ["2026-03-29T01:59:00", "Europe/Berlin", "UTC", "2026-03-29 00:59 +0000"],
  ])("%s in %s is shown in the zone that the filter names, %s", (value, home, zone, expected) => {
    expect(dated(value, home, undefined, `, "${zone}"`)).toBe(expected);
  });

  it("takes liquidjs's minutes west of UTC, and no zone for none", () => {
    expect(dated("1990-12-31T23:00:00Z", "UTC", undefined, ", 360")).toBe("1990-12-31 17:00 -0600");
    expect(dated("2026-05-01T09:00:00+08:00", "UTC", undefined, ", attributes.zone")).toBe("2026-05-01 09:00 +0800");
  });

  it("in an unknown zone fails the mail, with the name", () => {
    expect(() => dated("2026-05-01", "UTC", undefined, ', "Mars/Base"')).toThrow('"Mars/Base" is not a time zone');
  });

  it.each([
    "soon",
    "",
    "2026-99-99",
    "2026-02-30",
    "2026-04-31 09:00",
    "2025-02-29T09:00:00Z",
    "x".repeat(100_000),
    "9".repeat(99),
  ])("%.20s is none, and stays as it is", (value) => {
    expect(dated(value)).toBe(value);
  });

  it("is written as Ruby's strftime writes it", () => {
    const format =
      "%a %A %b %B %C %d %e %h %H %I %j %k %l %L %m %M %N %3N %p %P %q %s %S %u %U %w %W %x %X %y %Y %z %:z %Z %%|%c|%-d %-m %^a %#p %05d %_m %10Y %é";
    expect(dated("2026-01-02T03:04:05.067Z", "UTC", format)).toBe(
      "Fri Friday Jan January 20 02  2 Jan 03 03 002  3  3 067 01 04 067000000 067 AM am nd 1767323045 05 5 00 5 00 1/2/2026 3:04:05 AM 26 2026 +0000 +00:00 +0000 %|1/2/2026, 3:04:05 AM|2 1 FRI am 00002  1 0000002026 %é",
    );
  });

  it.each([
    ["%F", "2026-01-02"],
    ["%T", "15:04:05"],
    ["%D", "01/02/26"],
    ["%R", "15:04"],
    ["%r", "03:04:05 PM"],
    ["%v", " 2-JAN-2026"],
    ["%+", "Fri Jan  2 15:04:05 +0000 2026"],
    ["%G-W%V-%u %g", "2026-W01-5 26"],
    ["%::z", "+00:00:00"],
    ["%12F|%012F|%^r|%-F|%#r", "  2026-01-02|002026-01-02|03:04:05 PM|2026-01-02|03:04:05 pm"],
    ["%%F %FT%T%:z", "%F 2026-01-02T15:04:05+00:00"],
    // Ruby leaves what it does not know, too.
    ["%f %i %J %K", "%f %i %J %K"],
  ])("%j is short for others, as in strftime(3): %j", (format, expected) => {
    expect(dated("2026-01-02T15:04:05Z", "UTC", format)).toBe(expected);
  });

  it.each([
    ["2027-01-01", "2026-W53"],
    ["2024-12-30", "2025-W01"],
    ["2023-01-01", "2022-W52"],
    ["2020-12-31", "2020-W53"],
    ["2026-06-15", "2026-W25"],
  ])("%s is in the week %s of ISO 8601", (value, week) => {
    expect(dated(value, "UTC", "%G-W%V")).toBe(week);
  });

  it("a directive that stands for others is filled up within the mail's work", () => {
    expect(() => dated("2026-01-02", "UTC", "%999999999F")).toThrow();
  });

  it("is written by the other filters too", () => {
    const filters = "date_to_xmlschema date_to_rfc822 date_to_string date_to_long_string".split(" ");
    const all = filters.map((name) => `{{ attributes.at | ${name} }}`).join("|");
    expect(
      shown(`${all}|{{ attributes.at | date_to_string: "ordinal", "US" }}|{{ attributes.at | date }}`, "UTC", {
        at: "2026-05-01T09:00:00+08:00",
      }),
    ).toBe(
      "2026-05-01T09:00:00+08:00|Fri, 01 May 2026 09:00:00 +0800|01 May 2026|01 May 2026|May 1st, 2026|Friday, May 1, 2026 at 9:00 am +0800",
    );
  });

  it("is cheap enough for a hundred in one mail", () => {
    const source = '{% for i in (1..100) %}{{ attributes.at | date: "%B %d, %Y", "Asia/Shanghai" }}{% endfor %}';
    const prepared = prepareTemplates({ subject: "s", html: source, text: "-" });
    const personal = { username: "", address: "", area: "", attributes: { at: "2026-05-01" } };
    const result = prepared.ok ? render(prepared.value, personal) : prepared;
    expect(result.ok && result.value.work).toBeLessThan(30_000);
  });

  it("makes no formatter that it has made before", () => {
    const { DateTimeFormat } = Intl;
    let made = 0;
    Intl.DateTimeFormat = class extends DateTimeFormat {
      constructor(...args: ConstructorParameters<typeof DateTimeFormat>) {
        super(...args);
        made++;
      }
    } as unknown as typeof DateTimeFormat;
    try {
      for (let i = 0; i < 100; i++)
        dated("2026-05-01T00:00:00Z", "Asia/Kathmandu", "%B %A %c %x %X %Z", ', "Pacific/Apia"');
    } finally {
      Intl.DateTimeFormat = DateTimeFormat;
    }
    expect(made).toBeLessThanOrEqual(2);
  });
});
