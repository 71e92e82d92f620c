import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkTemplate } from "../../src/message/template/template-source.ts";
import type { Schemas } from "../../src/page/app/data/api.ts";
import { instantOf, wallTime } from "../../src/page/app/time/zone.ts";
import { speedOf } from "../../src/page/views/new-push/audience/speed.ts";
import {
  bodyOf,
  contentOf,
  draftOf,
  emptyDraft,
  headersOf,
  optionsOf,
} from "../../src/page/views/new-push/draft/draft.ts";
import { faultInPart, faultsOf } from "../../src/page/views/new-push/field-errors.ts";
import { placeOf, splitPreheader, withPreheader } from "../../src/page/views/new-push/message/preheader.ts";
import { variableOf } from "../../src/page/views/new-push/message/variable.ts";
import { mailpush, mailpushChange } from "../../src/push/steering/mailpush.ts";

const NOW = Date.parse("2026-05-01T08:00:00Z");
const DRAFT = {
  ...emptyDraft("Asia/Shanghai"),
  conditions: [{ field: "area", operator: "eq", value: "beijing" } as const],
  subject: "Hello {{ username }}",
  html: "<html><body class=a>\n<p>{{ username }}</p></body></html>",
};

describe("a preheader", () => {
  const plain = fc.string().filter((text) => !/[{}]/.test(text) && text.trim() !== "");

  it("comes out of the html as it went in, and leaves the html as it was", () => {
    fc.assert(
      fc.property(plain, fc.constantFrom("<p>x</p>", DRAFT.html, "", "<BODY>"), (preheader, html) => {
        expect(splitPreheader(withPreheader(html, preheader).html)).toEqual({ html, preheader });
      }),
    );
    const liquid = 'Fish & Chips <now> {{ username | default: "a & b" }}';
    expect(splitPreheader(withPreheader("<p>", liquid).html).preheader).toBe(liquid);
  });

  it("is text in the html, and templates in it stay templates", () => {
    const { html } = withPreheader("<p>", '<b>{{ username | default: "x" }} & co');
    expect(html).toContain('&lt;b&gt;{{ username | default: "x" }} &amp; co</div>');
    expect(checkTemplate(html)).toMatchObject({ ok: true });
  });

  it("is found in one way through the text, whatever stands in it", () => {
    const endless = "{{ {% <body ".repeat(50_000);
    expect(splitPreheader(withPreheader(endless, endless).html)).toEqual({ html: endless, preheader: endless });
  });

  it("moves no place of a fault: each is where the person wrote it", () => {
    const broken = "{{ username | upcse }}";
    const at = (preheader: string, html: string) => {
      const composed = withPreheader(html, preheader);
      const checked = checkTemplate(composed.html);
      if (checked.ok) throw new Error("no fault");
      return placeOf(composed, checked.error.line, checked.error.column);
    };
    expect(at("news", `<body>${broken}`)).toEqual({ field: "html", line: 1, column: 7 });
    expect(at("news", `<p>\n<body>\n  ${broken}`)).toEqual({ field: "html", line: 3, column: 3 });
    expect(at("", `<p>${broken}`)).toEqual({ field: "html", line: 1, column: 4 });
    expect(at(`new ${broken}`, "<p>\n<body>")).toEqual({ field: "preheader", line: 1, column: 5 });
  });
});

describe("a draft", () => {
  it("is a body that the API takes, whatever is chosen", () => {
    expect(mailpush.safeParse(bodyOf(DRAFT))).toMatchObject({ success: true });
    const all = {
      ...DRAFT,
      preheader: "news",
      text: "hi",
      from: "Ann <ann@example.com>",
      replyTo: "bo@example.com",
      headers: "X-Campaign: May\n\nOrganization:  Seed ",
      files: [{ filename: "a.txt", contentType: "text/plain", contentBase64: "aGk=", contentId: null }],
      sendAt: "2026-05-02T08:00:00.000Z",
      rate: "50",
      relays: ["ses"],
      canary: { count: 10, waitSeconds: 60, maxFailureShare: 0.05 },
      onceKey: "may",
      isList: false,
      isStrict: true,
    };
    expect(mailpush.safeParse(bodyOf(all))).toMatchObject({ success: true });
    expect(mailpushChange.safeParse({ ...contentOf(all), ...optionsOf(all) })).toMatchObject({ success: true });
  });

  it.each(["1.2.3", ".", "9".repeat(400)])("with a rate of %s is refused: it is not a push without a limit", (rate) => {
    expect(mailpush.safeParse(bodyOf({ ...DRAFT, rate })).error?.issues[0]?.path).toEqual(["rate"]);
  });

  it("of an audience that is not chosen to its end is none", () => {
    const open = [...DRAFT.conditions, { field: "attributes.plan", operator: "eq", value: undefined } as const];
    expect(bodyOf({ ...DRAFT, conditions: open })).toBeNull();
    expect(bodyOf({ ...DRAFT, conditions: open, segment: "vip" })).toMatchObject({ segment: "vip" });
  });

  it("of a push that was made makes the same push again", () => {
    const body = bodyOf({ ...DRAFT, preheader: "news", rate: "50", headers: "X-A: b" }) as Record<string, unknown>;
    const push = {
      ...{ id: "p", segment: null, filter: body.filter, sendAt: null, expiresIn: 86_400, rate: 50, priority: "normal" },
      ...{ relays: [{ id: "a" }, { id: "b" }], onceKey: null, inDoubt: "resend", canary: null },
    } as unknown as Schemas["Push"];
    const content = {
      ...{ subject: body.subject, html: body.html, text: null, from: "Seed <a@example.com>", replyTo: null },
      ...{ list: true, headers: body.headers, attachments: [] },
    } as unknown as Schemas["PushContent"];
    const where = { zone: "UTC", relays: ["a", "b"], now: NOW };
    expect(bodyOf(draftOf(push, content, [], where))).toEqual({ ...body, from: "Seed <a@example.com>" });
    expect(draftOf(push, content, [], { ...where, relays: ["a", "b", "c"] }).relays).toEqual(["a", "b"]);
    const past = { ...push, sendAt: "2026-04-30T00:00:00Z" };
    expect(draftOf(past, content, [], where).sendAt).toBeNull();
  });

  it("reads a header a line, and leaves what is wrong with one to the API", () => {
    expect(headersOf("X-A: b: c\n\n  X-B :d\nX-C")).toEqual({ "X-A": "b: c", "X-B": "d", "X-C": "" });
  });
});

describe("faults that the API finds", () => {
  it("stand at the field of the form, with their place in what was written there", () => {
    const body = bodyOf({ ...DRAFT, subject: "{{ usrname }}", html: "<p>\n{{ a", rate: "0" });
    const parsed = mailpush.safeParse(body);
    const errors = (parsed.error?.issues ?? []).map(({ path, message }) => ({ path: `$.${path.join(".")}`, message }));
    const found = faultsOf({ errors } as never, withPreheader("<p>\n{{ a", ""));
    expect(found.map(({ field, place }) => [field, place?.line, place?.column])).toEqual([
      ["subject", 1, 4],
      ["html", 2, 1],
      ["rate", undefined, undefined],
    ]);
  });

  it("stand at the number of a canary that they are about", () => {
    const body = bodyOf({ ...DRAFT, canary: { count: 0, waitSeconds: 60, maxFailureShare: 2 } });
    const parsed = mailpush.safeParse(body);
    const errors = (parsed.error?.issues ?? []).map(({ path, message }) => ({ path: `$.${path.join(".")}`, message }));
    const found = faultsOf({ errors } as never, withPreheader("", ""));
    expect(faultInPart(found, "canary", "count")).not.toBeNull();
    expect(faultInPart(found, "canary", "maxFailureShare")).not.toBeNull();
    expect([faultInPart(found, "canary", "waitSeconds"), faultInPart(found, "canary", "")]).toEqual([null, null]);
  });
});

describe("variables to insert", () => {
  it.each([
    "username",
    "attributes.plan",
    "attributes.first name",
    "attributes.年龄",
    'attributes.a"b',
    "attributes.a-b",
  ])("are ones that a template knows: %s", (field) => {
    const checked = checkTemplate(variableOf(field));
    expect(checked).toMatchObject({ ok: true });
    const name = field.startsWith("attributes.") ? ["attributes", field.slice("attributes.".length)] : [field];
    expect(checked.ok && checked.value[0]?.path).toEqual(name);
  });
});

describe("how fast a push may go", () => {
  const relay = { id: "a", perSecond: 10, learnedLimit: null, weight: 1 };
  const past = {
    success: 900,
    failure: 100,
    startedAt: "2026-05-01T08:00:00Z",
    finishedAt: "2026-05-01T08:00:50Z",
    rate: null,
    canary: null,
    steering: [{ action: "create", by: "mei", at: "2026-05-01T08:00:00Z" }],
  };

  it("is what its relays take, else what the last push of some size had, and no more than it asks for", () => {
    expect(speedOf(null, [relay, { ...relay, perSecond: null, learnedLimit: 5 }], [past])).toEqual({
      perSecond: 15,
      source: "relay",
    });
    expect(speedOf(null, [{ ...relay, perSecond: null }], [{ ...past, success: 1, failure: 0 }, past])).toEqual({
      perSecond: 20,
      source: "last",
    });
    const heldBack = [{ rate: 5 }, { canary: {} as never }, { steering: [{ action: "pause", by: "mei", at: "" }] }];
    for (const how of heldBack) expect(speedOf(null, [], [{ ...past, ...how }])).toBeNull();
    expect(speedOf(3, [relay], [])).toEqual({ perSecond: 3, source: "asked" });
    expect(speedOf(30, [relay], [])).toEqual({ perSecond: 10, source: "relay" });
    expect(speedOf(null, [{ ...relay, weight: 0 }], [])).toBeNull();
  });
});

describe("a time on the clock of a zone", () => {
  const zones = fc.constantFrom("UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe");

  it("is read as it is shown", () => {
    const minutes = fc.integer({ min: 29_000_000, max: 31_000_000 });
    fc.assert(
      fc.property(minutes, zones, (at, zone) => {
        const wall = wallTime(at * 60_000, zone);
        const instant = instantOf(wall, zone) as number;
        // Of an hour that the clock shows twice, the first.
        expect([at * 60_000, at * 60_000 - 3_600_000, at * 60_000 - 1_800_000]).toContain(instant);
        expect(wallTime(instant, zone)).toBe(wall);
      }),
    );
  });

  it("that the clock leaves out is as much later as it jumps, and one that it shows twice the first", () => {
    const at = (wall: string) => new Date(instantOf(wall, "Europe/Berlin") as number).toISOString();
    expect(at("2026-03-29T02:30")).toBe("2026-03-29T01:30:00.000Z");
    expect(at("2026-10-25T02:30")).toBe("2026-10-25T00:30:00.000Z");
    expect(instantOf("", "UTC")).toBeNull();
    expect(instantOf("2026-13-01T00:00", "UTC")).toBeNull();
  });
});
