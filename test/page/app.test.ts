import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { waitBefore } from "../../src/page/app/data/live.ts";
import { Refusal } from "../../src/page/app/data/refusal.ts";
import { language } from "../../src/page/app/language.ts";
import { ROUTES, routeOf } from "../../src/page/app/routes.ts";
import { list, number, percent, plural, span, together, wholeTime } from "../../src/page/app/time/format.ts";
import { currentTime, setClock } from "../../src/page/app/time/server-time.ts";
import { figuresOf } from "../../src/page/parts/figures/figures.tsx";
import { presentStates, stateNamed, totalOf } from "../../src/page/parts/figures/state-bar.tsx";
import { entryOf } from "../../src/page/words/entry.ts";

const count = fc.nat(1_000_000);
const tallies = fc.record({
  pending: count,
  queued: count,
  sending: count,
  deferred: count,
  in_doubt: count,
  sent: count,
  failed: count,
  skipped: count,
  cancelled: count,
  bounced: count,
  complained: count,
});

describe("numbers", () => {
  it("five figures, the bar and its legend add up to the same total", () => {
    fc.assert(
      fc.property(tallies, (some) => {
        const sum = Object.values(some).reduce((all, one) => all + one, 0);
        expect(Object.values(figuresOf(some)).reduce((all, one) => all + one, 0)).toBe(sum);
        expect(presentStates(some).reduce((all, [, one]) => all + one, 0)).toBe(sum);
        expect(totalOf(some)).toBe(sum);
      }),
    );
  });

  it("a share reads 0% only for none, and 100% only for all", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), fc.nat(10_000_000), (whole, some) => {
        const part = Math.min(some, whole);
        const shown = percent(part, whole);
        expect(shown === "0%").toBe(part === 0);
        expect(shown === "100%").toBe(part === whole);
      }),
    );
  });

  it("stand apart from Chinese characters, and characters from nothing else", () => {
    language.value = "zh";
    expect(list(["8BITMIME", "SIZE", "SMTPUTF8"])).toBe("8BITMIME、SIZE 和 SMTPUTF8");
    expect(list(["王伟", "李娜"])).toBe("王伟和李娜");
    expect([together("地区", "为", "北京"), together("plan", "为", "pro")]).toEqual(["地区为北京", "plan 为 pro"]);
    language.value = "en";
    expect(list(["王伟", "Ann"])).toBe("王伟 and Ann");
  });

  it("follow the language of the words", () => {
    language.value = "en";
    expect([number(58_204), plural(1, { one: "mail", other: "mails" })]).toEqual(["58,204", "mail"]);
    expect(span(7_384_000)).toBe("2h 3m");
    language.value = "zh";
    expect(plural(1, { one: "mail", other: "封邮件" })).toBe("封邮件");
    expect([130_000, 120_000, 42_000, 400, 7_384_000].map(span)).toEqual([
      "2 分钟 10 秒",
      "2 分钟",
      "42 秒",
      "0 秒",
      "2 小时 3 分钟",
    ]);
    // The zone comes last, where Intl has it between date and time.
    expect(wholeTime(0)).toMatch(/^19(?:70|69)年\d+月\d+日 \d\d:\d\d:\d\d [A-Z]{3}\S*$/);
    language.value = "en";
  });
});

describe("the router", () => {
  it("finds each view by its path, and the parts of the path", () => {
    for (const route of ROUTES) expect(routeOf(route.path.replace(":id", "x1"))?.route).toBe(route);
    expect(routeOf("/pushes/1m8c9jmyb2kxb585")?.params).toEqual({ id: "1m8c9jmyb2kxb585" });
    expect(routeOf("/recipients/%E0%A4%A")?.params).toEqual({ id: "%E0%A4%A" });
    for (const path of ["/pushes/", "/pushes", "/recipients/1/2", "/nothing"]) expect(routeOf(path)).toBe(null);
  });
});

describe("a name out of an address bar", () => {
  const names = ["constructor", "__proto__", "toString", "hasOwnProperty"];

  it("finds nothing that every object has", () => {
    for (const name of names) {
      expect(entryOf({ sent: "sent" }, name)).toBeUndefined();
      expect(stateNamed(name)).toBeNull();
    }
    expect([entryOf({ sent: "sent" }, "sent"), stateNamed("in_doubt")]).toEqual(["sent", "in_doubt"]);
  });
});

describe("a refusal", () => {
  const of = (status: number, problem: unknown): Refusal => new Refusal(status, problem);

  it("is told by the words of whoever answered, and never by what is no text", () => {
    expect(of(502, "<html><title> Bad Gateway </title><p>x").detail).toBe("HTTP 502: Bad Gateway");
    expect(of(503, "no upstream\n").detail).toBe("HTTP 503: no upstream");
    expect(of(500, { detail: { a: 1 }, title: ["x"], errors: "y", code: 7 })).toMatchObject({
      ...{ detail: "HTTP 500", errors: [], code: "not-ours" },
    });
    expect(of(400, "<".repeat(1_000_000)).detail).toBe("HTTP 400");
  });

  it("passes by itself where nobody answered or somebody was busy, and never where nothing is there", () => {
    const ours = (status: number) => of(status, { code: "some-code", detail: "some words" });
    const passing = [of(0, "gone"), of(404, "<p>a proxy's"), ...[429, 502, 503, 504].map(ours)];
    expect(passing.map(({ mayPass, isFinal }) => [mayPass, isFinal])).toEqual(passing.map(() => [true, false]));
    const final = [400, 403, 404, 422].map(ours);
    expect(final.map(({ mayPass, isFinal }) => [mayPass, isFinal])).toEqual(final.map(() => [false, true]));
    expect([ours(409).isFinal, ours(500).isFinal]).toEqual([false, false]);
  });
});

describe("the time", () => {
  it("is the server's where a device's clock is off, and the device's own where it may be right", () => {
    const device = Date.now();
    const off = () => Math.round((currentTime() - Date.now()) / 60_000);
    setClock(new Date(device + 3_600_000).toUTCString(), device, device + 40);
    expect(off()).toBe(60);
    setClock(null, device, device);
    setClock("no date", device, device);
    expect(off()).toBe(60);
    // An answer that took 50 s tells a clock no better than that.
    setClock(new Date(device).toUTCString(), device - 25_000, device + 25_000);
    expect(currentTime() - Date.now()).toBe(0);
  });
});

describe("a lost line", () => {
  it("is taken up again after a wait that grows to 15 s, and never at one time by all", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (tries, random) => {
          const wait = waitBefore(tries, random);
          expect(wait).toBeGreaterThanOrEqual(250);
          expect(wait).toBeLessThanOrEqual(15_000);
        },
      ),
    );
    expect(waitBefore(4, 0)).not.toBe(waitBefore(4, 0.9));
  });
});
