import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { parseFilter } from "../../src/recipients/filter/filter.ts";
import { recipientsPerQuery } from "../../src/recipients/filter/range.ts";
import { api, json } from "../http/api.ts";
import { relay } from "../setup/own-relay.ts";

/** Stores recipients with ids from `first` to `last`. */
async function store(first: number, last: number, attributes: object): Promise<void> {
  await env.DB.prepare(
    `WITH RECURSIVE n(id) AS (SELECT ?1 UNION ALL SELECT id + 1 FROM n WHERE id < ?2)
     INSERT INTO recipients (id, address, address_key, attributes, created_at, updated_at)
     SELECT id, 'p' || id || '@example.com', 'p' || id || '@example.com', ?3, 1, 1 FROM n`,
  )
    .bind(first, last, JSON.stringify(attributes))
    .run();
}

it("a snapshot goes on past ranges of ids in which a filter selects nobody, and past gaps", async () => {
  await relay.reset({});
  const conditions = Array.from({ length: 30 }, (_, n) => [`attributes.a${n}`, { ne: "x" }]);
  const filter = Object.fromEntries(conditions);
  const parsed = parseFilter(filter);
  const range = parsed.ok ? recipientsPerQuery(parsed.value) : 0;
  const first = range * 2 + 10;
  await store(1, first, { a29: "x" });
  await store(first + 1, first + 5, {});
  await store(first * 100, first * 100 + 4, { a29: "y" });
  const asked = { action: "mailpush", filter, subject: "s", html: "<p>h</p>" };
  const { id, ...answer } = await json(api("POST", "/api/pushes", asked));
  expect(answer).toMatchObject({ expected: 10, expectedIsEstimate: false });
  for (;;) {
    const push = await json(api("GET", `/api/pushes/${id}`));
    if (push.finishedAt === null) await scheduler.wait(50);
    else {
      expect(push).toMatchObject({ status: "finished", snapshotDone: true, total: 10, success: 10 });
      break;
    }
  }
  expect(Object.values(await relay.recipients())).toEqual(Array(10).fill(1));
});
