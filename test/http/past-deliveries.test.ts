import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { pushObject } from "../../src/push/call.ts";
import { mirror } from "../../src/push/index/mirror.ts";
import type { Outcome, PushStatus } from "../../src/push/rpc.ts";
import { newPushId } from "../../src/push/steering/id.ts";
import { outcome, World } from "../push/world.ts";
import { api, type Json, json } from "./api.ts";

const DAY_MS = 86_400_000;

let person: Json;
beforeEach(async () => {
  await env.DB.batch(["recipients", "pushes"].map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
  await api("POST", "/api/recipients", { address: "ann@example.com" });
  person = (await json(api("GET", "/api/recipients"))).data[0];
});

/** A push with the given deliveries failed, or of `kinds`; its ledger in an object, and its row in D1. */
async function pushTo(
  ids: readonly number[],
  row: Partial<PushStatus> = {},
  kinds: readonly Outcome["kind"][] = [],
): Promise<string> {
  const id = newPushId(Date.now());
  await runInDurableObject(env.PUSH.getByName(id), (_object, state) =>
    state.storage.transactionSync(() => {
      const world = new World(state.storage, Math.max(...ids), { id }, {}, Date.now());
      world.release();
      const outcomes = ids.map((one, n) => outcome(one, kinds[n] ?? "failed", { class: "mailbox-full" }));
      world.settle(world.claim(ids).token, ...outcomes);
      world.ledger.updatePush({ status: "paused", paused_at: Date.now() });
    }),
  );
  const status = (await pushObject(env, id).status()) as PushStatus;
  await mirror(env.DB, { ...status, ...row }, 1_000_000);
  return id;
}

/** Pushes of which only the row in D1 is there. */
async function withoutLedger(count: number): Promise<void> {
  const id = await pushTo([person.id]);
  const status = (await pushObject(env, id).status()) as PushStatus;
  await env.DB.prepare("DELETE FROM pushes WHERE id = ?1").bind(id).run();
  for (let n = 0; n < count; n++) await mirror(env.DB, { ...status, id: newPushId(Date.now()) }, 1);
}

async function history(query = ""): Promise<{ pushes: string[]; deliveries: Json[]; pages: number }> {
  const all: Json[] = [];
  let pages = 0;
  for (let after: string | null = ""; after !== null; pages++) {
    const page: Json = await json(
      api("GET", `/api/recipients/${person.id}/deliveries?${query}${after && `&after=${after}`}`),
    );
    expect(page.hasMore).toBe(page.next !== null);
    all.push(...page.data);
    after = page.next;
  }
  return { pushes: all.map(({ push }) => push.id), deliveries: all, pages };
}

describe("a person's deliveries", () => {
  it("are those of every push that is kept, the newest first, in pages of any size", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 9; n++) ids.unshift(await pushTo([n % 3 === 0 ? person.id + 1 : person.id]));
    // A ledger holds all ids up to the greatest.
    const { deliveries, pushes } = await history();
    expect(pushes).toEqual(ids);
    expect(deliveries[0]).toMatchObject({
      push: { id: ids[0], subject: expect.any(String), createdAt: expect.stringMatching(/Z$/) },
      delivery: { id: person.id, state: "failed", class: "mailbox-full" },
    });
    for (const limit of [1, 2, 5]) expect((await history(`limit=${limit}`)).pushes).toEqual(ids);
  });

  it("are not looked for where they cannot be", async () => {
    const kept = await pushTo([person.id]);
    await pushTo([person.id], { status: "finished", finishedAt: Date.now() - 91 * DAY_MS });
    await pushTo([person.id], { status: "finished", finishedAt: Date.parse(person.createdAt) - 1 });
    expect((await history()).pushes).toEqual([kept]);
  });

  it("are found behind many pushes that have none, a bounded number of them a page", async () => {
    const kept = await pushTo([person.id]);
    await withoutLedger(65);
    const { pushes, pages } = await history();
    expect({ pushes, pages }).toEqual({ pushes: [kept], pages: 2 });
  });

  it("are a 404 for nobody, and none for somebody new", async () => {
    expect((await api("GET", "/api/recipients/999999/deliveries")).status).toBe(404);
    expect(await json(api("GET", `/api/recipients/${person.id}/deliveries`))).toEqual({
      data: [],
      hasMore: false,
      next: null,
    });
  });
});

describe("failures", () => {
  it("are counted by class and domain, with words and advice, and add up", async () => {
    const id = await pushTo([1, 2, 3]);
    const answer = await json(api("GET", `/api/pushes/${id}/failures`));
    expect(answer).toEqual({
      lookedAt: 3,
      classes: [
        {
          class: "mailbox-full",
          count: 3,
          advice: expect.stringContaining("Retry"),
          samples: [{ words: "550 words about 1", count: 3 }],
        },
      ],
      domains: [
        {
          domain: "example.com",
          count: 3,
          classes: [{ class: "mailbox-full", count: 3 }],
          samples: [{ words: "550 words about 1", count: 3 }],
        },
      ],
      otherDomains: 0,
      hasMore: false,
      next: null,
    });
    expect((await json(api("GET", `/api/pushes/${id}`))).failure).toBe(answer.lookedAt);
    expect((await api("GET", `/api/pushes/${newPushId(Date.now())}/failures`)).status).toBe(404);
    expect((await api("GET", `/api/pushes/${id}/failures?limit=5`)).status).toBe(400);
  });

  it("have the reasons of other states beside them, each state by itself", async () => {
    const id = await pushTo([1, 2, 3, 4], {}, ["failed", "deferred", "deferred", "skipped"]);
    const counted = async (query: string) => {
      const { lookedAt, classes } = await json(api("GET", `/api/pushes/${id}/failures${query}`));
      return [lookedAt, classes.map((one: Json) => [one.class, one.count])];
    };
    expect(await counted("")).toEqual([1, [["mailbox-full", 1]]]);
    expect(await counted("?state=failed")).toEqual([1, [["mailbox-full", 1]]]);
    expect(await counted("?state=deferred")).toEqual([2, [["mailbox-full", 2]]]);
    expect(await counted("?state=skipped")).toEqual([1, [["mailbox-full", 1]]]);
    expect(await counted("?state=in_doubt")).toEqual([0, []]);
    expect((await api("GET", `/api/pushes/${id}/failures?state=sent`)).status).toBe(400);
  });

  it("are found one by one by what they were grouped by", async () => {
    const id = await pushTo([1, 3]);
    const find = async (query: string) =>
      (await json(api("GET", `/api/pushes/${id}/deliveries?${query}`))).data?.map((one: Json) => one.id);
    expect(await find("class=mailbox-full&domain=EXAMPLE.com&state=failed")).toEqual([1, 3]);
    expect(await find("search=about%203")).toEqual([3]);
    // A whole address, as somebody may write it.
    expect(await find("search=p3@EXAMPLE.COM")).toEqual([3]);
    for (const query of ["domain=a%20b", "domain=", "search=", "class=", `search=${"x".repeat(321)}`]) {
      expect((await api("GET", `/api/pushes/${id}/deliveries?${query}`)).status).toBe(400);
    }
  });
});
