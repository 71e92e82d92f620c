import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { onceObject } from "../../src/once/call.ts";
import { personOf } from "../../src/once/person.ts";
import { KEPT_MS } from "../../src/once/register.ts";
import type { ReserveRequest } from "../../src/once/rpc.ts";

const NONE = { taken: [] };

function newKey(): string {
  return `key ${crypto.randomUUID()}`;
}

/** People 1, 2, … of recipients 1, 2, …; `from` shifts the recipients. */
function request(push: string, claim: number, people: readonly number[], from = 0): ReserveRequest {
  return {
    push,
    claim,
    until: Date.now() + 10_000,
    people: people.map((n) => ({ recipient: n + from, person: `person ${n}` })),
  };
}

function tables(key: string): Promise<Record<string, unknown[]>> {
  return runInDurableObject(env.ONCE.getByName(key), (_object, { storage }) => {
    const rows = (table: string) => storage.sql.exec(`SELECT * FROM ${table}`).toArray();
    return { reservation: rows("reservation"), erased: rows("erased") };
  });
}

it("a person belongs to the first push that asks, which gets them again, also after a restart", async () => {
  const key = newKey();
  const once = onceObject(env, key);
  expect(await once.reserve(request("a", 1, [1, 2]))).toEqual(NONE);
  expect(await once.reserve(request("b", 1, [2, 3]))).toEqual({ taken: [{ recipient: 2, push: "a" }] });
  await evictDurableObject(env.ONCE.getByName(key));
  expect(await onceObject(env, key).reserve(request("a", 1, [1, 2]))).toEqual(NONE);
  expect(await onceObject(env, key).reserve(request("a", 2, [3]))).toEqual({ taken: [{ recipient: 3, push: "b" }] });
});

it("keys know nothing of each other", async () => {
  await onceObject(env, newKey()).reserve(request("a", 1, [1]));
  expect(await onceObject(env, newKey()).reserve(request("b", 1, [1]))).toEqual(NONE);
});

it("one address under two recipients of one push is one person", async () => {
  const once = onceObject(env, newKey());
  expect(await once.reserve(request("a", 1, [1]))).toEqual(NONE);
  expect(await once.reserve(request("a", 2, [1], 10))).toEqual({ taken: [{ recipient: 11, push: "a" }] });
});

it("what a later claim has reserved is not given back by an earlier one's end, however late that comes", async () => {
  const once = onceObject(env, newKey());
  const deliveries = [{ recipient: 1, claim: 1 }];
  await once.reserve(request("a", 1, [1]));
  await once.reserve(request("a", 3, [1]));
  await once.reserve(request("a", 1, [1])); // a repeat that comes late
  await once.giveBack({ push: "a", deliveries });
  await once.giveBack({ push: "b", deliveries: [{ recipient: 1, claim: 9 }] });
  expect(await once.reserve(request("b", 1, [1]))).toEqual({ taken: [{ recipient: 1, push: "a" }] });
  await once.giveBack({ push: "a", deliveries: [{ recipient: 1, claim: 3 }] });
  expect(await once.reserve(request("b", 1, [1]))).toEqual(NONE);
  await once.giveBack({ push: "a", deliveries: [{ recipient: 1, claim: 3 }] });
  expect(await once.reserve(request("a", 4, [1]))).toEqual({ taken: [{ recipient: 1, push: "b" }] });
});

it("gives back every address that the delivery had", async () => {
  const once = onceObject(env, newKey());
  await once.reserve(request("a", 1, [1]));
  await once.reserve({ ...request("a", 2, []), people: [{ recipient: 1, person: "person 2" }] });
  await once.giveBack({ push: "a", deliveries: [{ recipient: 1, claim: 2 }] });
  expect(await once.reserve(request("b", 1, [1, 2]))).toEqual(NONE);
});

describe("an address that changed between two claims of a delivery", () => {
  const asked = (claim: number, recipient: number, person: number, replaces: boolean): ReserveRequest => ({
    ...request("a", claim, []),
    people: [{ recipient, person: `person ${person}`, ...(replaces ? { replaces: true } : {}) }],
  });
  const taken = (recipient: number) => ({ taken: [{ recipient, push: "a" }] });

  it("frees the earlier person, unless a mail of an earlier claim may have arrived", async () => {
    for (const replaces of [true, false]) {
      const once = onceObject(env, newKey());
      await once.reserve(asked(1, 1, 1, true));
      for (const _ of [1, 2]) expect(await once.reserve(asked(2, 1, 2, replaces))).toEqual(NONE);
      expect(await once.reserve(request("b", 1, [1]))).toEqual(replaces ? NONE : taken(1));
      expect(await once.reserve(request("b", 2, [2]))).toEqual(taken(2));
    }
  });

  it("frees nobody whom the same claim or a later one has reserved, and a late call reserves nobody", async () => {
    const once = onceObject(env, newKey());
    await once.reserve(asked(2, 1, 1, true));
    expect(await once.reserve(asked(2, 1, 2, true))).toEqual(NONE);
    expect(await once.reserve(asked(1, 1, 3, true))).toEqual(taken(1));
    for (const person of [1, 2]) expect(await once.reserve(request("b", 1, [person]))).toEqual(taken(person));
    expect(await once.reserve(request("b", 1, [3]))).toEqual(NONE);
  });

  it("may be exchanged with another recipient's in one claim, and frees nobody of other pushes", async () => {
    const once = onceObject(env, newKey());
    await once.reserve(request("a", 1, [1, 2]));
    await once.reserve(request("c", 1, [3], -2)); // recipient 1 of another push
    const people = [...asked(2, 1, 2, true).people, ...asked(2, 2, 1, true).people];
    for (const _ of [1, 2]) expect(await once.reserve({ ...request("a", 2, []), people })).toEqual(NONE);
    expect(await once.reserve(request("a", 3, [1, 2], 10))).toEqual({
      taken: [...taken(11).taken, ...taken(12).taken],
    });
    expect(await once.reserve(request("b", 1, [3]))).toEqual({ taken: [{ recipient: 3, push: "c" }] });
  });
});

it("a request that comes after its time reserves nobody", async () => {
  const once = onceObject(env, newKey());
  expect(await once.reserve({ ...request("a", 1, [1]), until: Date.now() - 1 })).toBeNull();
  expect(await once.reserve(request("b", 1, [1]))).toEqual(NONE);
});

it("forgets an erased recipient under each address, and reserves them no more", async () => {
  const key = newKey();
  const once = onceObject(env, key);
  await once.reserve(request("a", 1, [1, 2]));
  await once.reserve({ ...request("b", 1, []), people: [{ recipient: 1, person: "person 1, moved" }] });
  // An earlier recipient had the address.
  await once.reserve({ ...request("c", 1, []), people: [{ recipient: 77, person: "person 9" }] });
  for (const _ of [1, 2]) await once.erase(1, "person 9");
  expect(await tables(key)).toEqual({
    reservation: [{ person: "person 2", push: "a", recipient: 2, claim: 1 }],
    erased: [{ recipient: 1 }],
  });
  // By a consumer that had read them before.
  expect(await once.reserve(request("d", 1, [1]))).toEqual({ taken: [{ recipient: 1, push: null }] });
  expect((await tables(key)).reservation).toHaveLength(1);
});

it("an object that nobody has asked to reserve keeps nothing", async () => {
  const key = newKey();
  await onceObject(env, key).giveBack({ push: "a", deliveries: [{ recipient: 1, claim: 1 }] });
  await onceObject(env, key).erase(1, "person 1");
  const names = await runInDurableObject(env.ONCE.getByName(key), (_object, { storage }) =>
    storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT GLOB '_cf_*'").toArray(),
  );
  expect(names).toEqual([]);
  expect(await runDurableObjectAlarm(env.ONCE.getByName(key))).toBe(false);
});

it("is kept for a year after its last use, then deleted", async () => {
  const key = newKey();
  const stub = env.ONCE.getByName(key);
  await onceObject(env, key).reserve(request("a", 1, [1]));
  const used = (at: number) =>
    runInDurableObject(stub, (_object, { storage }) => void storage.sql.exec("UPDATE used SET at = ?1", at));
  const alarm = () => runInDurableObject(stub, (_object, { storage }) => storage.getAlarm());
  expect(await alarm()).toBeGreaterThan(Date.now() + KEPT_MS - 60_000);
  await used(Date.now() - KEPT_MS + 3_600_000 * 2);
  await runDurableObjectAlarm(stub);
  expect((await tables(key)).reservation).toHaveLength(1);
  expect(await alarm()).toBeLessThan(Date.now() + 3_600_000 * 2);
  await onceObject(env, key).reserve(request("b", 1, [1])); // a use
  await runDurableObjectAlarm(stub);
  expect(await alarm()).toBeGreaterThan(Date.now() + KEPT_MS - 60_000);
  await used(Date.now() - KEPT_MS);
  await runDurableObjectAlarm(stub);
  expect(await runDurableObjectAlarm(stub)).toBe(false);
  await vi.waitFor(async () => {
    expect(await onceObject(env, key).reserve(request("b", 1, [1]))).toEqual(NONE);
  });
});

it("a person is one under each case of their address, and another under each key", () => {
  expect(personOf("k", "Ann@Example.com")).toBe(personOf("k", "ann@example.com"));
  expect(personOf("k", "ann@example.com")).not.toBe(personOf("l", "ann@example.com"));
  expect(personOf("k", "ann@example.com")).not.toContain("ann");
});
