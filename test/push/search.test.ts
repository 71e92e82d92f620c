import fc from "fast-check";
import { expect, it } from "vitest";
import type { DeliveryState } from "../../src/core/states.ts";
import { deliveriesOf, LOOKED_AT } from "../../src/push/index/deliveries.ts";
import { FAILURES_READ, failuresOf, reasonsOf } from "../../src/push/index/failures.ts";
import type { DeliveryMatch } from "../../src/push/rpc.ts";
import { inObject, World } from "./world.ts";

const ANY: DeliveryMatch = { search: null, class: null, domain: null };

interface Given {
  address: string;
  state?: DeliveryState;
  class?: string | null;
  reply?: string | null;
}

/** A ledger with these deliveries; ids from 1. */
function withDeliveries(storage: DurableObjectStorage, given: readonly Given[]): World {
  const world = new World(storage, given.length);
  const changes = given.map(({ address, state = "sent", class: verdict = null, reply = null }, n) => {
    return { id: n + 1, address, state, class: verdict, reply };
  });
  const before = world.ledger.rows(changes.map(({ id }) => id));
  world.ledger.transaction(() => world.ledger.store(before, changes, world.now));
  return world;
}

/** The ids of all pages, and how many pages they were. */
function found(world: World, state: DeliveryState | null, matching: Partial<DeliveryMatch>, limit = 100) {
  const ids: number[] = [];
  let pages = 0;
  for (let after: number | null = 0; after !== null; pages++) {
    const page = deliveriesOf(world.ledger, { state, after, limit, matching: { ...ANY, ...matching } });
    ids.push(...page.deliveries.map(({ id }) => id));
    after = page.next;
  }
  return { ids, pages };
}

/** Rows that SQLite reads for `work`. */
function rowsRead(world: World, work: () => void): number {
  const { sql } = world.ledger;
  const cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = [];
  const counting = {
    exec: (query: string, ...binds: SqlStorageValue[]) => {
      const cursor = sql.exec(query, ...binds);
      cursors.push(cursor);
      return cursor;
    },
  };
  Object.defineProperty(world.ledger, "sql", { value: counting, configurable: true });
  work();
  Object.defineProperty(world.ledger, "sql", { value: sql });
  return cursors.reduce((sum, { rowsRead }) => sum + rowsRead, 0);
}

it("a search finds a part of the address or of the reply in any case, and takes it as it is", () =>
  inObject((storage) => {
    const world = withDeliveries(storage, [
      { address: "Ann.Lee@example.com", reply: "550 5.1.1 No such user" },
      { address: "bo_100%@example.org", reply: null },
      { address: "Ünal@example.com", reply: "451 Später" },
      { address: `${"long".repeat(15)}@example.com` },
      { address: "o'brien@example.com", reply: 'a "quoted" word' },
    ]);
    const search = (text: string) => found(world, null, { search: text }).ids;
    expect(search("ann.l")).toEqual([1]);
    expect(search("NO SUCH")).toEqual([1]);
    expect(search("_100%")).toEqual([2]);
    expect(search("%")).toEqual([2]);
    expect(search("_")).toEqual([2]);
    expect(search("ÜNAL")).toEqual([3]);
    expect(search("ünal")).toEqual([3]);
    expect(search("SPÄTER")).toEqual([3]);
    expect(search(`LONG${"long".repeat(14)}@example.com`)).toEqual([4]);
    expect(search("'brien")).toEqual([5]);
    expect(search('"quoted"')).toEqual([5]);
    expect(search("' OR 1=1 --")).toEqual([]);
    expect(search("*")).toEqual([]);
    expect(search("example")).toEqual([1, 2, 3, 4, 5]);
  }));

it("a domain is the whole domain, a class the whole class, and all conditions hold together", () =>
  inObject((storage) => {
    const full = { state: "failed", class: "mailbox-full" } as const;
    const world = withDeliveries(storage, [
      { address: "a@example.com", ...full },
      { address: "b@mail.example.com", ...full },
      { address: "c@anexample.com", ...full },
      { address: "d@example.com", state: "failed", class: "rejected" },
      { address: "e@example.com", state: "deferred", class: "mailbox-full" },
      { address: "f@example.com", class: "accepted" },
    ]);
    expect(found(world, null, { domain: "example.com" }).ids).toEqual([1, 4, 5, 6]);
    expect(found(world, null, { class: "mailbox-full" }).ids).toEqual([1, 2, 3, 5]);
    expect(found(world, null, { class: "mailbox" }).ids).toEqual([]);
    expect(found(world, "failed", { class: "mailbox-full", domain: "example.com" }).ids).toEqual([1]);
    expect(found(world, "failed", { domain: "example.com", search: "D@" }).ids).toEqual([4]);
    expect(found(world, "sent", { domain: "example.com" }, 1).ids).toEqual([6]);
  }));

it.each([null, "sent", "failed"] as const)("one call reads at most 20,000 rows, state %s", (state) =>
  inObject((storage) => {
    const people = 2 * LOOKED_AT + 5;
    const given = Array.from({ length: people }, (_, n) => ({ address: `p${n}@example.com`, state: state ?? "sent" }));
    const world = withDeliveries(storage, given);
    const matching = { ...ANY, search: `p${people - 1}@` };
    const read = rowsRead(world, () => {
      const page = deliveriesOf(world.ledger, { state, after: 0, limit: 10, matching });
      expect(page).toEqual({ deliveries: [], next: LOOKED_AT });
    });
    // And the rows of the push and its tallies.
    expect(read).toBeLessThanOrEqual(20_000 + 2);
    expect(found(world, state, matching)).toEqual({ ids: [people], pages: 3 });
    // A page that fills reads no further.
    expect(
      rowsRead(world, () => deliveriesOf(world.ledger, { state, after: 0, limit: 10, matching: ANY })),
    ).toBeLessThan(50);
  }),
);

it("pages of any size give each match once, in order", () =>
  inObject((storage) => {
    const given = Array.from({ length: 60 }, (_, n) => ({
      address: `p${n}@${n % 3 ? "a" : "b"}.example`,
      state: n % 2 ? ("failed" as const) : ("sent" as const),
      class: n % 5 ? "rejected" : null,
    }));
    const world = withDeliveries(storage, given);
    const maybe = <T>(value: T) => fc.option(fc.constant(value));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 70 }),
        fc.constantFrom(null, "failed", "sent"),
        maybe("rejected"),
        maybe("b.example"),
        maybe("P1"),
        (limit, state, verdict, domain, search) => {
          const expected = given.flatMap((one, n) =>
            (state === null || one.state === state) &&
            (verdict === null || one.class === verdict) &&
            (domain === null || one.address.endsWith(`@${domain}`)) &&
            (search === null || one.address.startsWith("p1"))
              ? [n + 1]
              : [],
          );
          expect(found(world, state as DeliveryState | null, { class: verdict, domain, search }, limit).ids).toEqual(
            expected,
          );
        },
      ),
    );
  }));

it("failures are read a bounded part at a time, failed and bounced in one order", () =>
  inObject((storage) => {
    const people = FAILURES_READ + 10;
    const given = Array.from({ length: people }, (_, n) => ({
      address: `p${n}@example.com`,
      state: n % 2 ? ("failed" as const) : ("bounced" as const),
      class: n % 2 ? "rejected" : "bounced",
    }));
    const world = withDeliveries(storage, [...given, { address: "s@example.com", state: "sent", class: "accepted" }]);
    const read = rowsRead(world, () => {
      expect(failuresOf(world.ledger, 0)).toMatchObject({ groups: { lookedAt: FAILURES_READ }, next: FAILURES_READ });
    });
    expect(read).toBeLessThan(FAILURES_READ + 10);
    const rest = failuresOf(world.ledger, FAILURES_READ);
    expect(rest.next).toBeNull();
    expect(rest.groups.classes.map(({ name, count }) => [name, count])).toEqual([
      ["bounced", 5],
      ["rejected", 5],
    ]);
  }));

it.each(["deferred", "in_doubt", "skipped", "complained"] as const)(
  "the reasons of the %s are read a bounded part at a time, and no other state's rows",
  (state) =>
    inObject((storage) => {
      const reasoned = Array.from({ length: FAILURES_READ + 10 }, (_, n) => ({
        address: `p${n}@example.com`,
        state,
        class: n % 2 ? "mailbox-full" : "greylisted",
      }));
      const others = Array.from({ length: 5_000 }, (_, n) => ({
        address: `o${n}@example.com`,
        state: n % 2 ? ("failed" as const) : ("sent" as const),
        class: "rejected",
      }));
      const world = withDeliveries(storage, [...others, ...reasoned]);
      const last = others.length + FAILURES_READ;
      const read = rowsRead(world, () => {
        expect(reasonsOf(world.ledger, state, 0)).toMatchObject({ groups: { lookedAt: FAILURES_READ }, next: last });
      });
      expect(read).toBeLessThan(FAILURES_READ + 10);
      const rest = reasonsOf(world.ledger, state, last);
      expect(rest.next).toBeNull();
      expect(rest.groups.classes.map(({ name, count }) => [name, count])).toEqual([
        ["greylisted", 5],
        ["mailbox-full", 5],
      ]);
    }),
);
