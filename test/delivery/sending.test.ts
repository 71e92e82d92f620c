import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readSettings } from "../../src/config/settings.ts";
import { emptyTallies } from "../../src/core/states.ts";
import { Allowance } from "../../src/delivery/allowance.ts";
import { holdNewContent } from "../../src/delivery/content/prepared-content.ts";
import { deliverGroup } from "../../src/delivery/group.ts";
import { sendAll } from "../../src/delivery/sessions.ts";
import { Settler } from "../../src/delivery/settle/settler.ts";
import type { Composed, SendPlan } from "../../src/delivery/work.ts";
import { pushObject } from "../../src/push/call.ts";
import type { DeliverJob } from "../../src/push/job.ts";
import { newPushId } from "../../src/push/steering/id.ts";
import { PROBE_SLOTS } from "../../src/relay/health.ts";
import { nothing } from "../../src/transport/nothing.ts";
import { smtp } from "../../src/transport/smtp/index.ts";
import type { Transport } from "../../src/transport/transport.ts";
import { address, newRequest, outcome, World } from "../push/world.ts";
import type { RelayScript } from "../relay/script.ts";
import { serverOf } from "../relay-server.ts";
import { relay } from "../setup/own-relay.ts";

beforeEach(() => relay.reset({}));
afterEach(() => relay.reset({}));

/** A push in a real object with `people` on the queue (which we play), all claimed under `token` if asked for. */
async function queued(people: number, claimed: boolean): Promise<{ id: string; token: string }> {
  const id = newPushId(Date.now());
  const token = await runInDurableObject(env.PUSH.getByName(id), (_object, state) =>
    state.storage.transactionSync(() => {
      const world = new World(state.storage, people, { id }, {}, Date.now());
      const ids = world.release();
      return claimed ? world.claim(ids).token : "";
    }),
  );
  made.push(id);
  return { id, token };
}

const made: string[] = [];

// A test's push must not tell the relay of the next test what its own relay took.
afterEach(async () => {
  for (const id of made.splice(0)) {
    const push = env.PUSH.getByName(id);
    await runInDurableObject(push, async (_object, { storage }) => {
      await storage.deleteAlarm();
      await storage.deleteAll();
    });
    await evictDurableObject(push);
  }
});

function mail(id: number): Composed {
  const content = new TextEncoder().encode("Subject: x\r\n\r\nx\r\n");
  return {
    kind: "mail",
    mail: { id, from: "a@example.com", to: address(id), content, eightBit: false, envelopeId: null },
  };
}

const OK = { code: 250, enhanced: null, text: "ok" };
const TOO_FAST = { code: 450, enhanced: "4.7.1", text: "rate limited" };
/** What these tests are not about. */
const REST = () => ({
  allowance: new Allowance(),
  recipients: {
    readAt: Date.now(),
    async read() {
      this.readAt = Date.now();
      return [];
    },
  },
  sendTimes: null,
  compose: mail,
});
const LIMITS = () => ({ beginBefore: Date.now() + 60_000, messageTimeoutMs: 10_000 });
const range = (n: number, after = 0) => Array.from({ length: n }, (_, i) => after + i + 1);
const tallies = async (id: string) => (await pushObject(env, id).status())?.tallies;

describe("a claim's deliveries are each reported once", () => {
  it("mails that cannot be composed do not stall the session that has them", async () => {
    const { id, token } = await queued(100, true);
    const settler = new Settler(env, id, token, 25);
    const all = sendAll(range(100), {
      ...REST(),
      transport: nothing(),
      limits: LIMITS(),
      settler,
      sessions: 1,
      compose: (one) => ({ kind: "none", outcome: outcome(one, "failed", { class: "template", attempt: 0 }) }),
    });
    const ended = all.then(() => "ended");
    const late = new Promise((resolve) => setTimeout(() => resolve("stalled"), 8_000));
    expect(await Promise.race([ended, late])).toBe("ended");
    await settler.end();
    expect(await pushObject(env, id).status()).toMatchObject({ status: "paused", tallies: { failed: 20 } });
  });

  it("a composer that throws for one of them loses none", async () => {
    const { id, token } = await queued(30, true);
    const settler = new Settler(env, id, token, 50);
    await sendAll(range(30), {
      ...REST(),
      transport: nothing(),
      limits: LIMITS(),
      settler,
      sessions: 2,
      compose: (one) => {
        if (one === 7) throw new Error("a bug");
        return mail(one);
      },
    });
    await settler.end();
    expect(await tallies(id)).toMatchObject({ sending: 0 });
  });

  it("a transport that reports after it has rejected does not break the tallies", async () => {
    const { id, token } = await queued(3, true);
    const settler = new Settler(env, id, token, 25);
    const bad: Transport = {
      name: "bad",
      async deliver(feed) {
        const one = await feed.next();
        if (one === null) return { kind: "done" };
        const reply = { code: 250, enhanced: null, text: "ok" };
        setTimeout(() => {
          try {
            feed.report({ id: one.id, kind: "answered", stage: "content", reply });
          } catch {}
        }, 0);
        throw new Error("gone");
      },
    };
    await sendAll(range(3), { ...REST(), transport: bad, limits: LIMITS(), settler, sessions: 1 });
    await new Promise((resolve) => setTimeout(resolve, 10));
    await settler.end();
    const now = await tallies(id);
    const rows = await runInDurableObject(env.PUSH.getByName(id), (_object, state) =>
      state.storage.sql.exec("SELECT state, count(*) AS n FROM delivery GROUP BY state").toArray(),
    );
    const counted = Object.fromEntries(rows.map(({ state, n }) => [state, n]));
    expect(now).toEqual({ ...emptyTallies(), ...counted });
  });

  it("content that is pushed out of the isolate's memory after the claim fails nobody", async () => {
    const { id } = await queued(5, false);
    await env.DB.prepare("DELETE FROM recipients").run();
    await env.DB.prepare(
      `INSERT INTO recipients (id, address, address_key, created_at, updated_at)
       SELECT value, 'p' || value || '@example.com', 'p' || value || '@example.com', 1, 1 FROM json_each('[1,2,3,4,5]')`,
    ).run();
    const settings = readSettings(env);
    const content = (push: string, html: string) => ({
      push,
      subject: "s",
      html,
      text: null,
      from: "a@example.com",
      replyTo: null,
      list: true,
      signedWith: null,
    });
    const until = Date.now() + 60_000;
    const prepare = async (push: string, html: string) =>
      (await holdNewContent(content(push, html), settings, until, new Allowance()))?.release();
    await prepare(id, "h");
    const messages = new Map(
      range(5).map((one) => [one, { ack() {}, retry() {}, attempts: 1 } as unknown as Message<DeliverJob>]),
    );
    const sending = deliverGroup({ push: id, messages }, env, {
      connections: 4,
      endsAt: Date.now() + 840_000,
      allowance: new Allowance(),
    });
    // Many other pushes of half a megabyte come by while this one waits for its claim and for D1.
    for (let i = 0; i < 60; i++) await prepare(`other${i}`, "h".repeat(500_000));
    await sending;
    expect(await tallies(id)).toMatchObject({ failed: 0, sent: 5 });
  });
});

describe("a session that ends behind what was written", () => {
  /** Over one session of our own client with CHUNKING, to a relay of these rules. What became of it, or that it hangs. */
  async function overOne(people: number, script: RelayScript, atMostMs: number, more: Partial<SendPlan> = {}) {
    await relay.reset({ capabilities: ["PIPELINING", "CHUNKING"], ...script });
    const { id, token } = await queued(people, true);
    const settler = new Settler(env, id, token, 25);
    const plan = { ...REST(), transport: smtp(serverOf(env)), settler, sessions: 1, ...more };
    const limits = { beginBefore: Date.now() + atMostMs / 2, messageTimeoutMs: atMostMs / 4 };
    const all = sendAll(range(people), { ...plan, limits }).then(() => settler.end());
    const late = new Promise((resolve) => setTimeout(() => resolve("hangs"), atMostMs));
    return { id, ended: await Promise.race([all.then(() => "ended"), late]) };
  }

  it("a 421 after a silence, with all in flight that may be, ends the session and loses nobody", async () => {
    const rules = [{ stage: "mail" as const, nth: 41, delayMs: 2_500, reply: "421 4.3.2 shutting down", end: "drop" }];
    const { id, ended } = await overOne(100, { rules } as RelayScript, 20_000);
    expect(ended).toBe("ended");
    expect(await tallies(id)).toMatchObject({ sending: 0, sent: 100 });
  });

  it("a mail that cuts the line leaves nobody else in doubt where each is alone on it", async () => {
    const rules = [{ stage: "content", recipient: `^${address(5).replace(/[.+]/g, "\\$&")}$`, end: "drop" }];
    const doubts = async (alone: ReadonlySet<number>) => {
      const { id, ended } = await overOne(20, { rttMs: 5, rules } as RelayScript, 12_000, { alone });
      expect(ended).toBe("ended");
      return (await tallies(id))?.in_doubt;
    };
    expect(await doubts(new Set())).toBeGreaterThan(1);
    expect(await doubts(new Set(range(20)))).toBe(1);
    // The one is behind the others, and drops nobody of them.
    expect(await doubts(new Set([5]))).toBe(1);
  });

  it.each([[[]], [["PIPELINING"]], [["PIPELINING", "CHUNKING"]]])(
    "mails that are each alone on the line go one after the other to a relay that offers %j",
    async (capabilities) => {
      const { id, ended } = await overOne(30, { capabilities, rttMs: 2 }, 12_000, { alone: new Set(range(28, 2)) });
      expect(ended).toBe("ended");
      expect(await tallies(id)).toMatchObject({ sending: 0, sent: 30 });
    },
  );

  it("a line lost while one more message is being taken does not leave it waiting for room", async () => {
    const to = (...ids: number[]) => `^(${ids.map((one) => address(one).replace(/[.+]/g, "\\$&")).join("|")})$`;
    const rules = [
      { stage: "rcpt", recipient: to(4, 5), reply: "550 5.1.1 no such user" },
      { stage: "rcpt", recipient: to(9), reply: "421 4.7.0 Error: too many errors", end: "drop" },
    ];
    const { id, ended } = await overOne(60, { coalesceMs: 20, rules } as RelayScript, 12_000);
    expect(ended).toBe("ended");
    expect((await tallies(id))?.sending).toBe(0);
  });
});

describe("what a session's end teaches", () => {
  it("a 421 that says 'too fast' within a session cuts the rate", async () => {
    // Ten mails a session, then a 421 about our rate, again and again.
    await relay.reset({
      rules: [{ stage: "rcpt", perSession: true, from: 11, reply: "421 4.7.28 rate limited, slow down", end: "drop" }],
    });
    const { id, token } = await queued(100, true);
    const settler = new Settler(env, id, token, 100);
    const config = serverOf(env);
    await sendAll(range(100), {
      ...REST(),
      transport: smtp(config, { pipelining: "off", chunking: "off" }),
      limits: LIMITS(),
      settler,
      sessions: 1,
    });
    await settler.end();
    await vi.waitFor(async () => expect((await pushObject(env, id).status())?.currentRate).not.toBeNull(), 5_000);
    // It shares the relay with the next test's push, and would try it first.
    await pushObject(env, id).cancel(newRequest());
  });

  it("a relay that hangs up on every mail is tried less and less often", async () => {
    const hangsUp: Transport = {
      name: "hangs up",
      async deliver(feed) {
        const next = await feed.next();
        if (next === null) return { kind: "done" };
        feed.report({ id: next.id, kind: "untried" });
        return { kind: "fault", fault: { stage: "mail", error: "closed", reply: null, answered: 0 } };
      },
    };
    const { id } = await queued(100, false);
    for (let round = 0; round < 3; round++) {
      const token = `round${round}`;
      const { send } = await env.PUSH.getByName(id).claim({ token, ids: range(10, 10 * round), knowsContent: true });
      expect(send.length).toBe(round === 0 ? 10 : PROBE_SLOTS);
      const settler = new Settler(env, id, token, 25);
      await sendAll(send, {
        ...REST(),
        transport: hangsUp,
        limits: LIMITS(),
        settler,
        sessions: 1,
      });
      await settler.end();
      await vi.waitFor(async () => expect(await restsOf()).toBe(round + 1), 5_000);
      const { nextTryAt } = (await pushObject(env, id).status())?.relay ?? {};
      await new Promise((resolve) => setTimeout(resolve, (nextTryAt ?? 0) - Date.now() + 5));
    }
  });

  it("lines lost with answers in between are no outage, also where sessions are renewed", async () => {
    let session = 0;
    const nowAndThen: Transport = {
      name: "now and then",
      async deliver(feed) {
        const lost = session++ % 3 === 0;
        for (let i = 0; i < 5; i++) {
          const next = await feed.next();
          if (next === null) return { kind: "done" };
          if (lost) {
            feed.report({ id: next.id, kind: "untried" });
            return { kind: "fault", fault: { stage: "mail", error: "closed", reply: null, answered: 0 } };
          }
          feed.report({ id: next.id, kind: "answered", stage: "content", reply: OK });
        }
        return { kind: "renew" };
      },
    };
    const { id, token } = await queued(60, true);
    const settler = new Settler(env, id, token, 25);
    const plan = { ...REST(), transport: nowAndThen, limits: LIMITS(), settler, sessions: 1 };
    await sendAll(range(60), plan);
    await settler.end();
    expect(await pushObject(env, id).status()).toMatchObject({ relay: { ok: true }, tallies: { sent: 60 } });
  });

  it("what a session that gave up leaves behind is sent by those that did not", async () => {
    let session = 0;
    const oneIsLame: Transport = {
      name: "one is lame",
      async deliver(feed) {
        if (session++ > 0) {
          for (let next = await feed.next(); next !== null; next = await feed.next()) {
            feed.report({ id: next.id, kind: "answered", stage: "content", reply: OK });
          }
          return { kind: "done" };
        }
        const taken = [await feed.next(), await feed.next()];
        // When the other one has done all the rest.
        await new Promise((resolve) => setTimeout(resolve, 100));
        for (const mail of taken) if (mail) feed.report({ id: mail.id, kind: "untried" });
        const error = "certificate expired";
        return { kind: "fault", fault: { stage: "starttls", error, reply: null, answered: 0 } };
      },
    };
    const { id, token } = await queued(50, true);
    const settler = new Settler(env, id, token, 25);
    const plan = { ...REST(), transport: oneIsLame, limits: LIMITS(), settler, sessions: 2 };
    await sendAll(range(50), plan);
    await settler.end();
    expect(await pushObject(env, id).status()).toMatchObject({ relay: { ok: true }, tallies: { sent: 50 } });
  });

  it("a relay that takes fewer sessions than we open is no outage", async () => {
    // Only one session at a time; it says goodbye after ten mails.
    let open = 0;
    const one: Transport = {
      name: "one",
      async deliver(feed) {
        if (open > 0) {
          const reply = { code: 421, enhanced: null, text: "too many connections" };
          return { kind: "fault", fault: { stage: "greeting", error: "421", reply, answered: 0 } };
        }
        open++;
        try {
          for (let i = 0; i < 10; i++) {
            const next = await feed.next();
            if (next === null) return { kind: "done" };
            await new Promise((resolve) => setTimeout(resolve, 2));
            feed.report({
              id: next.id,
              kind: "answered",
              stage: "content",
              reply: { code: 250, enhanced: null, text: "ok" },
            });
          }
          return { kind: "renew" };
        } finally {
          open--;
        }
      },
    };
    const { id, token } = await queued(100, true);
    const settler = new Settler(env, id, token, 100);
    await sendAll(range(100), {
      ...REST(),
      transport: one,
      limits: LIMITS(),
      settler,
      sessions: 4,
    });
    await settler.end();
    expect(await tallies(id)).toMatchObject({ sent: 100 });
  });
});

describe("stop", () => {
  it("a consumer that waits for its turn under a rate hears of a pause within a second", async () => {
    const { id, token } = await queued(3, true);
    const settler = new Settler(env, id, token, 25);
    let begun = 0;
    const counting: Transport = {
      name: "counting",
      async deliver(feed) {
        for (;;) {
          const next = await feed.next();
          if (next === null) return { kind: "done" };
          begun++;
          feed.report({
            id: next.id,
            kind: "answered",
            stage: "content",
            reply: { code: 250, enhanced: null, text: "ok" },
          });
        }
      },
    };
    const sendTimes = { startAt: Date.now() + 2_500, gapMs: 1_000 };
    const sending = sendAll(range(3), {
      ...REST(),
      transport: counting,
      limits: LIMITS(),
      settler,
      sessions: 1,
      sendTimes,
    });
    await pushObject(env, id).pause(newRequest());
    await sending;
    await settler.end();
    expect(begun, "begun more than two seconds after the pause").toBe(0);
  });

  it("a consumer whose conversations are slow begins none later than a second after a pause", async () => {
    const { id, token } = await queued(5, true);
    const settler = new Settler(env, id, token, 25);
    const begun: number[] = [];
    const slow: Transport = {
      name: "slow",
      async deliver(feed) {
        for (let next = await feed.next(); next !== null; next = await feed.next()) {
          begun.push(Date.now());
          await new Promise((resolve) => setTimeout(resolve, 2_500));
          feed.report({ id: next.id, kind: "answered", stage: "content", reply: OK });
        }
        return { kind: "done" };
      },
    };
    const sending = sendAll(range(5), {
      ...REST(),
      transport: slow,
      limits: LIMITS(),
      settler,
      sessions: 1,
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await pushObject(env, id).pause(newRequest());
    const pausedAt = Date.now();
    await sending;
    await settler.end();
    expect(begun.filter((at) => at > pausedAt + 1_100)).toEqual([]);
  });

  it("a session turned away while another one hears 'stop' is no outage", async () => {
    const { id, token } = await queued(60, true);
    const settler = new Settler(env, id, token, 100);
    let sessions = 0;
    const two: Transport = {
      name: "two",
      async deliver(feed) {
        if (++sessions > 1) {
          return { kind: "fault", fault: { stage: "connect", error: "refused", reply: null, answered: 0 } };
        }
        const next = await feed.next();
        if (next === null) return { kind: "done" };
        await new Promise((resolve) => setTimeout(resolve, 50));
        feed.report({ id: next.id, kind: "answered", stage: "rcpt", reply: TOO_FAST });
        await feed.next();
        return { kind: "done" };
      },
    };
    await sendAll(range(60), {
      ...REST(),
      transport: two,
      limits: LIMITS(),
      settler,
      sessions: 2,
    });
    await settler.end();
    expect((await pushObject(env, id).status())?.relay.ok).toBe(true);
  });
});

/** Rests in a row of the relay, as its object has stored them. */
function restsOf(): Promise<number | undefined> {
  return runInDurableObject(env.RELAY.getByName("default"), (_object, { storage }) => {
    const stored = storage.kv.get<{ state: { health: { count?: number } } }>("relay");
    return stored?.state.health.count;
  });
}
