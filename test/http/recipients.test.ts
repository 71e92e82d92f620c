import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { api, type Json, json } from "./api.ts";

const stored = async () => (await json(api("GET", "/api/recipients"))).data as Json[];

beforeEach(async () => {
  await env.DB.prepare("DELETE FROM recipients").run();
});

describe("POST /api/recipients", () => {
  it("takes one or a list, and answers for each by itself", async () => {
    const one = { address: "li@example.com", username: "李雷", area: "beijing", attributes: { plan: "pro" } };
    expect(await json(api("POST", "/api/recipients", one))).toEqual({ created: 1, updated: 0, rejected: [] });
    const list = [{ address: "LI@example.com" }, { address: "nobody" }, null, { address: "han@example.com" }];
    expect(await json(api("POST", "/api/recipients", list))).toEqual({
      created: 1,
      updated: 1,
      rejected: [
        { index: 1, reason: "address: the address has no @" },
        { index: 2, reason: "expected an object {address, username, area, attributes}" },
      ],
    });
  });

  it("refuses CR, LF and NUL in every field that could reach a header", async () => {
    for (const evil of ["\r\nBcc: x@example.com", "\n", "\r", "\u0000"]) {
      const list = ["address", "username", "area"].map((field) => ({
        address: "a@example.com",
        [field]: `a${evil}@example.com`,
      }));
      expect((await json(api("POST", "/api/recipients", list))).rejected).toHaveLength(3);
    }
    expect(await stored()).toEqual([]);
  });

  it("stores SQL, HTML and prototype keys as data", async () => {
    const text = "'); DROP TABLE recipients; -- <script>";
    const body = `{"address": "a@example.com", "username": ${JSON.stringify(text)}, "attributes": {"__proto__": {"x": 1}, "constructor": "y"}}`;
    expect((await api("POST", "/api/recipients", body)).status).toBe(200);
    const [person] = await stored();
    expect(person.username).toBe(text);
    expect(Object.keys(person.attributes)).toEqual(["__proto__", "constructor"]);
    expect(({} as Json).x).toBeUndefined();
  });

  it.each([
    ["{", 400, /not valid JSON/],
    ["", 400, /expected a recipient/],
    ["5", 400, /expected a recipient/],
    [new Uint8Array([0x22, 0xff, 0x22]), 400, /not valid UTF-8/],
    ["[".repeat(1_000_000), 400, /not valid JSON/],
    ["[".repeat(500_000) + "]".repeat(500_000), 200, /nothing/],
    [JSON.stringify(Array.from({ length: 1_001 }, () => ({}))), 400, /1001 recipients, and at most 1000/],
  ])("answers a hostile body clearly: %#", async (body, status, detail) => {
    const response = await api("POST", "/api/recipients", body);
    expect(response.status).toBe(status);
    if (status !== 200) expect((await json(response)).detail).toMatch(detail);
    expect(await stored()).toEqual([]);
  });

  it("stops keeping a body that is too large, whatever length it claims, and in the end stops reading", async () => {
    let given = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        given += 1_000_000;
        controller.enqueue(new Uint8Array(1_000_000).fill(0x20));
      },
    });
    const response = await api("POST", "/api/recipients", endless);
    expect(response.status).toBe(413);
    expect((await json(response)).detail).toContain("20000000 bytes");
    expect(given).toBeLessThan(130_000_000);
  });
});

describe("/api/recipients", () => {
  const people = (count: number, area: string) =>
    Array.from({ length: count }, (_, n) => ({ address: `${area}${n}@example.com`, area, attributes: { n } }));

  it("lists by area in pages by key", async () => {
    await api("POST", "/api/recipients", [...people(5, "x"), ...people(3, "y")]);
    const seen: string[] = [];
    for (let after: string | null = ""; after !== null; ) {
      const page: Json = await json(api("GET", `/api/recipients?area=x&limit=2${after && `&after=${after}`}`));
      expect(page.data.length).toBeLessThanOrEqual(2);
      expect(page.hasMore).toBe(page.next !== null);
      seen.push(...page.data.map((one: Json) => one.address));
      after = page.next;
    }
    expect(seen).toEqual(people(5, "x").map(({ address }) => address));
    expect(await stored()).toHaveLength(8);
  });

  it.each([
    ["limit=0", "is 0: expected a whole number from 1 to 1000"],
    ["limit=1001", "is 1001: expected a whole number from 1 to 1000"],
    ["limit=x", 'is "x": expected a whole number from 1 to 1000'],
    ["limit=", 'is "": expected a whole number from 1 to 1000'],
    ["after=-2", "is not the `next` of an earlier page of this list"],
    ["after=5", "is not the `next` of an earlier page of this list"],
    ["after=", "is not the `next` of an earlier page of this list"],
    // Cursors of other lists, and ones that are none of ours: ["deliveries",5], ["recipients","x"], ["recipients",1e999].
    ["after=WyJkZWxpdmVyaWVzIiw1XQ", "is not the `next` of an earlier page of this list"],
    ["after=WyJyZWNpcGllbnRzIiwieCJd", "is not the `next` of an earlier page of this list"],
    ["after=WyJyZWNpcGllbnRzIiwxZTk5OV0", "is not the `next` of an earlier page of this list"],
    ["aria=x", "is not known here: expected area, search, after or limit"],
    ["limit=9999999999999999999", 'is "9999999999999999999": expected a whole number from 1 to 1000'],
  ])("refuses ?%s with its name, and says what is expected", async (query, message) => {
    const response = await api("GET", `/api/recipients?${query}`);
    expect(response.status).toBe(400);
    expect((await json(response)).errors).toEqual([{ path: `?${query.split("=")[0]}`, message }]);
  });

  it("counts whom a filter selects, and says what is wrong with one, where", async () => {
    await api("POST", "/api/recipients", [...people(5, "x"), ...people(3, "y")]);
    const counted = (filter: unknown) => json(api("POST", "/api/recipients/count", { filter }));
    expect(await counted({})).toEqual({ count: 8, isEstimate: false });
    expect(await counted({ area: "x", "attributes.n": { gte: 2 } })).toEqual({ count: 3, isEstimate: false });
    expect(await counted({ area: "x' OR '1'='1" })).toEqual({ count: 0, isEstimate: false });
    expect(await counted({ "attributes.n') OR 1=1 --": 1 })).toEqual({ count: 0, isEstimate: false });
    expect(await counted({ "attributes.n": { near: 1 }, color: 1 })).toMatchObject({
      status: 400,
      errors: [
        { path: '$.filter["attributes.n"].near', message: expect.stringContaining('unknown operator "near"') },
        { path: "$.filter.color", message: expect.stringContaining('unknown field "color"') },
      ],
    });
    expect(await json(api("POST", "/api/recipients/count", {}))).toMatchObject({ errors: [{ path: "$.filter" }] });
    expect(await json(api("POST", "/api/recipients/count", { filter: {}, fliter: {} }))).toMatchObject({ status: 400 });
  });

  it("lists whom a filter selects, page by page", async () => {
    await api("POST", "/api/recipients", [...people(5, "x"), ...people(3, "y")]);
    const selected = (filter: unknown, query = "") => json(api("POST", `/api/recipients/select${query}`, { filter }));
    const addresses = async (filter: unknown): Promise<string[]> => {
      const found: string[] = [];
      for (let next: string | null = ""; next !== null; ) {
        const page: Json = await selected(filter, `?limit=2${next === "" ? "" : `&after=${next}`}`);
        found.push(...page.data.map(({ address }: Json) => address));
        next = page.next;
      }
      return found;
    };
    expect(await addresses({})).toEqual((await stored()).map(({ address }) => address));
    expect(await addresses({ area: "y" })).toEqual(["y0@example.com", "y1@example.com", "y2@example.com"]);
    expect(await addresses({ "attributes.n": { gte: 3 } })).toEqual(["x3@example.com", "x4@example.com"]);
    expect(await selected({ area: "x' OR '1'='1" })).toEqual({ data: [], hasMore: false, next: null });
    expect((await selected({ address: "x0@example.com" })).data).toEqual([(await stored())[0]]);
    expect(await selected({ colour: 1 })).toMatchObject({ status: 400, errors: [{ path: "$.filter.colour" }] });
    expect(await selected({}, "?after=x")).toMatchObject({ status: 400, errors: [{ path: "?after" }] });
  });

  it("reads, changes and deletes one", async () => {
    await api("POST", "/api/recipients", people(2, "x"));
    const [one] = await stored();
    const path = `/api/recipients/${one.id}`;
    expect(one.createdAt).toMatch(/^\d{4}-.*Z$/);
    expect(await json(api("GET", path))).toEqual(one);
    const changed = await json(api("PATCH", path, { username: "New", address: "NEW@example.com" }));
    expect(changed).toEqual({ ...one, username: "New", address: "NEW@example.com", updatedAt: expect.any(String) });
    expect(await json(api("PATCH", path, { address: "X1@example.com" }))).toMatchObject({ status: 409 });
    expect(await json(api("PATCH", path, { username: "a\r\nb" }))).toMatchObject({ status: 400 });
    expect(await json(api("PATCH", path, { id: 5 }))).toMatchObject({ status: 400 });
    expect((await api("DELETE", path)).status).toBe(204);
    for (const method of ["GET", "DELETE"]) expect((await api(method, path)).status).toBe(404);
    expect((await api("PATCH", path, {})).status).toBe(404);
    expect((await api("GET", "/api/recipients/999999999999999")).status).toBe(404);
    expect((await api("GET", "/api/recipients/abc")).status).toBe(404);
  });
});

describe("a number beyond 2^53", () => {
  const attributes =
    '{"id": 1234567890123456789, "more": [-9007199254740993, {"x": 12345678901234567890.5}], "n": 9007199254740991}';
  const kept = {
    id: "1234567890123456789",
    more: ["-9007199254740993", { x: "12345678901234567890.5" }],
    n: 9007199254740991,
  };

  it("is kept as the text that was sent, in attributes", async () => {
    await api("POST", "/api/recipients", `{"address": "a@example.com", "attributes": ${attributes}}`);
    const [one] = await stored();
    expect(one.attributes).toEqual(kept);
    await api("POST", "/api/recipients", '[{"address": "a@example.com"}]');
    expect((await json(api("PATCH", `/api/recipients/${one.id}`, `{"attributes": ${attributes}}`))).attributes).toEqual(
      kept,
    );
    const filter = { "attributes.id": { eq: "1234567890123456789", gt: 1e18 } };
    expect(await json(api("POST", "/api/recipients/count", { filter }))).toMatchObject({ count: 1 });
    const large = `{"address": "a@example.com", "attributes": {"n": [1e300, 1.5e20, 0.12345678901234567]}}`;
    await api("POST", "/api/recipients", large);
    expect((await stored())[0].attributes).toEqual({ n: [1e300, 1.5e20, 0.12345678901234566] });
  });

  it.each([
    ['{"address": 12345678901234567890}', /address: expected a string/],
    ['{"address": "a@example.com", "username": 12345678901234567890}', /username: expected a string/],
    ['{"address": "a@example.com", "attributes": 12345678901234567890}', /attributes: expected an object/],
    ["[12345678901234567890]", /address is missing/],
  ])("is no text elsewhere: %s", async (body, reason) => {
    expect((await json(api("POST", "/api/recipients", body))).rejected).toEqual([
      { index: 0, reason: expect.stringMatching(reason) },
    ]);
  });

  it("is refused in a filter and elsewhere, with what to do", async () => {
    for (const [path, body] of [
      ["/api/recipients/count", '{"filter": {"attributes.id": 1234567890123456789}}'],
      ["/api/pushes", '{"action": 1234567890123456789}'],
    ] as const) {
      const response = await api("POST", path, body);
      expect(response.status).toBe(400);
      expect((await json(response)).detail).toMatch(/1234567890123456789 is beyond 2\^53 .* in quotes/);
    }
  });
});

describe("POST /api/recipients/import", () => {
  it("imports CSV and reports the bad rows", async () => {
    const file = "address,username,plan\nli@example.com,李雷,pro\nnobody,x,y\n";
    const report = await json(
      api("POST", "/api/recipients/import", file, { "content-type": "text/csv; charset=utf-8" }),
    );
    expect(report).toEqual({
      rows: 2,
      created: 1,
      updated: 0,
      rejected: [{ line: 3, reason: "the address has no @" }],
      rejectedCount: 1,
    });
  });

  it("decodes the charset of the Content-Type, and names the ones that exist", async () => {
    const file = new Uint8Array([...new TextEncoder().encode("address,username\nli@example.com,"), 0xc0, 0xee, 0x0a]);
    const importing = (type: string) => api("POST", "/api/recipients/import", file, { "content-type": type });
    for (const type of [
      "text/csv; charset=GBK",
      'text/csv;header=present;Charset="gb18030"',
      "text/csv; charset=gb2312",
    ]) {
      expect(await json(importing(type))).toMatchObject({ rows: 1, rejectedCount: 0 });
      expect((await stored())[0].username).toBe("李");
    }
    for (const charset of ["utf-7", "", "klingon"]) {
      const response = await importing(`text/csv; charset=${charset}`);
      expect(response.status).toBe(415);
      expect((await json(response)).detail).toMatch(/charset .* is not known: expected utf-8, .*gbk, gb18030, big5/);
    }
    expect(await json(importing("text/csv"))).toMatchObject({
      rejected: [{ reason: expect.stringMatching(/charset=gbk/) }],
    });
  });

  it("tells whom curl took the line ends from", async () => {
    const response = await api("POST", "/api/recipients/import", "address,arealee@example.com,x", {
      "content-type": "text/csv",
    });
    expect(response.status).toBe(400);
    expect((await json(response)).detail).toContain("--data-binary");
  });

  it("wants a header with an address, and CSV", async () => {
    const csv = { "content-type": "text/csv" };
    expect(await json(api("POST", "/api/recipients/import", "name\nx", csv))).toMatchObject({ status: 400 });
    expect(await json(api("POST", "/api/recipients/import", undefined, csv))).toMatchObject({ status: 400 });
    expect((await api("POST", "/api/recipients/import", [{ address: "a@example.com" }])).status).toBe(415);
  });
});
