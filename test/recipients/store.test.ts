import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { readForSending } from "../../src/recipients/audience.ts";
import { checkEntry, type Entry } from "../../src/recipients/entry.ts";
import { changeRecipient, deleteRecipient, listRecipients } from "../../src/recipients/store.ts";
import { addSuppressions, findSuppression, removeSuppression } from "../../src/recipients/suppressions.ts";
import { upsertEntries } from "../../src/recipients/upsert.ts";

const everybody = () => listRecipients(env.DB, { area: null, after: 0, limit: 1_000 });

function entry(input: object): Entry {
  const checked = checkEntry(input);
  if (!checked.ok) throw new Error(checked.error);
  return checked.value;
}

beforeEach(async () => {
  await env.DB.batch([env.DB.prepare("DELETE FROM recipients"), env.DB.prepare("DELETE FROM suppressions")]);
});

describe("an upsert", () => {
  it("keeps the id and the time of creation of who is there, and replaces the rest", async () => {
    const first = [entry({ address: "A@example.com", username: "A", attributes: { a: 1 } })];
    expect(await upsertEntries(env.DB, first, 1)).toEqual({ created: 1, updated: 0 });
    const [before] = await everybody();
    const second = [entry({ address: "a@EXAMPLE.com", area: "x" }), entry({ address: "b@example.com" })];
    expect(await upsertEntries(env.DB, second, 2)).toEqual({ created: 1, updated: 1 });
    const [after] = await everybody();
    expect(after).toEqual({
      ...before,
      address: "a@example.com",
      username: "",
      area: "x",
      attributes: {},
      updatedAt: 2,
    });
  });

  it("never gives an id to a second person", async () => {
    await upsertEntries(env.DB, [entry({ address: "a@example.com" })], 1);
    const id = (await everybody())[0]?.id ?? 0;
    expect(await deleteRecipient(env.DB, id)).toBe(true);
    await upsertEntries(env.DB, [entry({ address: "a@example.com" })], 1);
    expect((await everybody())[0]?.id).toBeGreaterThan(id);
  });

  it("stores the largest attributes that are taken, a thousand at once", async () => {
    const note = "李".repeat(5_400);
    const entries = Array.from({ length: 1_000 }, (_, n) =>
      entry({ address: `u${n}@example.com`, attributes: { note, n } }),
    );
    expect(await upsertEntries(env.DB, entries, 1)).toEqual({ created: 1_000, updated: 0 });
    expect((await everybody()).map(({ attributes }) => attributes.n)).toEqual(expect.arrayContaining([0, 500, 999]));
  });
});

describe("a change", () => {
  it("sets what is given, and refuses an address that another has", async () => {
    await upsertEntries(
      env.DB,
      [entry({ address: "a@example.com", area: "x" }), entry({ address: "b@example.com" })],
      1,
    );
    const [a] = await everybody();
    const id = a?.id ?? 0;
    const changed = await changeRecipient(env.DB, id, { username: "New" }, 5);
    expect(changed).toEqual({ kind: "changed", recipient: { ...a, username: "New", updatedAt: 5 } });
    const taken = { address: "B@example.com", key: "b@example.com" };
    expect(await changeRecipient(env.DB, id, taken, 6)).toEqual({ kind: "address-taken" });
    expect(await changeRecipient(env.DB, 999_999, taken, 6)).toEqual({ kind: "unknown" });
    expect((await everybody())[0]).toMatchObject({ address: "a@example.com", updatedAt: 5 });
  });
});

describe("reading for sending", () => {
  it("gives who is there as they are now, with what suppresses them, in one query", async () => {
    const entries = ["a", "B", "c"].map((name) => entry({ address: `${name}@example.com`, attributes: { name } }));
    await upsertEntries(env.DB, entries, 1);
    const people = await everybody();
    const suppression = { address: "b@Example.com", reason: "no-such-user", detail: "550 5.1.1", push: null } as const;
    await addSuppressions(env.DB, [suppression], 1);
    const [gone, ...rest] = people.map(({ id }) => id);
    await deleteRecipient(env.DB, gone ?? 0);
    const read = await readForSending(env.DB, [gone ?? 0, ...rest, 999_999]);
    expect([...read.keys()].sort((a, b) => a - b)).toEqual(rest);
    const expected = people
      .slice(1)
      .map((one) => [one.id, { ...one, suppressed: one.address === "B@example.com" ? "no-such-user" : null }]);
    expect([...read].sort(([a], [b]) => a - b)).toEqual(expected);
    expect(await readForSending(env.DB, [])).toEqual(new Map());
  });
});

describe("a suppression", () => {
  it("holds without regard to case, keeps its first reason, and can be taken back", async () => {
    const because = (reason: "unsubscribed" | "bounced") => ({
      address: "A@example.com",
      reason,
      detail: null,
      push: "p",
    });
    await addSuppressions(env.DB, [because("unsubscribed")], 1);
    await addSuppressions(env.DB, [because("bounced"), { ...because("bounced"), address: "c@example.com" }], 2);
    expect(await findSuppression(env.DB, "a@EXAMPLE.com")).toMatchObject({ reason: "unsubscribed", createdAt: 1 });
    expect(await findSuppression(env.DB, "c@example.com")).toMatchObject({ reason: "bounced", createdAt: 2 });
    expect(await findSuppression(env.DB, "b@example.com")).toBeNull();
    expect(await removeSuppression(env.DB, "a@example.com")).toBe(true);
    expect(await removeSuppression(env.DB, "a@example.com")).toBe(false);
    expect(await findSuppression(env.DB, "a@example.com")).toBeNull();
  });
});

describe("an entry", () => {
  const deep = (levels: number): unknown => JSON.parse("[".repeat(levels) + "]".repeat(levels));

  it.each([
    [null, /expected an object/],
    [[], /expected an object/],
    ["a@example.com", /expected an object/],
    [{}, /address is missing/],
    [{ address: 5 }, /address: expected a string/],
    [{ address: "a@example.com", emial: "x" }, /unknown field "emial"/],
    [JSON.parse('{"address": "a@example.com", "__proto__": {"area": "x"}}'), /unknown field "__proto__"/],
    [{ address: "a@example.com", username: "A\r\nBcc: b@example.com" }, /username: .*control/],
    [{ address: "a@example.com", username: null }, /username: expected a string/],
    [{ address: "a@example.com", area: "x\u0000" }, /area: .*control/],
    [{ address: "a@example.com", area: "x".repeat(257) }, /area: longer than 256/],
    [{ address: "a@example.com", attributes: [] }, /attributes: expected an object/],
    [{ address: "a@example.com", attributes: { note: "x".repeat(16_400) } }, /attributes: 16411 bytes/],
    [{ address: "a@example.com", attributes: { note: "李".repeat(5_500) } }, /attributes: 16511 bytes/],
    [{ address: "a@example.com", attributes: JSON.parse('{"n": 1e999}') }, /attributes.n is too large a number/],
    [{ address: "a@example.com", attributes: { a: ["x\u0000"] } }, /attributes.a\[0\] holds a NUL/],
    [{ address: "a@example.com", attributes: { "x\u0000": 1 } }, /a name in attributes holds a NUL/],
    [{ address: "a@example.com", attributes: { a: "\ud800" } }, /surrogate/],
    [{ address: "a@example.com", attributes: { a: deep(33) } }, /nested more than 32 deep/],
    [{ address: "a@example.com", attributes: { a: deep(5_000) } }, /nested more than 32 deep/],
  ])("is refused with what is wrong: %#", (input, reason) => {
    expect(checkEntry(input)).toEqual({ ok: false, error: expect.stringMatching(reason) });
  });
});
