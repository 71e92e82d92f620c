import type { D1Migration } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { addSuppressions, findSuppressions, listSuppressions } from "../../src/recipients/suppressions.ts";

// The plugin's binding, not the Worker's.
const { TEST_MIGRATIONS } = env as Env & { TEST_MIGRATIONS: D1Migration[] };

it("suppressions of earlier versions move over as they are, and may get a second reason", async () => {
  const queries = (name: string) => TEST_MIGRATIONS.find((one) => one.name.includes(name))?.queries ?? [];
  const old = queries("initial").filter((query) => /CREATE TABLE suppressions/.test(query));
  expect(old).toHaveLength(1);
  const drop = ["suppressions", "lifted_suppressions"].map((table) => `DROP TABLE ${table}`);
  const fill = `INSERT INTO suppressions (address_key, reason, detail, push, created_at)
                VALUES ('a@example.com', 'no-such-user', '550 5.1.1', 'p', 5), ('b@example.com', 'manual', NULL, NULL, 6)`;
  for (const query of [...drop, ...old, fill, ...queries("suppression_reasons")]) await env.DB.prepare(query).run();
  expect(await listSuppressions(env.DB, { after: null, reason: null, search: "", limit: 10 })).toEqual([
    { address: "a@example.com", reason: "no-such-user", detail: "550 5.1.1", push: "p", recipient: null, createdAt: 5 },
    { address: "b@example.com", reason: "manual", detail: null, push: null, recipient: null, createdAt: 6 },
  ]);
  await addSuppressions(env.DB, [{ address: "a@example.com", reason: "unsubscribed", detail: null, push: null }], 7);
  expect(await findSuppressions(env.DB, "a@example.com")).toHaveLength(2);
});
