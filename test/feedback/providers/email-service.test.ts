import { createExecutionContext, createMessageBatch, getQueueResult, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { beforeSettle } from "../../../src/delivery/settle/sent-ids.ts";
import { Settler } from "../../../src/delivery/settle/settler.ts";
import type { FeedbackEvent } from "../../../src/feedback/event.ts";
import { findSent, rememberSent } from "../../../src/feedback/providers/sent-messages.ts";
import { newPushId } from "../../../src/push/steering/id.ts";
import { consumeQueue } from "../../../src/queues.ts";
import { outcome, World } from "../../push/world.ts";

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  vi.spyOn(console, "log").mockImplementation(() => undefined);
});
afterEach(() => vi.restoreAllMocks());

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const PUSH = "push";

/** As in Cloudflare's documented example. */
function eventOf(type: string, messageId: string, fields: object = {}): object {
  return {
    type: `cf.email.sending.message.${type}`,
    source: { type: "email.sending", zoneId: "z", domain: "send.example.com" },
    payload: {
      eventId: `event-of-${messageId}`,
      messageId,
      sender: "receipts@send.example.com",
      recipient: "user@example.net",
      subject: "Your receipt",
      terminal: true,
      ...fields,
    },
    metadata: { accountId: "a", eventSchemaVersion: 1, eventTimestamp: "2026-11-26T12:00:00Z" },
  };
}

const USER_UNKNOWN = {
  delivery: {
    status: "bounced",
    smtpStatusCode: "550",
    smtpEnhancedStatusCode: "5.1.1",
    smtpResponse: "550 5.1.1 User unknown",
  },
  bounce: { type: "hard", classification: "permanent_failure", reason: "550 5.1.1 User unknown" },
};

/** Consumes one message for each body; resolves to what became of them and the events put on the feedback queue. */
async function consumed(bodies: readonly unknown[], { ageMs = 0, bindings = env, queueFails = false } = {}) {
  const events: FeedbackEvent[] = [];
  const FEEDBACK = {
    sendBatch: async (messages: MessageSendRequest<FeedbackEvent>[]) => {
      if (queueFails) throw new Error("the queue is down");
      events.push(...messages.map(({ body }) => body));
    },
  };
  const timestamp = new Date(Date.now() - ageMs);
  const messages = bodies.map((body, i) => ({ id: `m${i}`, timestamp, attempts: 1, body }));
  const batch = createMessageBatch("mailpush-email-service", messages);
  await consumeQueue(batch, { ...bindings, FEEDBACK } as unknown as Env);
  const { explicitAcks, retryMessages } = await getQueueResult(batch, createExecutionContext());
  return { events, acked: explicitAcks, retried: retryMessages.map(({ msgId }) => msgId) };
}

it("events of known ids become what they mean, with or without angle brackets", async () => {
  const messages = Array.from({ length: 10 }, (_, i) => ({ messageId: `id-${i}`, recipient: i }));
  await rememberSent(env.DB, PUSH, messages, Date.now());
  const cases = [
    [eventOf("bounced", "id-0", USER_UNKNOWN), { kind: "bounced", status: "5.1.1", suppress: "no-such-user" }],
    [
      eventOf("bounced", "id-1", { bounce: { type: "soft", reason: "452 4.2.2 over quota" } }),
      { kind: "bounced", permanent: false, class: "mailbox-full", suppress: null },
    ],
    [eventOf("delivered", "<id-2>"), { kind: "delivered" }],
    [eventOf("deferred", "id-3", { delivery: { smtpResponse: "451 4.7.1 later" } }), { kind: "delayed" }],
    [eventOf("failed", "id-4", { failure: { reason: "internal" } }), { kind: "bounced", suppress: null }],
    [eventOf("rejected", "id-5", { rejection: { reason: "suppressed" } }), { kind: "bounced", suppress: "bounced" }],
    [eventOf("rejected", "id-6", { rejection: { reason: "spam" } }), { kind: "bounced", suppress: null }],
    [eventOf("complained", "id-7", { complaint: { type: "abuse" } }), { kind: "complained", words: "abuse" }],
  ] as const;
  const { events, acked, retried } = await consumed(cases.map(([body]) => body));
  expect(events).toMatchObject(
    cases.map(([, expected], i) => ({ push: PUSH, recipient: i, address: "user@example.net", ...expected })),
  );
  expect([acked.length, retried]).toEqual([8, []]);
});

it("an unknown id is tried again for ten minutes, and then is nobody's", async () => {
  const bounce = eventOf("bounced", "unknown", USER_UNKNOWN);
  expect(await consumed([bounce], { ageMs: 9 * MINUTE_MS })).toEqual({ events: [], acked: [], retried: ["m0"] });
  expect(await consumed([bounce], { ageMs: 10 * MINUTE_MS })).toEqual({ events: [], acked: ["m0"], retried: [] });
  await rememberSent(env.DB, PUSH, [{ messageId: "unknown", recipient: 3 }], Date.now());
  expect(await consumed([bounce])).toMatchObject({ events: [{ recipient: 3 }], acked: ["m0"] });
});

it("what is no event is acked, and nothing is acked that did not reach the queue", async () => {
  const strange = [
    null,
    1,
    {},
    { type: "cf.email.routing.message" },
    eventOf("opened", "id-0"),
    eventOf("bounced", ""),
  ];
  await rememberSent(env.DB, PUSH, [{ messageId: "id-0", recipient: 0 }], Date.now());
  expect(await consumed(strange)).toMatchObject({ events: [], acked: strange.map((_, i) => `m${i}`), retried: [] });
  const bounce = eventOf("bounced", "id-0", USER_UNKNOWN);
  expect(await consumed([bounce], { queueFails: true })).toEqual({ events: [], acked: [], retried: ["m0"] });
  const DB = {
    prepare: () => {
      throw new Error("D1 is down");
    },
  } as unknown as D1Database;
  const bindings = { ...env, DB };
  expect(await consumed([bounce, null], { bindings })).toMatchObject({
    events: [],
    retried: expect.arrayContaining(["m0"]),
  });
});

it("ids are kept for 30 days", async () => {
  await env.DB.exec("DELETE FROM sent_messages");
  const now = Date.now();
  await rememberSent(env.DB, PUSH, [{ messageId: "old", recipient: 1 }], now);
  await rememberSent(env.DB, PUSH, [{ messageId: "new", recipient: 2 }], now + 30 * DAY_MS);
  expect([...(await findSent(env.DB, ["old", "new"])).keys()].sort()).toEqual(["new", "old"]);
  await rememberSent(env.DB, PUSH, [{ messageId: "newer", recipient: 3 }], now + 30 * DAY_MS + 1);
  expect([...(await findSent(env.DB, ["old", "new"])).keys()]).toEqual(["new"]);
});

/** A push whose deliveries 1 to 3 are sending, and their settler by this transport. */
async function settling(transport: string, bindings: Env = env) {
  const push = newPushId(Date.now());
  const token = await runInDurableObject(env.PUSH.getByName(push), (_object, { storage }) =>
    new World(storage, 3, { id: push }, {}, Date.now()).sending(1, 2, 3),
  );
  const settler = new Settler(bindings, push, token, 25);
  settler.beforeSettle = beforeSettle({ name: transport }, bindings.DB, push);
  settler.report({ ...outcome(1, "sent"), reply: `250 2.0.0 <${push}-1>` });
  settler.report({ ...outcome(2, "sent"), reply: `250 2.0.0 ${push}-2` });
  settler.report({ ...outcome(3, "failed"), reply: "550 5.1.1 no such user" });
  await settler.end();
  const sent = await runInDurableObject(env.PUSH.getByName(push), (_object, { storage }) =>
    storage.sql.exec("SELECT count(*) AS n FROM delivery WHERE state = 'sent'").one(),
  ).then(({ n }) => n);
  return { push, sent, known: await findSent(env.DB, [`${push}-1`, `${push}-2`]) };
}

it("a settled group of Email Service leaves its ids in D1, and one of another transport leaves none", async () => {
  const { push, sent, known } = await settling("email-service");
  expect([...known.values()]).toEqual(
    expect.arrayContaining([
      { push, recipient: 1 },
      { push, recipient: 2 },
    ]),
  );
  expect(sent).toBe(2);
  expect(await settling("smtp")).toMatchObject({ sent: 2, known: new Map() });
});

it("outcomes are settled although D1 does not take their ids", async () => {
  const DB = {
    prepare: () => {
      throw new Error("D1 is down");
    },
  } as unknown as D1Database;
  expect(await settling("email-service", { ...env, DB } as Env)).toMatchObject({ sent: 2, known: new Map() });
});
