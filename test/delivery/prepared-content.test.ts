import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, expect, it } from "vitest";
import type { RelaySettings } from "../../src/config/relays.ts";
import { readSettings } from "../../src/config/settings.ts";
import { Allowance, MAX_CONSUMER_WORK } from "../../src/delivery/allowance.ts";
import { holdContent, holdNewContent, preparedBytes, weightOf } from "../../src/delivery/content/prepared-content.ts";
import { deliverGroup } from "../../src/delivery/group.ts";
import { withDraft } from "../../src/drafts/draft.ts";
import { pushObject } from "../../src/push/call.ts";
import type { DeliverJob } from "../../src/push/job.ts";
import type { NewPush } from "../../src/push/rpc.ts";
import { newPushId } from "../../src/push/steering/id.ts";
import { World } from "../push/world.ts";

const MB = 1024 * 1024;
const PEOPLE = Array.from({ length: 50 }, (_, i) => i + 1);
const CONTENT = { subject: "s", from: "a@example.com", replyTo: null, list: true, signedWith: null };
/** As many tags as a template may have. */
const LARGEST = "<p>{{ username }} and {{ area }}</p>".repeat(10_000);
const settings = readSettings(env);

beforeEach(async () => {
  await env.DB.prepare("DELETE FROM recipients").run();
  await env.DB.prepare(
    `INSERT INTO recipients (id, address, address_key, username, created_at, updated_at)
     SELECT value, 'p' || value || '@example.com', 'p' || value || '@example.com', 'Ann', 1, 1 FROM json_each(?1)`,
  )
    .bind(JSON.stringify(PEOPLE))
    .run();
});

function prepare(push: string, html: string, patienceMs = 60_000) {
  const content = { ...CONTENT, push, html, text: null };
  return holdNewContent(content, settings, Date.now() + patienceMs, new Allowance());
}

/** Sends a push to all with this allowance. Gives its tallies. */
async function send(push: Partial<NewPush>, allowance: Allowance) {
  const id = newPushId(Date.now());
  await runInDurableObject(env.PUSH.getByName(id), (_object, state) =>
    state.storage.transactionSync(() => {
      new World(state.storage, PEOPLE.length, { id, ...push }, {}, Date.now()).release();
    }),
  );
  const messages = new Map(
    PEOPLE.map((one) => [one, { ack() {}, retry() {}, attempts: 1 } as unknown as Message<DeliverJob>]),
  );
  const bindings = { ...env, TRANSPORT: "none" } as unknown as Env;
  await deliverGroup({ push: id, messages }, bindings, { connections: 1, endsAt: Date.now() + 840_000, allowance });
  return (await pushObject(env, id).status())?.tallies;
}

it("contents of the largest kind are cached within 32 MB, and the last ones stay", async () => {
  for (let i = 0; i < 4; i++) (await prepare(`large${i}`, LARGEST))?.release();
  for (let i = 0; i < 8; i++) (await prepare(`usual${i}`, "<p>Dear {{ username }}</p>".repeat(20)))?.release();
  expect(preparedBytes()).toBeLessThanOrEqual(32 * MB);
  for (let i = 0; i < 8; i++) expect(holdContent(`usual${i}`, 0)).not.toBeNull();
});

it("a large content waits while another one is in use; a small one does not", async () => {
  const inUse = await prepare("in-use", LARGEST);
  expect(await prepare("too-much", LARGEST, 400)).toBeNull();
  const small = await prepare("small", "<p>{{ username }}</p>", 0);
  expect(small).not.toBeNull();
  const waiting = prepare("waiting", LARGEST);
  await new Promise((resolve) => setTimeout(resolve, 50));
  inUse?.release();
  const next = await waiting;
  expect(next).not.toBeNull();
  next?.release();
  small?.release();
});

it("drafts evict no push's content, however large and many, and nothing of them stays", async () => {
  (await prepare("running", LARGEST))?.release();
  const before = preparedBytes();
  const relay = settings.relays[0] as RelaySettings;
  const draft = (html: string, use: () => Promise<void>) =>
    withDraft({ ...CONTENT, html, text: null, headers: {}, attachments: [] }, settings, relay, Date.now(), use);
  for (let n = 0; n < 3; n++) {
    await draft(LARGEST, async () => {
      expect(preparedBytes()).toBeGreaterThan(before + MB);
      expect(holdContent(n === 0 ? "running" : `push${n - 1}`, 0)).not.toBeNull();
      // While a large one is used a small one need not wait, …
      expect(await draft("<p>{{ username }}</p>", async () => {})).not.toBeNull();
      // … and a push finds room.
      const push = await prepare(`push${n}`, LARGEST, 1_000);
      expect(push).not.toBeNull();
      push?.release();
    });
  }
  expect(holdContent("push2", 0)).not.toBeNull();
  expect(preparedBytes()).toBeLessThanOrEqual(32 * MB);
  const full = preparedBytes();
  for (let n = 0; n < 3; n++) await draft(LARGEST, async () => {});
  expect([preparedBytes(), holdContent("push2", 0) === null]).toEqual([full, false]);
});

it("a content weighs by its characters and by the length of its tags, in linear time", () => {
  const weight = (html: string) => weightOf({ subject: "", html, text: "" });
  expect(weight("{{ area }}".repeat(1_000))).toBeGreaterThan(
    20 * weight("<p>-area</p>".repeat(1_000)) - 20 * weight(""),
  );
  expect(weight(`{{ area${" | abs".repeat(5_000)} }}`)).toBeGreaterThan(30_000 * 25);
  // Openers without an end, as in a raw block.
  expect(weight(`{% raw %}${"{{".repeat(250_000)}{% endraw %}`)).toBeGreaterThan(0);
});

it("a claim that has used up its consumer's work gives the rest back untried", async () => {
  const allowance = new Allowance();
  allowance.spend(MAX_CONSUMER_WORK - 500_000);
  const html = "{% for i in (1..1000) %}{{ username | upcase }}{% endfor %}";
  const tallies = await send({ html }, allowance);
  expect(allowance.isSpent).toBe(true);
  expect(tallies?.sent).toBeGreaterThan(1);
  expect(tallies?.sent).toBeLessThan(PEOPLE.length);
  const { sent = 0, pending = 0, queued = 0 } = tallies ?? {};
  expect(sent + pending + queued).toBe(PEOPLE.length);
});

it("mails that fail for doing too much use up the work too, and a claim advances by one at least", async () => {
  const allowance = new Allowance();
  allowance.spend(MAX_CONSUMER_WORK - 1);
  const html = "{% for i in (1..100000) %}{{ username | upcase }}{% endfor %}";
  const before = await send({ html }, allowance);
  expect(before).toMatchObject({ failed: 1, sending: 0 });
  const fresh = new Allowance();
  fresh.spend(MAX_CONSUMER_WORK - 500_000);
  const { failed = 0 } = (await send({ html }, fresh)) ?? {};
  expect(failed).toBeLessThan(10);
});
