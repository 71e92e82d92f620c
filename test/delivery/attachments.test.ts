import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, expect, it } from "vitest";
import { readSettings } from "../../src/config/settings.ts";
import { Allowance } from "../../src/delivery/allowance.ts";
import { holdNewContent, preparedBytes } from "../../src/delivery/content/prepared-content.ts";
import { deliverGroup } from "../../src/delivery/group.ts";
import { pushObject } from "../../src/push/call.ts";
import type { DeliverJob } from "../../src/push/job.ts";
import { newPushId } from "../../src/push/steering/id.ts";
import { type Break, withBrokenLine } from "../push/broken-line.ts";
import { World } from "../push/world.ts";

const MB = 1024 * 1024;
const PEOPLE = Array.from({ length: 20 }, (_, i) => i + 1);
const FILE = { filename: "a.bin", contentType: "application/octet-stream", contentId: null };
const CONTENT = { subject: "s", html: "<p>h</p>", text: null, from: "a@example.com", replyTo: null, list: true };

beforeEach(async () => {
  await env.DB.prepare("DELETE FROM recipients").run();
  await env.DB.prepare(
    `INSERT INTO recipients (id, address, address_key, username, created_at, updated_at)
     SELECT value, 'p' || value || '@example.com', 'p' || value || '@example.com', 'Ann', 1, 1 FROM json_each(?1)`,
  )
    .bind(JSON.stringify(PEOPLE))
    .run();
});

/** A push with a file, whose people are delivered in two batches over a line that breaks so. */
async function deliver(breaks: Break) {
  const id = newPushId(Date.now());
  await runInDurableObject(env.PUSH.getByName(id), (_object, state) =>
    state.storage.transactionSync(() => {
      const attachments = [{ ...FILE, bytes: new Uint8Array(3_000_000).fill(65) }];
      new World(state.storage, PEOPLE.length, { id, attachments }, {}, Date.now()).release();
    }),
  );
  const { bindings, made } = withBrokenLine(breaks);
  const tallies: unknown[] = [];
  for (const ids of [PEOPLE.slice(0, 10), PEOPLE.slice(10)]) {
    const messages = new Map(
      ids.map((one) => [one, { ack() {}, retry() {}, attempts: 1 } as unknown as Message<DeliverJob>]),
    );
    const share = { connections: 1, endsAt: Date.now() + 840_000, allowance: new Allowance() };
    await deliverGroup({ push: id, messages }, { ...bindings, TRANSPORT: "none" } as unknown as Env, share);
    tallies.push((await pushObject(env, id).status())?.tallies);
  }
  return { tallies, reads: made.filter((name) => name === "attachments").length };
}

it("an isolate reads a push's files once, in a call that is repeated when the line breaks", async () => {
  const { tallies, reads } = await deliver({ method: "attachments", calls: 1, committed: true });
  expect(tallies).toMatchObject([{ sent: 10, queued: 10 }, { sent: 20 }]);
  expect(reads).toBe(2);
});

it("a claim whose files cannot be had is given back, and the next one is sent with them", async () => {
  const error = Object.assign(new Error("the object has a bug"), { remote: true });
  const { tallies, reads } = await deliver({ method: "attachments", calls: 1, committed: false, error });
  expect(tallies).toMatchObject([
    { pending: 10, queued: 10, sending: 0 },
    { pending: 10, sent: 10 },
  ]);
  expect(reads).toBe(2);
});

it("files count among the 32 MB of contents, and the last used ones stay", async () => {
  const settings = readSettings(env);
  let reads = 0;
  const prepare = async (push: string) => {
    const content = { ...CONTENT, push, signedWith: null, attachments: [{ ...FILE, size: 5_000_000 }] };
    const held = await holdNewContent(content, settings, Date.now() + 60_000, new Allowance(), async () => {
      reads++;
      return [{ ...FILE, bytes: new Uint8Array(5_000_000) }];
    });
    expect(held?.value.ok).toBe(true);
    held?.release();
  };
  for (let i = 0; i < 6; i++) await prepare(`files${i}`);
  expect(preparedBytes()).toBeGreaterThan(20 * MB);
  expect(preparedBytes()).toBeLessThanOrEqual(32 * MB);
  await prepare("files5");
  expect(reads).toBe(6);
  await prepare("files0");
  expect(reads).toBe(7);
});
