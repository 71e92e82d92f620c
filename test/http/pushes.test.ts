import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { findMirrored } from "../../src/push/index/summaries.ts";
import { isPushId, newPushId } from "../../src/push/steering/id.ts";
import { api, type Json, json } from "./api.ts";

const PUSH = { action: "mailpush", filter: { area: "nowhere" }, subject: "Hello {{ username }}", html: "<p>Hello</p>" };
// So far ahead that nothing is sent while these tests look at it.
const SCHEDULED = { ...PUSH, filter: { area: "x" }, sendAt: "2026-12-31T00:00:00+08:00" };

const later = () => new Date(Date.now() + 86_400_000).toISOString();
const create = (change: object = {}) => api("POST", "/api/pushes", { ...SCHEDULED, sendAt: later(), ...change });
const problemsOf = async (change: object): Promise<string[]> => {
  const response = await create(change);
  expect(response.status).toBe(400);
  return (await json(response)).errors.map(({ path, message }: Json) => `${path} ${message}`);
};

beforeAll(async () => {
  const people = Array.from({ length: 20 }, (_, n) => ({ address: `u${n}@example.com`, area: n < 15 ? "x" : "y" }));
  await api("POST", "/api/recipients", people);
});

describe("POST /api/pushes", () => {
  it("answers 202 with the id, where it is, and how many it will reach", async () => {
    const response = await create();
    expect(response.status).toBe(202);
    const { id, ...rest } = await json(response);
    expect(rest).toEqual({
      status: "scheduled",
      expected: 15,
      expectedIsEstimate: false,
      warnings: [],
      lookedAt: 0,
    });
    expect(response.headers.get("location")).toBe(`/api/pushes/${id}`);
    const push = await json(api("GET", `/api/pushes/${id}`));
    expect(push).toMatchObject({
      id,
      action: "mailpush",
      status: "scheduled",
      expected: 15,
      total: 0,
      snapshotDone: false,
      success: 0,
      failure: 0,
      filter: { area: "x" },
      startedAt: null,
      finishedAt: null,
      tallies: { pending: 0, queued: 0, sending: 0, deferred: 0, in_doubt: 0, sent: 0, failed: 0, skipped: 0 },
    });
    expect(push.createdAt).toMatch(/^\d{4}-.*Z$/);
    expect(push.sendAt).toMatch(/^\d{4}-.*Z$/);
  });

  it("lists the known actions to whom asks for an unknown one", async () => {
    for (const action of ["messagepush", "__proto__", "constructor", undefined, 5]) {
      expect(await problemsOf({ action })).toEqual([
        expect.stringMatching(/^\$\.action .*the known actions are: mailpush$/),
      ]);
    }
  });

  it.each([
    ["", "$: is missing: expected a JSON object"],
    ["null", "$: expected a JSON object"],
    ["[]", "$: expected a JSON object"],
    ['"mailpush"', '$: is "mailpush": expected a JSON object'],
    ["5", "$: is 5: expected a JSON object"],
  ])("wants an object: %s", async (body, detail) => {
    expect(await json(api("POST", "/api/pushes", body))).toMatchObject({ status: 400, detail });
  });

  it("reports all that is wrong, each with its path", async () => {
    const problems = await problemsOf({
      filter: { color: 1 },
      subject: 5,
      html: "{{ x",
      rate: 0,
      inDoubt: "maybe",
      extra: 1,
    });
    expect(problems).toEqual([
      expect.stringMatching(/^\$\.filter\.color unknown field/),
      expect.stringMatching(/^\$\.subject .*string/),
      expect.stringMatching(/^\$\.html line 1, column \d+: /),
      expect.stringMatching(/^\$\.rate /),
      expect.stringMatching(/^\$\.inDoubt /),
      expect.stringMatching(/^\$\.extra is not known here: /),
    ]);
  });

  it("refuses a line break or NUL in whatever stands in a header", async () => {
    for (const evil of ["\r\nBcc: x@example.com", "\n", "\r", "\u0000", "\u0085", "\u2028"]) {
      for (const field of ["subject", "from", "replyTo"]) {
        const value = field === "subject" ? `Hi${evil}` : `News${evil} <news@example.com>`;
        expect(await problemsOf({ [field]: value })).toEqual([expect.stringContaining(`$.${field} `)]);
      }
    }
  });

  it.each([
    [{ subject: "" }, /^\$\.subject is empty/],
    [{ subject: "x".repeat(999) }, /^\$\.subject is longer than 998/],
    [{ html: "x".repeat(1_000_000) }, /^\$\.html line 1, column 1: /],
    [{ html: "a\n  {% nope %}" }, /^\$\.html line 2, column 3: /],
    [{ html: "a\u0000b" }, /^\$\.html holds a NUL/],
    [{ text: "{% if %}" }, /^\$\.text line 1/],
    [{ from: "nobody" }, /^\$\.from the address has no @/],
    [{ subject: " " }, /^\$\.subject is empty/],
    [{ subject: "\u200b\u3000" }, /^\$\.subject is empty/],
    [{ html: "" }, /^\$\.html is empty/],
    [{ html: " " }, /^\$\.html is empty/],
    [{ html: "<p>&nbsp;</p><style>p{}</style>" }, /^\$\.html is empty/],
    [{ from: "<a@x.example> <b@x.example>" }, /^\$\.from has < or >/],
    [{ from: "a@b.example, c@d.example" }, /^\$\.from holds 2 addresses: expected at most 1/],
    [{ replyTo: "a@b.example c@d.example" }, /^\$\.replyTo /],
    [{ replyTo: "a@b.example, 安@b.example" }, /^\$\.replyTo .*beyond ASCII/],
    [{ replyTo: "安 <安@b.example>" }, /^\$\.replyTo .*beyond ASCII/],
    [{ replyTo: "安@b.example" }, /^\$\.replyTo .*beyond ASCII/],
    [{ sendAt: "tomorrow" }, /^\$\.sendAt .*ISO 8601/],
    [{ sendAt: "2026-12-31T00:00:00" }, /^\$\.sendAt .*zone/],
    [{ sendAt: "2020-01-01T00:00:00Z" }, /^\$\.sendAt is in the past/],
    [{ sendAt: "2999-01-01T00:00:00Z" }, /^\$\.sendAt .*a year/],
    [{ expiresIn: 0 }, /^\$\.expiresIn /],
    [{ expiresIn: 1e9 }, /^\$\.expiresIn /],
    [{ rate: 0.5 }, /^\$\.rate /],
    [{ filter: null }, /^\$\.filter expected an object/],
    [{ canary: { count: 0, waitSeconds: 1, maxFailureShare: 0 } }, /^\$\.canary\.count /],
    [{ canary: { count: 10, waitSeconds: -1, maxFailureShare: 0 } }, /^\$\.canary\.waitSeconds /],
    [{ canary: { count: 10, waitSeconds: 1, maxFailureShare: 5 } }, /^\$\.canary\.maxFailureShare /],
    [{ canary: { count: 10, waitSeconds: 1 } }, /^\$\.canary\.maxFailureShare is missing/],
    [
      { expiresIn: 60, canary: { count: 10, waitSeconds: 60, maxFailureShare: 0 } },
      /^\$\.canary\.waitSeconds is not less/,
    ],
  ])("refuses %#", async (change, problem) => {
    expect(await problemsOf(change)).toEqual([expect.stringMatching(problem)]);
  });

  it("says what was given and what was expected, in the same words for each field", async () => {
    const given = {
      html: undefined,
      text: 5,
      rate: 0.5,
      expiresIn: 1.5,
      inDoubt: "maybe",
      sendAt: "tomorrow",
      to: "x",
    };
    const known =
      "action, segment, filter, template, subject, html, text, from, replyTo, headers, attachments, sendAt, expiresIn, rate, inDoubt, list, relays, canary, priority, hold, onceKey or strict";
    expect((await problemsOf({ ...given, filter: undefined, cc: "y" })).sort()).toEqual([
      `$.cc is not known here: expected ${known}`,
      "$.expiresIn is 1.5: expected a whole number from 1 to 2592000",
      '$.filter is missing: expected an object of fields, such as {"area": "beijing"}',
      "$.html is missing: expected a string",
      '$.inDoubt is "maybe": expected resend or hold',
      "$.rate is 0.5: expected a number from 1 to 100000",
      '$.sendAt is "tomorrow": expected a time in ISO 8601 with its zone: 2026-05-01T08:00:00Z',
      "$.text is 5: expected a string",
      `$.to is not known here: expected ${known}`,
    ]);
    expect(await problemsOf({ rate: "5" })).toEqual(['$.rate is "5": expected a number from 1 to 100000']);
  });

  it("names the first hundred of what is wrong, and counts all", async () => {
    const response = await create(Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`extra${n}`, n])));
    const { detail, errors } = await json(response);
    expect(detail).toMatch(/^\$\.extra0: .* \(and 149 more\)$/);
    expect(errors).toHaveLength(100);
  });

  it("refuses a body of 10 MB with the limit", async () => {
    const response = await create({ html: "x".repeat(10_000_000) });
    expect(response.status).toBe(413);
    expect((await json(response)).detail).toContain("8000000 bytes");
  });

  it("leaves nothing behind when it refuses", async () => {
    const count = () => env.DB.prepare("SELECT count(*) AS n FROM pushes").first("n");
    const before = await count();
    await create({ filter: { color: 1 } });
    await create({ action: "nope" });
    await api("POST", "/api/pushes", "{");
    expect(await count()).toBe(before);
  });

  it("for nobody finishes at once", async () => {
    const { id, expected } = await json(api("POST", "/api/pushes", PUSH));
    expect(expected).toBe(0);
    await expect
      .poll(async () => (await json(api("GET", `/api/pushes/${id}`))).status, { timeout: 10_000 })
      .toBe("finished");
  });
});

describe("GET /api/pushes", () => {
  it("lists the newest first, in pages", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) ids.unshift((await json(create())).id);
    const seen: string[] = [];
    for (let after: string | null = ""; after !== null && seen.length < 5; ) {
      const page: Json = await json(api("GET", `/api/pushes?limit=2${after && `&after=${after}`}`));
      seen.push(...page.data.map(({ id }: Json) => id));
      after = page.next;
    }
    expect(seen.slice(0, 5).sort().reverse()).toEqual(seen.slice(0, 5));
    expect([...seen].sort()).toEqual(expect.arrayContaining([...ids].sort().slice(1)));
    expect((await api("GET", "/api/pushes?after='--")).status).toBe(400);
  });

  it("leaves the filter and the content out, which may be large; the push itself keeps its filter", async () => {
    const filter = { area: Array.from({ length: 5_000 }, (_, n) => `area${n}`) };
    const html = `<p>${"x".repeat(50_000)}</p>`;
    const { id } = await json(create({ filter, html, text: "y".repeat(50_000) }));
    const row = () => env.DB.prepare("SELECT version, summary FROM pushes WHERE id = ?1").bind(id).first<Json>();
    // The second write is the alarm's.
    while ((await row()).version === 0) await scheduler.wait(50);
    const list = await (await api("GET", "/api/pushes?limit=1")).text();
    expect(JSON.parse(list).data[0]).toMatchObject({ id, subject: SCHEDULED.subject, status: "scheduled" });
    expect(list.length).toBeLessThan(2_000);
    expect((await row()).summary.length).toBeLessThan(2_000);
    expect((await json(api("GET", `/api/pushes/${id}`))).filter).toEqual(filter);
    // Past retention only the row in D1 is left.
    expect((await findMirrored(env.DB, id))?.filter).toEqual(filter);
  });

  it("creates no object for an id that nobody has", async () => {
    for (const path of ["", "/deliveries", "/pause", "/retry"]) {
      const method = path === "" || path === "/deliveries" ? "GET" : "POST";
      expect((await api(method, `/api/pushes/${newPushId(Date.now())}${path}`)).status).toBe(404);
      expect((await api(method, `/api/pushes/health${path}`)).status).toBe(404);
      expect((await api(method, `/api/pushes/..%2f..%0d%0a${path}`)).status).toBe(404);
    }
  });
});

describe("steering", () => {
  it("pauses, resumes and cancels, each as often as asked, and says why it can't", async () => {
    const { id } = await json(create());
    const steer = (what: string) => api("POST", `/api/pushes/${id}/${what}`);
    for (const [what, status] of [
      ["pause", "paused"],
      ["pause", "paused"],
      ["resume", "scheduled"],
      ["cancel", "cancelled"],
      ["cancel", "cancelled"],
    ] as const) {
      expect(await json(steer(what))).toMatchObject({ id, status });
    }
    const response = await steer("resume");
    expect(response.status).toBe(409);
    expect((await json(response)).detail).toContain("cancelled");
    expect((await steer("retry")).status).toBe(409);
  });

  it("checks what retry and resolve are given", async () => {
    const { id } = await json(create());
    const post = async (path: string, body?: unknown) => (await api("POST", `/api/pushes/${id}/${path}`, body)).status;
    for (const body of [
      { state: ["sent"] },
      { state: [] },
      { ids: [] },
      { ids: [1.5] },
      { ids: ["1"] },
      { idz: [1] },
      [],
    ]) {
      expect(await post("retry", body)).toBe(400);
    }
    for (const body of [undefined, {}, { ids: [1] }, { ids: [1], as: "bounced" }, { ids: [], as: "sent" }]) {
      expect(await post("resolve", body)).toBe(400);
    }
  });

  it("says what is wrong with what retry and resolve are given", async () => {
    const { id } = await json(create());
    const problemOf = async (path: string, body: unknown) =>
      (await json(api("POST", `/api/pushes/${id}/${path}`, body))).detail;
    expect(await problemOf("retry", { state: "failed" })).toBe('$.state: is "failed": expected a list');
    expect(await problemOf("retry", { state: ["sent"] })).toBe(
      '$.state[0]: is "sent": expected failed, in_doubt, skipped or deferred',
    );
    expect(await problemOf("retry", { class: "x".repeat(65) })).toBe("$.class: is longer than 64 characters");
    expect(await problemOf("retry", { ids: [] })).toBe("$.ids: is empty: expected at least one value");
    expect(await problemOf("retry", { ids: [0] })).toBe("$.ids[0]: is 0: expected a whole number of at least 1");
    const many = Array.from({ length: 10_001 }, () => 1);
    expect(await problemOf("retry", { ids: many })).toBe("$.ids: is longer than 10000 values");
    expect(await problemOf("resolve", { ids: [1] })).toBe("$.as: is missing: expected sent or failed");
  });

  it("checks how deliveries are asked for", async () => {
    const { id } = await json(create());
    const path = `/api/pushes/${id}/deliveries`;
    expect(await json(api("GET", path))).toEqual({ data: [], hasMore: false, next: null });
    expect((await api("GET", `${path}?state=in_doubt&limit=5`)).status).toBe(200);
    for (const query of ["state=lost", "limit=0", "after=x", "status=sent"]) {
      expect((await api("GET", `${path}?${query}`)).status).toBe(400);
    }
    expect((await json(api("GET", `${path}?state=lost`))).detail).toMatch(
      /^\?state: is "lost": expected pending, queued, .* or complained$/,
    );
  });
});

describe("a push's id", () => {
  it("sorts by time and is like no other", () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 45 - 2_000 }), fc.integer({ min: 1, max: 1_000 }), (now, more) => {
        expect(isPushId(newPushId(now))).toBe(true);
        expect(newPushId(now) < newPushId(now + more)).toBe(true);
        expect(newPushId(now)).not.toBe(newPushId(now));
      }),
    );
  });
});
