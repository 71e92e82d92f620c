import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import readme from "../../README.md?raw";
import { newPushId } from "../../src/push/steering/id.ts";
import { outcome, World } from "../push/world.ts";
import { api, type Json, json } from "./api.ts";

/** The names of all fields of an answer; those inside `attributes`, `filter` and `tallies` are data. */
function fieldsOf(answer: Json): string[] {
  if (Array.isArray(answer)) return answer.flatMap(fieldsOf);
  if (typeof answer !== "object" || answer === null) return [];
  return Object.entries(answer).flatMap(([name, value]) =>
    ["attributes", "filter", "tallies"].includes(name) ? [name] : [name, ...fieldsOf(value)],
  );
}

it("the README names every field of every answer", async () => {
  const id = newPushId(Date.now());
  await runInDurableObject(env.PUSH.getByName(id), (_object, state) =>
    state.storage.transactionSync(() => {
      const world = new World(state.storage, 2, { id, inDoubt: "hold" }, {}, Date.now());
      world.settle(world.claim(world.release()).token, outcome(1, "failed"), outcome(2, "in_doubt"));
    }),
  );
  const CSV = { "content-type": "text/csv" };
  const person = { address: "ann@example.com", username: "Ann", area: "x", attributes: { plan: "pro" } };
  const answers = [
    api("POST", "/api/recipients", [person, { address: "nobody" }]),
    api("POST", "/api/recipients/import", "address\nnobody\n", CSV),
    api("POST", "/api/recipients/count", { filter: {} }),
    api("POST", "/api/suppressions", { address: "bo@example.com", detail: "by phone" }),
    api("POST", "/api/pushes", { action: "mailpush", filter: { area: "nowhere" }, subject: "s", html: "h" }),
    api("POST", "/api/pushes", {}),
    api("GET", `/api/pushes/${id}/deliveries`),
    api("GET", `/api/pushes/${id}/failures`),
    api("POST", `/api/pushes/${id}/resolve`, { ids: [2], as: "sent" }),
    api("POST", `/api/pushes/${id}/retry`),
    api("POST", `/api/pushes/${id}/pause`),
    api("GET", "/api/health?deep=true"),
  ];
  await Promise.all(answers);
  for (const path of ["/api/recipients", "/api/suppressions", "/api/pushes"]) answers.push(api("GET", path));
  const section = /^### Answers$(.*?)^## /ms.exec(readme)?.[1] ?? "";
  const named = new Set(Array.from(section.matchAll(/`([^`]+)`/g), ([, name]) => name));
  const fields = new Set(fieldsOf(await Promise.all(answers.map(json))));
  expect(fields.size).toBeGreaterThan(50);
  expect([...fields].filter((name) => !named.has(name))).toEqual([]);
});
