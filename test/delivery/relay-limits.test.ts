import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, inject, it } from "vitest";
import { Allowance } from "../../src/delivery/allowance.ts";
import { sendAll } from "../../src/delivery/sessions.ts";
import { Settler } from "../../src/delivery/settle/settler.ts";
import type { Composed } from "../../src/delivery/work.ts";
import { pushObject } from "../../src/push/call.ts";
import { newPushId } from "../../src/push/steering/id.ts";
import { smtp } from "../../src/transport/smtp/index.ts";
import type { RelayConfig } from "../../src/transport/transport.ts";
import { address, World } from "../push/world.ts";
import { RemoteRelay } from "../relay/remote.ts";
import type { RelayScript } from "../relay/script.ts";
import { serverOf } from "../relay-server.ts";

const SMALL = new TextEncoder().encode("Subject: x\r\n\r\nx\r\n");
const LARGE = new TextEncoder().encode(`Subject: x\r\n\r\n${"x".repeat(70)}\r\n`.padEnd(5_000, "y"));

/** One claim of so many mails, sent to a relay of this script; the push's status, and the deliveries' classes. */
async function send(
  people: number,
  script: RelayScript,
  options: { config?: Partial<RelayConfig>; contentOf?: (id: number) => Uint8Array; sessions?: number } = {},
) {
  const relay = await RemoteRelay.start(inject("relayControl"), script);
  try {
    const id = newPushId(Date.now());
    const { token, ids } = await runInDurableObject(env.PUSH.getByName(id), (_object, state) =>
      state.storage.transactionSync(() => {
        const world = new World(state.storage, people, { id }, {}, Date.now());
        const released = world.release();
        return { token: world.claim(released).token, ids: [...released] };
      }),
    );
    const settler = new Settler(env, id, token, 100);
    await sendAll(ids, {
      transport: smtp({ ...serverOf(env), port: relay.port, ...options.config }),
      limits: { beginBefore: Date.now() + 60_000, messageTimeoutMs: 10_000 },
      settler,
      sessions: options.sessions ?? 4,
      allowance: new Allowance(),
      recipients: { readAt: Date.now(), read: async () => [] },
      sendTimes: null,
      compose: (one): Composed => {
        const content = options.contentOf?.(one) ?? SMALL;
        return {
          kind: "mail",
          mail: { id: one, from: "a@example.com", to: address(one), content, eightBit: false, envelopeId: null },
        };
      },
    });
    await settler.end();
    const classes = await runInDurableObject(env.PUSH.getByName(id), (_object, state) =>
      state.storage.sql
        .exec<{ class: string; n: number }>("SELECT class, count(*) AS n FROM delivery GROUP BY class ORDER BY class")
        .toArray(),
    );
    return { status: await pushObject(env, id).status(), classes, summary: await relay.summary() };
  } finally {
    await relay.stop();
  }
}

describe("a mail over the relay's SIZE", () => {
  const capabilities = ["PIPELINING", "SIZE 2000"];

  it.each([1, 4])("that all are pauses the push, and one has failed for it (%s sessions)", async (sessions) => {
    const { status, classes, summary } = await send(100, { capabilities }, { contentOf: () => LARGE, sessions });
    expect(status).toMatchObject({ status: "paused", tallies: { failed: 1, pending: 99 } });
    expect(status?.reason).toMatch(/5002 bytes is larger than the server takes \(2000\)/);
    expect(classes).toContainEqual({ class: "too-large", n: 1 });
    expect(summary.commands.MAIL).toBeUndefined();
  });

  it("that only some are fails those alone", async () => {
    const contentOf = (id: number) => (id % 10 === 0 ? LARGE : SMALL);
    const { status, classes } = await send(100, { capabilities }, { contentOf });
    expect(status).toMatchObject({ tallies: { failed: 10, sent: 90 } });
    expect(status?.status).not.toBe("paused");
    expect(classes).toContainEqual({ class: "unsendable", n: 10 });
  });

  it("refused at MAIL by a relay that names no limit pauses it as well", async () => {
    const rules = [{ stage: "mail" as const, reply: "552 5.3.4 Message size exceeds fixed limit" }];
    const { status } = await send(100, { capabilities: ["PIPELINING"], rules });
    expect(status?.status).toBe("paused");
    expect(status?.tallies.failed).toBeLessThanOrEqual(4);
  });
});

describe("a relay that does not offer what is configured pauses the push with that reason", () => {
  const account = { username: "ann", password: "secret" };
  it.each([
    ["no AUTH", [], account, /no AUTH/],
    ["no common mechanism", ["AUTH GSSAPI"], account, /only AUTH GSSAPI/],
    ["no STARTTLS", [], { security: "starttls" as const }, /does not offer STARTTLS/],
  ])("%s", async (_, capabilities, config, reason) => {
    const { status } = await send(50, { capabilities }, { config });
    expect(status).toMatchObject({ status: "paused", tallies: { pending: 50 } });
    expect(status?.reason).toMatch(reason);
  });
});

describe("a relay's limits of a session cost no attempt, no doubt and no rate", () => {
  it.each([
    ["messages in a session", { maxMailsPerSession: 10, sessionFullReply: "452 4.5.3 Too many messages sent" }],
    ["MAIL behind a content refused", { behindContent: "refuse" as const }],
    ["MAIL behind a content swallowed", { behindContent: "swallow" as const }],
  ])("%s", async (_, script) => {
    const { status, summary } = await send(100, { capabilities: ["PIPELINING"], ...script });
    expect(status).toMatchObject({ currentRate: null, relay: { ok: true }, tallies: { sent: 100 } });
    expect(summary).toMatchObject({ mails: 100, addresses: 100, doubled: 0 });
  });
});
