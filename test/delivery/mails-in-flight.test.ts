import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, it } from "vitest";
import { Allowance } from "../../src/delivery/allowance.ts";
import { sendAll } from "../../src/delivery/sessions.ts";
import { Settler } from "../../src/delivery/settle/settler.ts";
import type { Composed } from "../../src/delivery/work.ts";
import { pushObject } from "../../src/push/call.ts";
import { newPushId } from "../../src/push/steering/id.ts";
import { nothing } from "../../src/transport/nothing.ts";
import { smtp } from "../../src/transport/smtp/index.ts";
import type { Feed, Outgoing, Transport } from "../../src/transport/transport.ts";
import { address, World } from "../push/world.ts";
import { serverOf } from "../relay-server.ts";
import { relay } from "../setup/own-relay.ts";

afterEach(() => relay.reset({}));

const MB = 1024 * 1024;

/** Counts the bytes of mails that a transport has been given and has not reported. */
class Scale implements Transport {
  readonly name = "scale";
  peakBytes = 0;
  peakMails = 0;
  readonly #inner: Transport;
  readonly #inFlight = new Map<number, number>();

  constructor(inner: Transport) {
    this.#inner = inner;
  }

  deliver(feed: Feed, limits: Parameters<Transport["deliver"]>[1]) {
    const weigh = (mail: Outgoing | null) => {
      if (mail === null) return mail;
      this.#inFlight.set(mail.id, mail.content.length);
      this.peakBytes = Math.max(
        this.peakBytes,
        [...this.#inFlight.values()].reduce((sum, bytes) => sum + bytes, 0),
      );
      this.peakMails = Math.max(this.peakMails, this.#inFlight.size);
      return mail;
    };
    const weighing: Feed = {
      next: () => {
        const next = feed.next();
        return next instanceof Promise ? next.then(weigh) : weigh(next);
      },
      report: (outcome) => {
        this.#inFlight.delete(outcome.id);
        feed.report(outcome);
      },
    };
    return this.#inner.deliver(weighing, limits);
  }
}

/** Sends mails of these sizes, claimed in one batch, over four sessions. */
async function send(inner: Transport, sizes: readonly number[]) {
  const id = newPushId(Date.now());
  const token = await runInDurableObject(env.PUSH.getByName(id), (_object, state) =>
    state.storage.transactionSync(() => {
      const world = new World(state.storage, sizes.length, { id }, {}, Date.now());
      return world.claim(world.release()).token;
    }),
  );
  const settler = new Settler(env, id, token, 100);
  const scale = new Scale(inner);
  let composed = 0;
  const compose = (one: number): Composed => {
    composed++;
    const content = new Uint8Array(sizes[one - 1] ?? 0).fill(120);
    for (let at = 78; at < content.length; at += 80) content.set([13, 10], at);
    content.set([13, 10], content.length - 2);
    return {
      kind: "mail",
      mail: { id: one, from: "a@example.com", to: address(one), content, eightBit: false, envelopeId: null },
    };
  };
  await sendAll(
    sizes.map((_, i) => i + 1),
    {
      transport: scale,
      limits: { beginBefore: Date.now() + 50_000, messageTimeoutMs: 30_000 },
      settler,
      sessions: 4,
      allowance: new Allowance(),
      recipients: { readAt: Infinity, read: async () => [] },
      sendTimes: null,
      compose,
    },
  );
  await settler.end();
  return { scale, composed, tallies: (await pushObject(env, id).status())?.tallies };
}

it("of 40 mails of 8 MB one is in flight at a time, over all sessions, and all are sent", async () => {
  await relay.reset({ capabilities: ["PIPELINING", "CHUNKING"], keep: "count" });
  const { scale, composed, tallies } = await send(smtp(serverOf(env)), Array(40).fill(8 * MB));
  expect(tallies).toMatchObject({ sent: 40 });
  expect(scale.peakMails).toBe(1);
  expect(composed).toBeLessThanOrEqual(42);
});

it("mails in flight are bounded by bytes over all sessions, whatever sizes are mixed", async () => {
  await relay.reset({ capabilities: ["PIPELINING", "CHUNKING"], keep: "count", rttMs: 5 });
  const sizes = Array.from({ length: 100 }, (_, i) => (i % 7 === 0 ? MB : i % 3 === 0 ? MB / 4 : 2_000));
  const { scale, tallies } = await send(smtp(serverOf(env)), sizes);
  expect(tallies).toMatchObject({ sent: 100 });
  expect(scale.peakBytes).toBeLessThanOrEqual(4 * MB);
  expect(scale.peakMails).toBeGreaterThan(4);
});

it("a list of mails that all fail before the relay is asked stops at the breaker, not after the batch", async () => {
  const takesNone: Transport = {
    name: "takes none",
    async deliver(feed) {
      for (let next = await feed.next(); next !== null; next = await feed.next()) {
        feed.report({ id: next.id, kind: "unsendable", cause: "address", reason: "needs SMTPUTF8" });
      }
      return { kind: "done" };
    },
  };
  const { composed, tallies } = await send(takesNone, Array(100).fill(1_000));
  expect(composed).toBeLessThanOrEqual(20 + 4);
  expect(tallies?.failed).toBeLessThanOrEqual(20 + 4);
  expect(tallies).toMatchObject({ sending: 0 });
});

it("a mail larger than all the room passes alone, between others", async () => {
  const { scale, tallies } = await send(nothing(), [1_000, 9 * MB, 1_000, 5 * MB]);
  expect(tallies).toMatchObject({ sent: 4 });
  expect(scale.peakBytes).toBe(9 * MB);
});
