import { createExecutionContext, createScheduledController, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { SCOPES } from "../../../src/http/access/caller.ts";
import worker from "../../../src/index.ts";
import { newPushId } from "../../../src/push/steering/id.ts";
import { withBrokenLine } from "../../push/broken-line.ts";
import { api, call, type Json, json } from "../api.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const NEVER = 9;

let key: string;
/** A push of tomorrow: it rests. Its subject tells it from those of other tests. */
let PUSH: Json;
beforeEach(() => {
  key = crypto.randomUUID();
  const sendAt = new Date(Date.now() + DAY).toISOString();
  PUSH = { action: "mailpush", filter: {}, subject: key, html: "<p>h</p>", sendAt };
});

function post(path: string, body?: unknown, bindings?: Env, header = key): Promise<Response> {
  const headers = { authorization: `Bearer ${env.API_TOKEN}`, "idempotency-key": header };
  return call("POST", path, body, headers, bindings);
}

async function pushIds(): Promise<string[]> {
  const { data } = await json(api("GET", "/api/pushes"));
  return data.filter((one: Json) => one.subject.startsWith(key)).map((one: Json) => one.id);
}

/** What D1 holds when the Worker dies before it keeps an answer, so long ago. */
async function crash(agoMs: number): Promise<void> {
  await env.DB.prepare("UPDATE idempotency SET answer = NULL, attempted_at = ?2 WHERE key = ?1")
    .bind(key, Date.now() - agoMs)
    .run();
}

/** This environment, in which D1 refuses these statements. */
function withoutStatement(pattern: RegExp): Env {
  const DB = new Proxy(env.DB, {
    get: (db, name) => {
      const value = Reflect.get(db, name);
      if (name !== "prepare") return typeof value === "function" ? value.bind(db) : value;
      return (sql: string) => {
        if (pattern.test(sql)) throw new Error("D1_ERROR: Network connection lost.");
        return db.prepare(sql);
      };
    },
  });
  return { ...env, DB };
}

describe("equal requests under one key", () => {
  it("make one push, two hundred at once", async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => post("/api/pushes", PUSH)));
    expect(await pushIds()).toHaveLength(1);
    const made = answers.filter(({ status }) => status === 202);
    expect(made.length).toBeGreaterThanOrEqual(1);
    const ids = await Promise.all(made.map(async (one) => (await json(one)).id));
    expect(new Set(ids)).toEqual(new Set(await pushIds()));
    expect(made.filter((one) => one.headers.get("idempotent-replayed") === null)).toHaveLength(1);
    for (const other of answers.filter(({ status }) => status !== 202)) {
      expect(other.status).toBe(409);
      expect(Number(other.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(await json(other)).toMatchObject({ code: "idempotency-key-in-use" });
    }
  });

  it("get the first answer, quoted or not, and say that it is one", async () => {
    const first = await post("/api/pushes", PUSH);
    const answer = await json(first);
    expect(first.headers.get("idempotent-replayed")).toBeNull();
    for (const header of [key, `"${key}"`]) {
      const again = await post("/api/pushes", PUSH, env, header);
      expect(again.status).toBe(202);
      expect(again.headers.get("idempotent-replayed")).toBe("true");
      expect(again.headers.get("location")).toBe(first.headers.get("location"));
      expect(again.headers.get("content-type")).toBe(first.headers.get("content-type"));
      expect(await json(again)).toEqual(answer);
    }
    expect(await pushIds()).toEqual([answer.id]);
  });

  it("are told from others by body, path and query", async () => {
    await post("/api/pushes", PUSH);
    for (const [path, body] of [
      ["/api/pushes", { ...PUSH, subject: `${key} t` }],
      ["/api/pushes?x=1", PUSH],
      ["/api/recipients", PUSH],
      ["/api/pushes", undefined],
    ] as const) {
      const other = await post(path, body);
      expect([path, other.status]).toEqual([path, 422]);
      expect(await json(other)).toMatchObject({ code: "idempotency-key-reused" });
    }
    expect(await pushIds()).toHaveLength(1);
  });

  it("of another token are others", async () => {
    const { token } = await json(api("POST", "/api/tokens", { name: "t", scopes: SCOPES }));
    await post("/api/pushes", PUSH);
    const headers = { authorization: `Bearer ${token}`, "idempotency-key": key };
    expect((await call("POST", "/api/pushes", { ...PUSH, subject: `${key} t` }, headers)).status).toBe(202);
    expect(await pushIds()).toHaveLength(2);
  });

  it("may be mended after a refusal", async () => {
    expect((await post("/api/pushes", { ...PUSH, subject: "" })).status).toBe(400);
    expect((await post("/api/pushes", PUSH)).status).toBe(202);
  });

  it("are refused with a key that is none", async () => {
    const answer = await post("/api/pushes", PUSH, env, "two keys");
    expect([answer.status, (await json(answer)).code]).toEqual([400, "invalid-idempotency-key"]);
    expect(await pushIds()).toEqual([]);
  });
});

describe("a crash", () => {
  it("between key and creation makes one push: 409 for a minute, then the request is carried out", async () => {
    const { bindings } = withBrokenLine({ method: "create", committed: false, calls: NEVER });
    expect((await post("/api/pushes", PUSH, bindings)).status).toBe(503);
    await crash(MINUTE / 2);
    const running = await post("/api/pushes", PUSH);
    expect(running.status).toBe(409);
    expect(Number(running.headers.get("retry-after"))).toBeLessThanOrEqual(30);
    await crash(MINUTE);
    const again = await post("/api/pushes", PUSH);
    expect([again.status, again.headers.get("idempotent-replayed")]).toEqual([202, null]);
    expect(await pushIds()).toEqual([(await json(again)).id]);
    expect((await post("/api/pushes", PUSH)).headers.get("idempotent-replayed")).toBe("true");
  });

  it("between creation and answer makes one push, also when its time or its audience would be refused by now", async () => {
    const sendAt = new Date(Date.now() + 300).toISOString();
    const push = { ...PUSH, sendAt, strict: true, html: "{{ attributes.plan }}", filter: { area: "crash" } };
    const person = { address: "crash@example.com", area: "crash", attributes: { plan: "pro" } };
    await api("POST", "/api/recipients", person);
    const { id } = await json(post("/api/pushes", push));
    await api("POST", "/api/recipients", { ...person, attributes: {} });
    await crash(MINUTE);
    const again = await post("/api/pushes", push);
    expect([again.status, (await json(again)).id]).toEqual([202, id]);
    expect(await pushIds()).toEqual([id]);
  });

  it("lets one of two hundred repeats in", async () => {
    await post("/api/pushes", PUSH);
    await crash(MINUTE);
    const answers = await Promise.all(Array.from({ length: 200 }, () => post("/api/pushes", PUSH)));
    expect(await pushIds()).toHaveLength(1);
    const carriedOut = answers.filter((one) => one.status === 202 && !one.headers.has("idempotent-replayed"));
    expect(carriedOut).toHaveLength(1);
  });

  it("before the answer is kept costs the client a minute, not the answer", async () => {
    const bindings = withoutStatement(/SET answer/);
    const first = await post("/api/pushes", PUSH, bindings);
    expect(first.status).toBe(202);
    expect((await post("/api/pushes", PUSH)).status).toBe(409);
    await crash(MINUTE);
    expect((await json(post("/api/pushes", PUSH))).id).toBe((await json(first)).id);
  });

  it("before the key is written makes nothing", async () => {
    expect((await post("/api/pushes", PUSH, withoutStatement(/INSERT INTO idempotency/))).status).toBe(500);
    expect(await pushIds()).toEqual([]);
  });

  it("of a push whose ledger is past retention makes no second one", async () => {
    const { id } = await json(post("/api/pushes", PUSH));
    const summary = await env.DB.prepare("SELECT * FROM pushes WHERE id = ?1").bind(id).first();
    // Another object in its place, without a ledger.
    const gone = newPushId(Date.now());
    await env.DB.prepare("UPDATE pushes SET id = ?2, summary = json_set(summary, '$.id', ?2) WHERE id = ?1")
      .bind(id, gone)
      .run();
    await env.DB.prepare("UPDATE idempotency SET id = ?2 WHERE key = ?1").bind(key, gone).run();
    await crash(MINUTE);
    expect(summary).not.toBeNull();
    expect((await json(post("/api/pushes", PUSH))).id).toBe(gone);
    expect(
      await json(
        env.PUSH.getByName(gone)
          .status()
          .then((status) => Response.json(status)),
      ),
    ).toBeNull();
  });
});

describe("a lost answer", () => {
  it("of the push leads to the same push, at once", async () => {
    const { bindings } = withBrokenLine({ method: "create", committed: true, calls: NEVER });
    const lost = await post("/api/pushes", PUSH, bindings);
    expect([lost.status, (await json(lost)).code]).toEqual([503, "outcome-unknown"]);
    const again = await post("/api/pushes", PUSH);
    expect(again.status).toBe(202);
    expect(`/api/pushes/${(await json(again)).id}`).toBe(lost.headers.get("location"));
  });

  it("of a command leads to the same command: what was done in between stands", async () => {
    const { id } = await json(api("POST", "/api/pushes", PUSH));
    const { bindings } = withBrokenLine({ method: "pause", committed: true, calls: NEVER });
    expect((await post(`/api/pushes/${id}/pause`, undefined, bindings)).status).toBe(503);
    expect((await api("POST", `/api/pushes/${id}/resume`)).status).toBe(200);
    expect(await json(post(`/api/pushes/${id}/pause`))).toMatchObject({ status: "scheduled" });
    const { steering } = await json(api("GET", `/api/pushes/${id}`));
    expect(steering.map((one: Json) => one.action)).toEqual(["create", "pause", "resume"]);
  });
});

describe("what is kept", () => {
  it("has no secret: a repeat tells the token's id, not the token", async () => {
    const body = { name: "kept", scopes: ["read"] };
    const made = await json(post("/api/tokens", body));
    const row = await env.DB.prepare("SELECT * FROM idempotency WHERE key = ?1").bind(key).first();
    expect(JSON.stringify(row)).not.toContain(made.token);
    expect(await json(post("/api/tokens", body))).toEqual({ ...made, token: null });
    await crash(MINUTE);
    expect(await json(post("/api/tokens", body))).toEqual({ ...made, token: null });
  });

  it("is deleted by the cron trigger after a day", async () => {
    await post("/api/pushes", PUSH);
    const run = async (scheduledTime: number) => {
      const context = createExecutionContext();
      const controller = createScheduledController({ scheduledTime: new Date(scheduledTime), cron: "17 * * * *" });
      await worker.scheduled(controller, env);
      await waitOnExecutionContext(context);
    };
    const rows = async () =>
      (await env.DB.prepare("SELECT count(*) AS n FROM idempotency WHERE key = ?1").bind(key).first<{ n: number }>())
        ?.n;
    await run(Date.now() + DAY - MINUTE);
    expect(await rows()).toBe(1);
    await run(Date.now() + DAY + MINUTE);
    expect(await rows()).toBe(0);
  });

  it("is deleted also where it is much", async () => {
    await env.DB.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
       INSERT INTO idempotency (token, key, hash, id, created_at, attempted_at) SELECT 't', i, '', i, 0, 0 FROM n`,
    ).run();
    await worker.scheduled(createScheduledController({ scheduledTime: new Date(DAY + 1) }), env);
    expect(await env.DB.prepare("SELECT count(*) AS n FROM idempotency WHERE token = 't'").first()).toEqual({ n: 0 });
  });
});

describe("an import under a key", () => {
  const header = { "content-type": "text/csv" };

  it("is carried out once, and known again by its content", async () => {
    const importing = (csv: string) =>
      api("POST", "/api/recipients/import", csv, { ...header, "idempotency-key": key });
    const first = await importing("address\nonce@example.com\n");
    expect(await json(first)).toMatchObject({ created: 1 });
    const again = await importing("address\nonce@example.com\n");
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(await json(again)).toMatchObject({ created: 1 });
    expect((await importing("address\nother@example.com\n")).status).toBe(422);
  });

  it("may be larger than what is hashed, and arrives whole", async () => {
    const lines = 500_000;
    let line = 0;
    const text = new TextEncoder();
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(text.encode("address\n")),
      pull(controller) {
        // Rejected, each of them: only the counting is looked at.
        let chunk = "";
        for (const end = line + 10_000; line < end; line++)
          chunk += `a line without any address ${line} and some words\n`;
        controller.enqueue(text.encode(chunk));
        if (line === lines) controller.close();
      },
    });
    const answer = await api("POST", "/api/recipients/import", body, { ...header, "idempotency-key": key });
    expect(await json(answer)).toMatchObject({ rows: lines, rejectedCount: lines });
  });
});
