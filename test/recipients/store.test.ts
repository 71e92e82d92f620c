import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { checkEntry, type Entry } from "../../src/recipients/entry.ts";
import { readForSending, withoutSuppressed } from "../../src/recipients/filter/audience.ts";
import { changeRecipient, deleteRecipient, listRecipients } from "../../src/recipients/store.ts";
import {
  addSuppressions,
  findLifted,
  findSuppressions,
  liftSuppressions,
  type SuppressionReason,
} from "../../src/recipients/suppressions.ts";
import { upsertEntries } from "../../src/recipients/upsert.ts";

const everybody = () => listRecipients(env.DB, { area: null, after: 0, limit: 1_000 });

function entry(input: object): Entry {
  const checked = checkEntry(input);
  if (!checked.ok) throw new Error(checked.error);
  return checked.value;
}

beforeEach(async () => {
  await env.DB.batch([
    env.DB.prepare("DELETE FROM recipients"),
    env.DB.prepare("DELETE FROM suppressions"),
    env.DB.prepare("DELETE FROM lifted_suppressions"),
  ]);
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
    const read = await readForSending(env.DB, [gone ?? 0, ...rest, 999_999], true);
    expect([...read.keys()].sort((a, b) => a - b)).toEqual(rest);
    const expected = people
      .slice(1)
      .map((one) => [one.id, { ...one, suppressed: one.address === "B@example.com" ? "no-such-user" : null }]);
    expect([...read].sort(([a], [b]) => a - b)).toEqual(expected);
    expect(await readForSending(env.DB, [], true)).toEqual(new Map());
  });
});

describe("a suppression", () => {
  const because = (reason: SuppressionReason, address = "A@example.com") => {
    return { address, reason, detail: null, push: "p", recipient: 7 };
  };
  const reasonsOf = async (address: string) => (await findSuppressions(env.DB, address)).map(({ reason }) => reason);

  it("holds without regard to case, once for each reason, and can be taken back for one or for all", async () => {
    expect(await addSuppressions(env.DB, [because("unsubscribed")], 1)).toBe(1);
    const more = [because("bounced"), because("unsubscribed"), because("bounced", "c@example.com")];
    expect(await addSuppressions(env.DB, more, 2)).toBe(2);
    expect(await findSuppressions(env.DB, "a@EXAMPLE.com")).toMatchObject([
      { reason: "bounced", createdAt: 2, recipient: 7 },
      { reason: "unsubscribed", createdAt: 1 },
    ]);
    expect(await reasonsOf("b@example.com")).toEqual([]);
    expect(await liftSuppressions(env.DB, ["a@example.com"], "unsubscribed", "api", 3)).toBe(1);
    expect(await reasonsOf("a@example.com")).toEqual(["bounced"]);
    expect(await liftSuppressions(env.DB, ["A@example.com", "c@example.com"], null, "api", 4)).toBe(2);
    expect(await liftSuppressions(env.DB, ["a@example.com"], null, "api", 5)).toBe(0);
    expect(await findLifted(env.DB, "a@example.com")).toMatchObject([
      { reason: "bounced", createdAt: 2, liftedAt: 4, liftedBy: "api" },
      { reason: "unsubscribed", createdAt: 1, liftedAt: 3 },
    ]);
  });

  it("once lifted is not made again by an event from before, and is by one from after, and by another reason", async () => {
    await addSuppressions(env.DB, [because("unsubscribed")], 1);
    await liftSuppressions(env.DB, ["a@example.com"], null, "api", 10);
    expect(await addSuppressions(env.DB, [{ ...because("unsubscribed"), at: 10 }], 99)).toBe(0);
    expect(await addSuppressions(env.DB, [{ ...because("bounced"), at: 9 }], 99)).toBe(1);
    expect(await addSuppressions(env.DB, [{ ...because("unsubscribed"), at: 11 }], 99)).toBe(1);
    expect(await reasonsOf("a@example.com")).toEqual(["bounced", "unsubscribed"]);
  });

  it("for two reasons makes one row, and an unsubscribe does not stop mail that is not of a list", async () => {
    await upsertEntries(env.DB, [entry({ address: "a@example.com" })], 1);
    const id = (await everybody())[0]?.id ?? 0;
    await addSuppressions(env.DB, [because("unsubscribed")], 1);
    expect((await readForSending(env.DB, [id], true)).get(id)?.suppressed).toBe("unsubscribed");
    expect((await readForSending(env.DB, [id], false)).get(id)?.suppressed).toBeNull();
    expect(await withoutSuppressed(env.DB, [id], true)).toEqual([]);
    expect(await withoutSuppressed(env.DB, [id], false)).toEqual([id]);
    await addSuppressions(env.DB, [because("manual"), because("complained")], 1);
    expect(await withoutSuppressed(env.DB, [id], false)).toEqual([]);
    expect((await readForSending(env.DB, [id], false)).get(id)?.suppressed).toBe("complained");
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
