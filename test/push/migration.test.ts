import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { DELIVERY_STATES } from "../../src/core/states.ts";
import { wakeFacts } from "../../src/push/alarm/facts.ts";
import { nextWake } from "../../src/push/alarm/plan.ts";
import { deliveriesOf } from "../../src/push/index/deliveries.ts";
import { statusOf } from "../../src/push/index/status.ts";
import { claim } from "../../src/push/ledger/claim.ts";
import { conclude } from "../../src/push/ledger/conclude.ts";
import { Ledger } from "../../src/push/ledger/ledger.ts";
import { markReleased } from "../../src/push/ledger/release.ts";
import { MIGRATIONS } from "../../src/push/ledger/schema.ts";
import { settle } from "../../src/push/ledger/settle.ts";
import { sweep } from "../../src/push/ledger/sweep.ts";
import type { PushStatus } from "../../src/push/rpc.ts";
import { newPushId } from "../../src/push/steering/id.ts";
import { RelaySide } from "./relay-side.ts";
import { LIMITS, outcome } from "./world.ts";

const NOW = 1_000_000_000_000;
const HOUR = 3_600_000;
const EACH = 3;

/** What version 2 knew of its relay, in the names that it used. */
const LEARNED = {
  fromClaim: 0,
  nextSlotAt: NOW + 500,
  rate: { perSecond: 80, knee: 100, agreed: 2, steppedAt: NOW - 1_000 },
  acceptance: { samples: [{ at: NOW - 1_000, total: 40 }] },
  breaker: {
    counted: 12,
    streak: 0,
    alike: null,
    mixed: true,
    block: { outcomes: 12, spam: 0 },
    previous: { outcomes: 0, spam: 0 },
  },
  outage: { count: 1, since: NOW - 5_000, error: "connect: refused", nextTryAt: NOW - 1_000 },
};

/** Tables as `version` made them, with deliveries in every state, one claim and one release under way. */
function writeOld(sql: SqlStorage, version: number): void {
  sql.exec("CREATE TABLE migration (n INTEGER PRIMARY KEY)");
  for (let n = 1; n <= version; n++) {
    sql.exec(MIGRATIONS[n - 1] as string);
    sql.exec("INSERT INTO migration (n) VALUES (?1)", n);
  }
  sql.exec(
    `INSERT INTO push (id, action, filter, expected, created_at, expires_in_seconds, in_doubt, status, started_at,
                       expires_at, snapshot_cursor, snapshot_bound, snapshot_done, release_cursor, window, learned)
     VALUES ('p', 'mailpush', '{}', 33, ?1, 86400, 'resend', 'running', ?1, ?1 + 86400000, 33, 33, 1, 33, 100, ?2)`,
    NOW - HOUR,
    JSON.stringify(LEARNED),
  );
  sql.exec("INSERT INTO content (subject, html, sender) VALUES ('s', 'h', 'a@example.com')");
  DELIVERY_STATES.forEach((state, index) => {
    const due = state === "pending" || state === "deferred" || state === "in_doubt" ? NOW - 1 : null;
    for (let one = 1; one <= EACH; one++) {
      sql.exec(
        `INSERT INTO delivery (id, address, state, updated_at, release, claim, attempts, doubts, stales, deaths, due_at)
         VALUES (?1, 'p' || ?1 || '@example.com', ?2, ?3, 1, 1, 1, ?4, 2, 1, ?5)`,
        index * EACH + one,
        state,
        NOW - HOUR,
        state === "in_doubt" ? 1 : 0,
        due,
      );
    }
    sql.exec(`UPDATE tally SET ${state} = ${EACH}`);
  });
  const sending = idsOf("sending");
  sql.exec("INSERT INTO release (stale_at, ids) VALUES (?1, ?2)", NOW + HOUR, JSON.stringify(idsOf("queued")));
  sql.exec(
    "INSERT INTO claim (token, lease_until, granted, answer) VALUES ('old', ?1, ?2, ?3)",
    NOW + HOUR,
    JSON.stringify(sending),
    JSON.stringify({ send: sending, later: [], pace: { startInMs: 0, gapMs: 10 } }),
  );
  sql.exec("INSERT INTO suppress (id, address, detail) VALUES (19, 'p19@example.com', '550 5.1.1 unknown')");
  if (version >= 2) sql.exec("INSERT INTO stopper (id, sent) VALUES (20, 5)");
}

function idsOf(state: (typeof DELIVERY_STATES)[number]): number[] {
  const first = DELIVERY_STATES.indexOf(state) * EACH + 1;
  return [first, first + 1, first + 2];
}

it.each([1, 2])(
  "a push in the tables of version %i comes up under this code, and goes on to its end",
  async (version) => {
    await runInDurableObject(env.PUSH.getByName(newPushId(Date.now())), (_object, { storage }) => {
      storage.transactionSync(() => writeOld(storage.sql, version));
      const ledger = new Ledger(storage);
      const push = () => ledger.push() ?? expect.unreachable();
      const status = (): PushStatus => statusOf(ledger, push(), LIMITS, NOW);
      expect(status()).toMatchObject({
        total: DELIVERY_STATES.length * EACH,
        relay: { ok: false, error: "connect: refused" },
        tallies: Object.fromEntries(DELIVERY_STATES.map((state) => [state, EACH])),
      });
      const [failed] = deliveriesOf(ledger, { state: "failed", after: 0, limit: 1 }).deliveries;
      expect(ledger.rows([failed?.id ?? 0])[0]).toMatchObject({ redeliveries: 2, dead_letters: 1 });

      const event = <T>(work: () => T): T => ledger.transaction(work);
      // The consumer that held a claim when the code changed.
      const again = { token: "old", ids: idsOf("sending"), knowsContent: true };
      expect(event(() => claim(ledger, LIMITS, again, NOW))).toEqual({
        once: null,
        send: idsOf("sending"),
        later: [],
        sendTimes: { startInMs: 0, gapMs: 10 },
        relay: "default",
        sessions: null,
      });
      event(() =>
        settle(ledger, LIMITS, { token: "old", outcomes: idsOf("sending").map((id) => outcome(id, "sent")) }, NOW),
      );
      let now = NOW;
      const relays = new RelaySide(NOW);
      for (let round = 0; push().finished_at === null && round < 50; round++) {
        now = Math.max(now + 1_000, nextWake(wakeFacts(ledger, push(), LIMITS, now), now) ?? now);
        event(() => {
          while (sweep(ledger, LIMITS, now));
          conclude(ledger, now);
        });
        relays.answer(ledger, LIMITS, now);
        event(() => markReleased(ledger, LIMITS, 100, now));
        for (const state of ["queued", "deferred"] as const) {
          const ids = deliveriesOf(ledger, { state, after: 0, limit: 100 }).deliveries.map((one) => one.id);
          const token = crypto.randomUUID();
          const { send } = event(() => claim(ledger, LIMITS, { token, ids, knowsContent: true }, now));
          event(() => settle(ledger, LIMITS, { token, outcomes: send.map((id) => outcome(id, "sent")) }, now));
        }
      }
      expect(status()).toMatchObject({
        status: "finished",
        relay: { ok: true },
        tallies: { sent: 6 * EACH, failed: EACH, skipped: EACH, cancelled: EACH, bounced: EACH, complained: EACH },
      });
    });
  },
);
