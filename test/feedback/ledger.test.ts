import { describe, expect, it } from "vitest";
import { totalOf } from "../../src/core/states.ts";
import type { FeedbackEvent } from "../../src/feedback/event.ts";
import { wakeFacts } from "../../src/push/alarm/facts.ts";
import { suppressible } from "../../src/push/health/suppressions.ts";
import { statusOf } from "../../src/push/index/status.ts";
import { storyOf } from "../../src/push/ledger/stories/story.ts";
import { ASKED_FOR, pause, resume } from "../../src/push/steering/commands.ts";
import { inObject, outcome, World } from "../push/world.ts";
import { event } from "./events.ts";

/** All that an event may change. */
function seen(world: World) {
  const { sql } = world.ledger;
  return JSON.stringify(
    ["delivery", "tally", "push", "story", "suppress"].map((table) => sql.exec(`SELECT * FROM ${table}`).toArray()),
  );
}

function stories(world: World): number {
  return world.ledger.sql.exec<{ n: number }>("SELECT count(*) AS n FROM story").one().n;
}

describe("a bounce or a complaint", () => {
  it("moves a delivery from every state, and what is settled or swept later leaves it there", async () => {
    const ways: Record<string, (world: World) => void> = {
      pending: () => undefined,
      queued: (world) => void world.release(),
      sending: (world) => void world.sending(1),
      sent: (world) => void world.settle(world.sending(1), outcome(1, "sent")),
      deferred: (world) => void world.settle(world.sending(1), outcome(1, "deferred")),
      in_doubt: (world) => void world.settle(world.sending(1), outcome(1, "in_doubt")),
      failed: (world) => void world.settle(world.sending(1), outcome(1, "failed")),
      skipped: (world) => void world.settle(world.sending(1), outcome(1, "skipped")),
    };
    for (const [state, way] of Object.entries(ways)) {
      for (const kind of ["bounced", "complained"] as const) {
        await inObject((storage) => {
          const world = new World(storage, 2);
          way(world);
          expect(world.row(1).state).toBe(state);
          world.feedback(event(kind, 1));
          expect(world.row(1)).toMatchObject({ state: kind, due_at: null });
          expect(totalOf(world.ledger.tallies())).toBe(2);
          world.pass(7_200_000);
          world.sweep();
          world.release();
          expect(world.claim([1, 2]).send, state).not.toContain(1);
          expect(world.row(1).state).toBe(kind);
        });
      }
    }
  });

  it("that comes before the settle stays, whatever the settle says", async () => {
    for (const kind of ["sent", "failed", "deferred", "in_doubt", "untried", "skipped"] as const) {
      await inObject((storage) => {
        const world = new World(storage, 1);
        const token = world.sending(1);
        world.feedback(event("bounced", 1));
        world.settle(token, outcome(1, kind));
        expect(world.row(1)).toMatchObject({
          state: "bounced",
          class: "no-such-user",
          reply: expect.stringContaining("5.1.1"),
        });
        expect(world.push.status).toBe("finished");
      });
    }
  });

  it("changes nothing the second time; a complaint comes after a bounce, and no bounce after a complaint", async () => {
    await inObject((storage) => {
      const world = new World(storage, 3);
      world.settle(world.sending(1, 2, 3), outcome(1, "sent"), outcome(2, "sent"), outcome(3, "sent"));
      const events = [event("bounced", 1), event("complained", 2), event("bounced", 3), event("complained", 3)];
      world.feedback(...events, ...events);
      expect(world.states()).toEqual(["bounced", "complained", "complained"]);
      const before = seen(world);
      world.pass(1_000);
      world.feedback(...events.toReversed(), ...events);
      expect(seen(world)).toBe(before);
      world.feedback(event("bounced", 2));
      expect(world.states()).toEqual(["bounced", "complained", "complained"]);
    });
  });

  it("comes to a push that ended long ago, and is mirrored within three seconds, not at once every time", async () => {
    await inObject((storage) => {
      const world = new World(storage, 2);
      world.settle(world.sending(1, 2), outcome(1, "sent"), outcome(2, "sent"));
      expect(wakeFacts(world.ledger, world.push, world.limits, world.now).mirrorAt, "its end").toBe(world.now);
      world.pass(3_600_000);
      world.ledger.updatePush({ mirrored_at: world.now, unmirrored: 0 });
      world.pass(1_000);
      const before = world.ledger.changes;
      world.feedback(event("complained", 1));
      expect(world.ledger.changes).not.toBe(before);
      world.ledger.markUnmirrored();
      expect(wakeFacts(world.ledger, world.push, world.limits, world.now).mirrorAt).toBe(world.now + 2_000);
      expect(world.push.status).toBe("finished");
      expect(statusOf(world.ledger, world.push, world.limits, world.now).rates).toEqual({ bounce: 0, complaint: 0.5 });
    });
  });

  it("of a delivery that this push does not have changes nothing", async () => {
    await inObject((storage) => {
      const world = new World(storage, 1);
      const before = seen(world);
      world.feedback(event("bounced", 99), event("complained", null));
      expect(seen(world)).toBe(before);
    });
  });
});

describe("a note that the mail was delivered, or is delayed,", () => {
  for (const kind of ["delivered", "delayed"] as const) {
    it(`saves the resend of a doubt: ${kind}`, async () => {
      const resendDue = (world: World) => {
        world.pass(7_200_000);
        world.sweep();
      };
      const waits: ((world: World) => void)[] = [
        () => undefined,
        resendDue,
        (world) => {
          resendDue(world);
          world.release();
        },
        (world) => {
          resendDue(world);
          world.settle(world.sending(1), outcome(1, "deferred"));
        },
        (world) => void world.retry(),
      ];
      for (const [n, wait] of waits.entries()) {
        await inObject((storage) => {
          const world = new World(storage, 1, n === 4 ? { inDoubt: "hold" } : {});
          world.settle(world.sending(1), outcome(1, "in_doubt"));
          wait(world);
          world.feedback(event(kind, 1));
          expect(world.row(1), `${n}`).toMatchObject({ state: "sent", due_at: null });
          world.release();
          expect(world.claim([1]).send).toEqual([]);
          expect(world.push.status).toBe("finished");
        });
      }
    });

    it(`has to come again while the mail is being sent, and decides if no settle comes: ${kind}`, async () => {
      await inObject((storage) => {
        const world = new World(storage, 2);
        const token = world.sending(1, 2);
        const events = [event(kind, 1), event(kind, 2)];
        expect(world.feedback(...events)).toEqual(events.map(({ id }) => id));
        expect(world.states()).toEqual(["sending", "sending"]);
        world.settle(token, outcome(1, "sent"));
        world.pass(world.limits.leaseMs + 1);
        world.sweep();
        expect(world.states()).toEqual(["sent", "in_doubt"]);
        expect(world.feedback(...events)).toEqual([]);
        expect(world.states()).toEqual(["sent", "sent"]);
      });
    });

    it(`changes no state, class, reply or time otherwise: ${kind}`, async () => {
      await inObject((storage) => {
        const world = new World(storage, 6);
        const token = world.sending(1, 2, 3, 4);
        world.settle(token, outcome(1, "sent"), outcome(2, "failed"), outcome(3, "deferred"), outcome(4, "skipped"));
        world.feedback(event("bounced", 5));
        const rows = () => JSON.stringify(world.ledger.rows([1, 2, 3, 4, 5, 6]));
        const before = rows();
        world.pass(1_000);
        for (let id = 1; id <= 6; id++) world.feedback(event(kind, id), event("noted", id), event("unsubscribed", id));
        expect(rows()).toBe(before);
      });
    });
  }

  it("costs no row for a mail that was simply sent", async () => {
    await inObject((storage) => {
      const world = new World(storage, 100);
      const ids = world.release();
      world.settle(world.claim(ids).token, ...ids.map((id) => outcome(id, "sent")));
      const { changes } = world.ledger;
      world.feedback(...ids.map((id) => event("delivered", id)));
      expect(stories(world)).toBe(0);
      expect(world.ledger.changes, "nor a mirror").toBe(changes);
    });
  });
});

describe("the breaker of what comes back", () => {
  /** A push of `people`, of whom `sent` are sent. */
  function sentWorld(storage: DurableObjectStorage, people: number, sent: number): World {
    const world = new World(storage, people);
    world.ledger.updatePush({ window: 1_000 });
    const ids = Array.from({ length: sent }, (_, i) => i + 1);
    world.settle(world.sending(...ids), ...ids.map((id) => outcome(id, "sent")));
    return world;
  }
  const many = (kind: "bounced" | "complained", from: number, count: number): FeedbackEvent[] =>
    Array.from({ length: count }, (_, i) => event(kind, from + i));

  it("trips over the share of bounces, of 200 taken at least and 10 bounces at least", async () => {
    const cases = [
      { sent: 199, bounced: 100, status: "running" },
      { sent: 200, bounced: 10, status: "running" },
      { sent: 200, bounced: 11, status: "paused" },
      { sent: 900, bounced: 45, status: "running" },
      { sent: 900, bounced: 46, status: "paused" },
    ];
    for (const { sent, bounced, status } of cases) {
      await inObject((storage) => {
        const world = sentWorld(storage, 1_000, sent);
        world.feedback(...many("bounced", 1, bounced));
        expect(world.push.status, `${bounced} of ${sent}`).toBe(status);
        if (status === "paused") expect(world.push.reason).toContain(`${bounced} of ${sent} mails`);
      });
    }
  });

  it("trips over the share of complaints, of 1,000 taken at least and 5 complaints at least", async () => {
    for (const [sent, complained, status] of [
      [999, 20, "running"],
      [1_000, 4, "running"],
      [1_000, 5, "paused"],
    ] as const) {
      await inObject((storage) => {
        const world = sentWorld(storage, 1_001, sent);
        world.feedback(...many("complained", 1, complained));
        expect(world.push.status, `${complained} of ${sent}`).toBe(status);
      });
    }
  });

  it("trips at a settle too, when the sample has become large enough", async () => {
    await inObject((storage) => {
      const world = sentWorld(storage, 300, 150);
      world.feedback(...many("bounced", 1, 30));
      expect(world.push.status).toBe("running");
      const ids = Array.from({ length: 50 }, (_, i) => 151 + i);
      world.settle(world.sending(...ids), ...ids.map((id) => outcome(id, "sent")));
      expect(world.push.status).toBe("paused");
    });
  });

  it("only shows on a push that has ended, and lets a resumed one go on despite what came back before", async () => {
    await inObject((storage) => {
      const world = sentWorld(storage, 200, 200);
      world.feedback(...many("bounced", 1, 100));
      expect(world.push.status).toBe("finished");
    });
    await inObject((storage) => {
      const world = sentWorld(storage, 1_000, 200);
      world.feedback(...many("bounced", 1, 20));
      expect(world.push.status).toBe("paused");
      resume(world.ledger, world.push, world.now);
      // Late bounces of mails from before.
      world.feedback(...many("bounced", 21, 100));
      expect(world.push.status).toBe("running");
      const ids = Array.from({ length: 200 }, (_, i) => 201 + i);
      world.ledger.updatePush({ window: 1_000 });
      world.settle(world.sending(...ids), ...ids.map((id) => outcome(id, "sent")));
      world.feedback(...many("bounced", 201, 10));
      expect(world.push.status).toBe("running");
      world.feedback(...many("bounced", 211, 5));
      expect(world.push.status).toBe("paused");
    });
  });

  it("holds the suppressions of bounces until a person resumes the push, or it ends", async () => {
    await inObject((storage) => {
      const world = sentWorld(storage, 1_000, 200);
      world.feedback(...many("bounced", 1, 20));
      expect(suppressible(world.ledger, world.push)).toEqual([]);
      world.feedback(event("bounced", 21), event("bounced", 22, { suppress: "complained" }));
      resume(world.ledger, world.push, world.now);
      expect(suppressible(world.ledger, world.push).map(({ id }) => id)).toEqual(
        Array.from({ length: 21 }, (_, i) => i + 1),
      );
    });
    await inObject((storage) => {
      const world = sentWorld(storage, 220, 200);
      world.feedback(...many("bounced", 1, 20));
      pause(world.ledger, world.push, ASKED_FOR, world.now);
      world.settle("another", outcome(201, "sent"));
      expect(suppressible(world.ledger, world.push)).toEqual([]);
      world.ledger.updatePush({ status: "cancelled" });
      expect(suppressible(world.ledger, world.push).length).toBe(20);
    });
  });
});

describe("the story of a delivery", () => {
  it("is its claim and its end for a mail that was simply sent", async () => {
    await inObject((storage) => {
      const world = new World(storage, 1);
      const token = world.sending(1);
      world.pass(1_000);
      world.settle(token, outcome(1, "sent"));
      expect(storyOf(world.ledger, 1)).toMatchObject({
        delivery: { id: 1, state: "sent" },
        events: [
          { event: "claimed", at: world.now - 1_000 },
          { event: "sent", at: world.now, class: "accepted" },
        ],
      });
      expect(storyOf(world.ledger, 2)).toBeNull();
    });
  });

  it("tells each state that the delivery has left, and each event once, in order", async () => {
    await inObject((storage) => {
      const world = new World(storage, 1);
      world.settle(world.sending(1), outcome(1, "deferred", { reply: "450 later" }));
      world.pass(3_600_000);
      world.settle(world.claim([1]).token, outcome(1, "in_doubt"));
      world.pass(1_000);
      const at = world.now;
      const delivered = event("delivered", 1, { at });
      world.feedback(delivered, delivered);
      world.pass(1_000);
      world.feedback(event("bounced", 1, { at: world.now, source: "ses" }), event("noted", 1, { at: world.now + 1 }));
      const { events } = storyOf(world.ledger, 1) ?? { events: [] };
      expect(events.map((one) => one.event)).toEqual([
        "deferred",
        "claimed",
        "in_doubt",
        "delivered",
        "sent",
        "bounced",
        "noted",
      ]);
      expect(events[0]).toMatchObject({ words: "450 later", source: null });
      expect(events[5]).toMatchObject({ source: "ses", status: "5.1.1", class: "no-such-user" });
    });
  });

  it("holds fifty entries at the most, and always what changed something", async () => {
    await inObject((storage) => {
      const world = new World(storage, 1);
      world.settle(world.sending(1), outcome(1, "sent"));
      for (let n = 0; n < 100; n++) world.feedback(event("delayed", 1));
      world.feedback(event("unsubscribed", 1), event("bounced", 1), event("complained", 1));
      for (let n = 0; n < 10; n++) world.feedback(event("noted", 1), event("unsubscribed", 1));
      expect(stories(world)).toBeLessThanOrEqual(50);
      const events = storyOf(world.ledger, 1)?.events.map((one) => one.event);
      expect(events).toEqual(expect.arrayContaining(["unsubscribed", "bounced", "complained"]));
      expect(world.push.unsubscribed).toBe(1);
    });
  });
});

describe("a group of events", () => {
  /** Statements that these events take, on a push whose deliveries are all sent. */
  async function statements(kind: FeedbackEvent["kind"], size: number): Promise<number> {
    let count = 0;
    await inObject((storage) => {
      const world = new World(storage, 100);
      const ids = Array.from({ length: 100 }, (_, n) => n + 1);
      world.settle(world.sending(...ids), ...ids.map((id) => outcome(id, "sent")));
      const { sql } = world.ledger;
      const exec = sql.exec.bind(sql);
      Object.defineProperty(sql, "exec", {
        value: (...args: Parameters<typeof exec>) => {
          count++;
          return exec(...args);
        },
      });
      world.feedback(...ids.slice(0, size).map((id) => event(kind, id)));
      expect(stories(world)).toBeGreaterThanOrEqual(kind === "delivered" ? 0 : size);
    });
    return count;
  }

  it("takes as many statements as a small one", async () => {
    for (const kind of ["bounced", "complained", "unsubscribed", "delivered", "delayed", "noted"] as const) {
      expect({ kind, count: await statements(kind, 100) }).toEqual({ kind, count: await statements(kind, 5) });
    }
  });

  it("with the same event twice, and two of one delivery, counts and keeps each once", async () => {
    await inObject((storage) => {
      const world = new World(storage, 2);
      world.settle(world.sending(1, 2), outcome(1, "sent"), outcome(2, "sent"));
      const [asked, again, bounce] = [event("unsubscribed", 1), event("unsubscribed", 1), event("bounced", 1)];
      world.feedback(asked, asked, again, bounce, bounce, event("delivered", 1), event("delivered", 2));
      expect(world.push.unsubscribed).toBe(1);
      expect(world.ledger.tallies()).toMatchObject({ sent: 1, bounced: 1 });
      const events = storyOf(world.ledger, 1)
        ?.events.map((each) => each.event)
        .toSorted();
      expect(events).toEqual(["bounced", "claimed", "delivered", "sent", "unsubscribed", "unsubscribed"]);
      expect(storyOf(world.ledger, 2)?.events.map((each) => each.event)).toEqual(["claimed", "sent"]);
    });
  });
});
