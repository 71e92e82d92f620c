// A caller's program, on types that openapi-typescript makes from /openapi.json. The test generates them, checks this
// file against them, and runs it: node client.ts URL TOKEN.
import { deepStrictEqual, ok, strictEqual } from "node:assert";
import createClient from "openapi-fetch";
import type { components, paths } from "./generated/api.d.ts";

const [, , baseUrl = "", token = ""] = process.argv;
const client = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${token}` } });

/** The data of an answer; throws for an error, whose `code` the types know. */
function dataOf<Data, Problem>(answer: { data?: Data; error?: Problem; response: Response }): Data {
  if (answer.data === undefined) throw new Error(`${answer.response.status}: ${JSON.stringify(answer.error)}`);
  return answer.data;
}

const people = [
  { address: "amy@example.com", username: "Ann", area: "north", attributes: { plan: "pro" } },
  { address: "ben@example.com", username: "Bo", area: "north" },
  { address: "nobody" },
];
const upserted = dataOf(await client.POST("/api/recipients", { body: people }));
strictEqual(upserted.created, 2);
strictEqual(upserted.rejected[0]?.index, 2);

const imported = await client.POST("/api/recipients/import", {
  body: "address,area\ncleo@example.com,north\n",
  bodySerializer: (body) => body,
  headers: { "content-type": "text/csv" },
});
strictEqual(dataOf(imported).created, 1);

// Page by page, as the document says.
const addresses: string[] = [];
let after: string | undefined;
do {
  const page = dataOf(await client.GET("/api/recipients", { params: { query: { area: "north", limit: 2, after } } }));
  addresses.push(...page.data.map((recipient) => recipient.address));
  after = page.next ?? undefined;
} while (after !== undefined);
deepStrictEqual(addresses.sort(), ["amy@example.com", "ben@example.com", "cleo@example.com"]);

const filter = { area: "north" };
strictEqual(dataOf(await client.POST("/api/recipients/count", { body: { filter } })).count, 3);

const body = { action: "mailpush", filter, subject: "Hello {{ username }}", html: "<p>Hello</p>" } as const;
const header = { "Idempotency-Key": "the-one-push" };
const created = dataOf(await client.POST("/api/pushes", { body, params: { header } }));
strictEqual(created.expected, 3);
strictEqual(dataOf(await client.POST("/api/pushes", { body, params: { header } })).id, created.id);

const path = { id: created.id };
let push: components["schemas"]["Push"];
const deadline = Date.now() + 60_000;
do {
  push = dataOf(await client.GET("/api/pushes/{id}", { params: { path } }));
  if (push.status !== "finished") await new Promise((resolve) => setTimeout(resolve, 200));
} while (push.status !== "finished" && Date.now() < deadline);
strictEqual(push.status, "finished");
strictEqual(push.tallies.sent, 3);

const query = { state: "sent" } as const;
const sent = dataOf(await client.GET("/api/pushes/{id}/deliveries", { params: { path, query } }));
deepStrictEqual(
  sent.data.map(({ state }) => state),
  ["sent", "sent", "sent"],
);
const recipient = sent.data[0]?.id ?? 0;
const story = dataOf(
  await client.GET("/api/pushes/{id}/deliveries/{recipient}", { params: { path: { ...path, recipient } } }),
);
ok(story.events.length > 0);

// An error is a value with a type.
const late = await client.POST("/api/pushes/{id}/cancel", { params: { path } });
strictEqual(late.error?.code, "wrong-state");
strictEqual(late.error?.requestId, late.response.headers.get("x-request-id"));

const made = dataOf(await client.POST("/api/tokens", { body: { name: "shop", scopes: ["read"] } }));
const shop = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${made.token}` } });
strictEqual((await shop.GET("/api/pushes")).response.status, 200);
const refused = await shop.POST("/api/pushes", { body });
strictEqual(refused.error?.code, "scope-missing");
strictEqual((await client.DELETE("/api/tokens/{id}", { params: { path: { id: made.id } } })).response.status, 204);

// What the types refuse, the API refuses.
// @ts-expect-error a state that there is not
const wrongQuery = await client.GET("/api/pushes/{id}/deliveries", { params: { path, query: { state: "lost" } } });
strictEqual(wrongQuery.response.status, 400);
// @ts-expect-error a push without html
const wrongBody = await client.POST("/api/pushes", { body: { action: "mailpush", filter, subject: "Hello" } });
strictEqual(wrongBody.response.status, 400);
// @ts-expect-error a scope that there is not
const wrongScope = await client.POST("/api/tokens", { body: { name: "shop", scopes: ["admin"] } });
strictEqual(wrongScope.response.status, 400);
// @ts-expect-error a field of a push that there is not
strictEqual(push.tally, undefined);
