import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { sampleAttributes } from "../../src/recipients/filter/audience.ts";
import { parseFilter } from "../../src/recipients/filter/filter.ts";
import { api, type Json, json } from "./api.ts";

const create = (change: object) =>
  api("POST", "/api/pushes", {
    action: "mailpush",
    filter: { area: "few" },
    subject: "Hello",
    html: "<p>Hello</p>",
    sendAt: new Date(Date.now() + 86_400_000).toISOString(),
    ...change,
  });

beforeAll(async () => {
  const few = Array.from({ length: 10 }, (_, n) => ({
    address: `few${n}@example.com`,
    area: "few",
    attributes: n < 3 ? { plan: { name: "gold" } } : { city: "Paris" },
  }));
  const many = Array.from({ length: 2_000 }, (_, n) => ({
    address: `many${n}@example.com`,
    area: "many",
    attributes: n < 1_000 ? { plan: "gold" } : {},
  }));
  for (const people of [few, many.slice(0, 1_000), many.slice(1_000)]) await api("POST", "/api/recipients", people);
});

describe("POST /api/pushes", () => {
  it("warns of attributes that nobody or only some of the audience have, with counts", async () => {
    const answer = await json(
      create({ subject: "{{ attributes.plan.name }}", html: "<p>{{ attributes.plna }} {{ username }}</p>" }),
    );
    expect(answer).toMatchObject({ status: "scheduled", expected: 10, lookedAt: 10 });
    expect(answer.warnings).toEqual([
      {
        path: "$.subject",
        message: "only 3 of the 10 recipients looked at have attributes.plan.name",
        attribute: "attributes.plan.name",
        have: 3,
        lookedAt: 10,
      },
      {
        path: "$.html",
        message: "none of the 10 recipients looked at have attributes.plna",
        attribute: "attributes.plna",
        have: 0,
        lookedAt: 10,
      },
    ]);
  });

  it("does not warn where the template provides for recipients without the attribute", async () => {
    const html = '<p>{{ attributes.city | default: "y" }}{% if attributes.plan %}{{ attributes.plan }}{% endif %}</p>';
    expect(await json(create({ html }))).toMatchObject({ warnings: [], lookedAt: 10 });
  });

  it("warns all the same where nobody has the attribute: it is misspelt", async () => {
    const html = '<p>{{ attributes.ciyt | default: "y" }}{% if attributes.plna %}{{ attributes.plna }}{% endif %}</p>';
    const { warnings } = await json(create({ html }));
    expect(warnings).toMatchObject([
      { attribute: "attributes.ciyt", have: 0 },
      { attribute: "attributes.plna", have: 0 },
    ]);
  });

  it("refuses instead of warning where it is asked to, and creates nothing", async () => {
    const before = (await json(api("GET", "/api/pushes?limit=100"))).data.length;
    const response = await create({ strict: true, html: "<p>{{ attributes.plna }}</p>" });
    expect(response.status).toBe(400);
    expect((await json(response)).errors).toEqual([
      expect.objectContaining({ path: "$.html", message: expect.stringContaining("attributes.plna") }),
    ]);
    expect((await json(api("GET", "/api/pushes?limit=100"))).data).toHaveLength(before);
    expect((await create({ strict: true, html: "<p>{{ attributes.city | default: 'x' }}</p>" })).status).toBe(202);
  });

  it("warns of other systems' placeholders, whoever the audience is, and refuses them where it is asked to", async () => {
    for (const area of ["few", "nowhere"]) {
      const content = { filter: { area }, subject: "*|FNAME|*, hello", html: "<p>Dear [[name]] %%name%%</p>" };
      expect((await json(create(content))).warnings).toEqual([
        { path: "$.subject", message: expect.stringContaining("*|FNAME|*") },
        { path: "$.html", message: expect.stringContaining("[[name]], %%name%%") },
      ]);
      const refused = await create({ ...content, strict: true });
      expect(refused.status).toBe(400);
      expect(await json(refused)).toMatchObject({ code: "foreign-placeholders", errors: [{ path: "$.subject" }, {}] });
    }
  });

  it("looks at a bounded part of a large audience, not only at its first people", async () => {
    const answer = await json(create({ filter: { area: "many" }, html: "<p>{{ attributes.plan }}</p>" }));
    expect(answer.lookedAt).toBeGreaterThan(300);
    expect(answer.lookedAt).toBeLessThanOrEqual(500);
    const [warning] = answer.warnings as Json[];
    expect(warning?.have).toBeGreaterThan(answer.lookedAt / 4);
    expect(warning?.have).toBeLessThan((answer.lookedAt * 3) / 4);
  });

  it("samples no more than it is asked for, whatever is expected", async () => {
    const filter = parseFilter({});
    if (!filter.ok) throw new Error("not a filter");
    for (const expected of [0, 1, 5, 2_000]) {
      expect((await sampleAttributes(env.DB, filter.value, expected, 20)).length).toBeLessThanOrEqual(20);
    }
  });

  it("of an empty audience warns of nothing", async () => {
    const answer = await json(create({ filter: { area: "nowhere" }, html: "<p>{{ attributes.plna }}</p>" }));
    expect(answer).toMatchObject({ expected: 0, warnings: [], lookedAt: 0 });
  });
});
