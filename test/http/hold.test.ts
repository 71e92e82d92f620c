import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { callPush } from "../../src/push/call.ts";
import { newPushId } from "../../src/push/steering/id.ts";
import { api, call, type Json, json } from "./api.ts";

const AREA = "held";
const PUSH = { action: "mailpush", filter: { area: AREA }, subject: "Hello", html: "<p>Hello</p>", hold: true };

const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString();
const held = async (change: object = {}): Promise<string> => {
  const answer = await api("POST", "/api/pushes", { ...PUSH, sendAt: tomorrow(), ...change });
  expect(answer.status).toBe(202);
  return (await json(answer)).id;
};
const read = (id: string): Promise<Json> => json(api("GET", `/api/pushes/${id}`));
const patch = (id: string, body: unknown) => api("PATCH", `/api/pushes/${id}`, body);
const approve = (id: string, body?: unknown) => api("POST", `/api/pushes/${id}/approve`, body);

async function until(id: string, is: (push: Json) => boolean): Promise<Json> {
  for (;;) {
    const push = await read(id);
    if (is(push)) return push;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function tokenWith(
  name: string,
  scopes: string[],
): Promise<(method: string, path: string, body?: unknown) => Promise<Response>> {
  const { token } = await json(api("POST", "/api/tokens", { name, scopes }));
  return (method, path, body) => call(method, path, body, { authorization: `Bearer ${token}` });
}

beforeAll(async () => {
  const people = Array.from({ length: 6 }, (_, n) => ({ address: `held${n}@example.com`, area: AREA }));
  await api("POST", "/api/recipients", people);
});

describe("a held push", () => {
  it("is made by who may write, changed, and let go by who may send; the status says who did what", async () => {
    const [writer, editor, sender] = [
      await tokenWith("writer", ["write"]),
      await tokenWith("editor", ["write"]),
      await tokenWith("sender", ["send"]),
    ];
    const made = await writer("POST", "/api/pushes", { ...PUSH, sendAt: tomorrow() });
    expect(made.status).toBe(202);
    const { id, status } = await json(made);
    expect(status).toBe("held");
    expect((await writer("POST", "/api/pushes", { ...PUSH, hold: false, sendAt: tomorrow() })).status).toBe(403);
    expect((await editor("PATCH", `/api/pushes/${id}`, { subject: "Better" })).status).toBe(200);
    expect((await sender("PATCH", `/api/pushes/${id}`, { subject: "Worse" })).status).toBe(403);
    expect((await writer("POST", `/api/pushes/${id}/approve`)).status).toBe(403);
    expect((await sender("POST", `/api/pushes/${id}/approve`, { contentVersion: 2 })).status).toBe(200);
    const push = await read(id);
    expect(push).toMatchObject({ status: "scheduled", subject: "Better", contentVersion: 2 });
    expect(push.steering.map(({ action, by }: Json) => [action, by])).toEqual([
      ["create", "writer"],
      ["change", "editor"],
      ["approve", "sender"],
    ]);
  });

  it("takes its snapshot, and its approval says how many match by now", async () => {
    const id = await held();
    const push = await until(id, ({ snapshotDone }) => snapshotDone);
    expect(push).toMatchObject({ status: "held", total: 6, expiresAt: null, startedAt: null });
    expect(push.tallies.pending).toBe(6);
    await api("POST", "/api/recipients", [{ address: "late@example.com", area: AREA }]);
    const answer = await json(approve(id, { contentVersion: 1 }));
    expect(answer).toMatchObject({
      matching: 7,
      matchingIsEstimate: false,
      inSnapshot: 6,
      push: { status: "scheduled" },
    });
    expect((await read(id)).total).toBe(6);
  });

  it("runs at once when it is approved, if it has no time ahead", async () => {
    const id = await held({ filter: { username: "nobody at all" }, sendAt: null });
    await until(id, ({ snapshotDone }) => snapshotDone);
    expect((await read(id)).status).toBe("held");
    const { push } = await json(approve(id));
    expect(["running", "finished"]).toContain(push.status);
    await until(id, ({ status }) => status === "finished");
  });

  it("can be paused and resumed by nobody, and cancelled by who may write", async () => {
    const id = await held();
    for (const action of ["pause", "resume", "retry"]) {
      const refused = await api("POST", `/api/pushes/${id}/${action}`);
      expect([action, refused.status, (await json(refused)).code]).toEqual([action, 409, "wrong-state"]);
    }
    expect((await read(id)).steering).toHaveLength(1);
    expect((await api("POST", `/api/pushes/${id}/cancel`)).status).toBe(200);
    expect((await json(approve(id))).code).toBe("wrong-state");
    expect((await json(patch(id, { subject: "x" }))).code).toBe("wrong-state");
    await until(id, ({ finishedAt }) => finishedAt !== null);
  });

  it("is found among the pushes by its state", async () => {
    const id = await held();
    const other = (await json(api("POST", "/api/pushes", { ...PUSH, hold: false, sendAt: tomorrow() }))).id;
    const inState = async (state: string) =>
      (await json(api("GET", `/api/pushes?state=${state}&limit=1000`))).data.map((push: Json) => push.id);
    expect(await inState("held")).toContain(id);
    expect(await inState("held")).not.toContain(other);
    expect(await inState("scheduled")).toContain(other);
    expect((await api("GET", "/api/pushes?state=nonsense")).status).toBe(400);
  });
});

describe("PATCH /api/pushes/:id", () => {
  it("changes content and options, each alone", async () => {
    const id = await held({ text: "Hello" });
    const sendAt = tomorrow();
    const changes: [object, object][] = [
      [{ subject: "A" }, { subject: "A" }],
      [{ rate: 7 }, { rate: 7 }],
      [{ rate: null }, { rate: null }],
      [{ priority: "low" }, { priority: "low" }],
      [{ expiresIn: 3_600 }, { expiresIn: 3_600 }],
      [{ inDoubt: "hold" }, { inDoubt: "hold" }],
      [{ list: false }, { list: false }],
      [{ sendAt }, { sendAt }],
      [{ sendAt: null }, { sendAt: null }],
    ];
    for (const [n, [change, shown]] of changes.entries()) {
      expect(await json(patch(id, { ...change, contentVersion: n + 1 }))).toMatchObject({
        ...shown,
        contentVersion: n + 2,
        status: "held",
      });
    }
    await patch(id, { html: "<p>B</p>", text: null, from: "B <b@example.com>", replyTo: "c@example.com" });
    const content = await json(api("GET", `/api/pushes/${id}/content`));
    expect(content).toMatchObject({ subject: "A", html: "<p>B</p>", text: null, list: false });
    expect(content.from).toContain("b@example.com");
    expect(content.replyTo).toContain("c@example.com");
    await patch(id, { from: null });
    expect((await json(api("GET", `/api/pushes/${id}/content`))).from).not.toContain("b@example.com");
    await api("POST", `/api/pushes/${id}/cancel`);
  });

  it("gives and takes a canary, which ends before the push expires", async () => {
    const canary = { count: 5, waitSeconds: 60, maxFailureShare: 0.1 };
    const id = await held();
    expect(await json(patch(id, { canary }))).toMatchObject({
      canary: { ...canary, waitsUntil: null, verdict: null },
      contentVersion: 2,
    });
    expect((await json(patch(id, { canary }))).contentVersion).toBe(2);
    const refused = await patch(id, { expiresIn: 60 });
    expect([refused.status, (await json(refused)).errors[0].path]).toEqual([400, "$.canary.waitSeconds"]);
    expect(await json(patch(id, { canary: null, expiresIn: 60 }))).toMatchObject({ canary: null, expiresIn: 60 });
    await api("POST", `/api/pushes/${id}/cancel`);
  });

  it("takes a template's newest version", async () => {
    const id = await held();
    const template = await json(api("POST", "/api/templates", { subject: "T", html: "<p>T</p>" }));
    expect(await json(patch(id, { template: template.id }))).toMatchObject({
      subject: "T",
      template: { id: template.id, version: 1 },
    });
    expect(await json(patch(id, { subject: "Mine" }))).toMatchObject({ template: null });
    await api("POST", `/api/pushes/${id}/cancel`);
  });

  it.each([
    [{ filter: {} }, /^\$\.filter is not known here/],
    [{ segment: "x" }, /^\$\.segment /],
    [{ hold: false }, /^\$\.hold is not known here/],
    [{ action: "mailpush" }, /^\$\.action is not known here/],
    [{ subject: "" }, /^\$\.subject is empty/],
    [{ subject: "a\nb" }, /^\$\.subject holds a line break/],
    [{ html: "{{ x" }, /^\$\.html line 1/],
    [{ relays: ["nowhere"] }, /^\$\.relays\[0\] unknown/],
    [{ sendAt: "2020-01-01T00:00:00Z" }, /^\$\.sendAt is in the past/],
    [{ template: "x", subject: "y" }, /^\$\.subject stands beside/],
    [{ contentVersion: 0 }, /^\$\.contentVersion /],
    [[], /^\$ expected a JSON object/],
  ])("refuses %j and changes nothing", async (body, problem) => {
    const id = await held();
    const refused = await patch(id, body);
    expect(refused.status).toBe(400);
    const { errors } = await json(refused);
    expect(errors.map(({ path, message }: Json) => `${path} ${message}`)).toContainEqual(
      expect.stringMatching(problem),
    );
    expect((await read(id)).contentVersion).toBe(1);
    await api("POST", `/api/pushes/${id}/cancel`);
  });

  it("tells the second of two editors and a late approver that there is a newer version", async () => {
    const id = await held();
    const edits = await Promise.all(["one", "two"].map((subject) => patch(id, { subject, contentVersion: 1 })));
    expect(edits.map(({ status }) => status).sort()).toEqual([200, 409]);
    const late = await approve(id, { contentVersion: 1 });
    expect([late.status, (await json(late)).code]).toEqual([409, "outdated-version"]);
    expect((await read(id)).status).toBe("held");
    const approvals = await Promise.all([1, 2].map(() => approve(id, { contentVersion: 2 })));
    expect(approvals.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it("of a push that was never held, or is no push, is refused", async () => {
    const { id } = await json(api("POST", "/api/pushes", { ...PUSH, hold: false, sendAt: tomorrow() }));
    expect((await json(patch(id, { subject: "x" }))).code).toBe("wrong-state");
    expect((await json(approve(id))).code).toBe("wrong-state");
    expect((await approve(newPushId(0))).status).toBe(404);
    expect((await patch(newPushId(0), {})).status).toBe(404);
  });
});

it("an approval under one Idempotency-Key is made once", async () => {
  const id = await held();
  const ask = () =>
    api("POST", `/api/pushes/${id}/approve`, { contentVersion: 1 }, { "idempotency-key": `approve-${id}` });
  const first = await json(ask());
  const again = await ask();
  expect([again.status, again.headers.get("idempotent-replayed"), await json(again)]).toEqual([200, "true", first]);
  expect((await callPush(env, id, (push) => push.status()))?.steering).toHaveLength(2);
});
