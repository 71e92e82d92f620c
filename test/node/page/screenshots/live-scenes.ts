import type { Page } from "playwright-core";
import { adviceOn, type Lacking } from "../../../../src/core/advice.ts";
import { type Crowd, LONG } from "./crowd.ts";
import type { Scene, Told } from "./scenes.ts";

const NONE = {
  ...{ sent: 0, failed: 0, bounced: 0, complained: 0, in_doubt: 0, sending: 0 },
  ...{ queued: 0, deferred: 0, pending: 0, skipped: 0, cancelled: 0 },
};
const MINUTE = 60_000;
const NOW = Date.now();
const ago = (minutes: number): string => new Date(NOW - minutes * MINUTE).toISOString();

/** In the middle of a newsletter's push, slowed down by one of its relays. */
const HALFWAY = (push: Told): void => {
  Object.assign(push, RUNNING);
  push.subject = "本周新书：王伟，您好！";
  push.tallies = {
    ...{ ...NONE, sent: 58_204, failed: 37, bounced: 12, in_doubt: 18, sending: 500 },
    ...{ deferred: 340, queued: 1_900, pending: 18_989 },
  };
};
const RUNNING = {
  ...{ status: "running", snapshotDone: true, startedAt: ago(10), finishedAt: null, reason: null, reasonDetail: null },
  ...{ currentRate: 104, rate: null, waiting: null, waitingDetail: null },
};

/** The one state that all have. */
function all(state: string, count: number, status: string, more: object = {}) {
  return (push: Told): void => {
    Object.assign(push, status === "running" ? RUNNING : { status, startedAt: ago(90), finishedAt: ago(30) }, more);
    push.tallies = { ...NONE, [state]: count };
  };
}

const failed = (name: string, count: number, ...words: readonly string[]) => reason("failed", name, count, words);

function reason(state: Lacking, name: string, count: number, words: readonly string[]) {
  const samples = words.map((one, n) => ({ words: one, count: count - n }));
  return { class: name, count, advice: adviceOn(state, name), samples };
}

const FAILURES: Readonly<Record<string, readonly object[]>> = {
  failed: [
    failed("no-such-user", 31, "550 5.1.1 The email account that you tried to reach does not exist"),
    failed("bounced", 12, "5.2.1 mailbox disabled (report from mx.beijing.example)"),
    failed("blocked-as-spam", 6, "550 5.7.1 Message rejected due to content restrictions"),
  ],
  deferred: [reason("deferred", "mailbox-full", 340, ["452 4.2.2 The recipient's inbox is out of storage space"])],
  in_doubt: [reason("in_doubt", "in-doubt", 18, ["the line was lost after the content"])],
  skipped: [reason("skipped", "unsubscribed", 212, []), reason("skipped", "manual", 1, [])],
};

const answering = (classes: (state: string) => readonly object[]) => (_: unknown, url: URL) => {
  const found = classes(url.searchParams.get("state") ?? "failed") as readonly { class: string; count: number }[];
  const domains = Array.from({ length: 3 }, (_, n) => ({
    domain: ["beijing.example", "mail.example", `${"long-".repeat(12)}name.example`][n],
    count: 20 - n * 7,
    classes: found.map(({ class: name }) => ({ class: name, count: 6 - n })),
    samples: [{ words: "550 5.1.1 no such user", count: 20 }],
  }));
  const lookedAt = found.reduce((sum, { count }) => sum + count, 0);
  return { lookedAt, classes: found, domains, otherDomains: 0, hasMore: false, next: null };
};

const CLASSES = [
  ...["no-such-user", "mailbox-full", "blocked-as-spam", "rejected", "expired", "transient", "greylisted"],
  ...["too-large", "template", "outage", "unauthorised", "unsendable", "hang-up", "dead-letter", "resolved"],
];
/** Every class, and more domains than are shown, with words as long as a server's get. */
const MANY = (): unknown => ({
  lookedAt: 100_000,
  classes: CLASSES.map((name, n) => failed(name, 123_456 - n * 997, `550 5.7.${n} ${LONG}`, `451 4.7.${n} later`)),
  domains: Array.from({ length: 100 }, (_, n) => ({
    domain: `mail-${n}.example`,
    count: 1_000 - n,
    classes: CLASSES.slice(0, 1 + (n % 5)).map((name) => ({ class: name, count: 200 - n })),
    samples: [{ words: `550 5.1.1 <somebody@mail-${n}.example>: user unknown`, count: 3 }],
  })),
  ...{ otherDomains: 200, hasMore: true, next: "x" },
});

const SECONDS = 600;
/** Of halfway's mails: at the third minute the relay asks for less, half is left, and then it climbs. */
const limitAt = (second: number): number => (second < 180 ? 148 : 62 + 43 * (1 - Math.exp((180 - second) / 120)));
const PACE = (): unknown => {
  const now = Date.now();
  const parts = Array.from({ length: SECONDS / 5 + 1 }, (_, n) => {
    const jitter = 1 + Math.sin(n * 35) / 25;
    return limitAt(n * 5) * Math.min(1, n / 10) * jitter;
  });
  const whole = parts.reduce((sum, one) => sum + one, 0);
  let part = 0;
  const samples = parts.map((one, n) => {
    part += one;
    const at = new Date(now - (SECONDS - n * 5) * 1_000);
    return { at, done: Math.round((part / whole) * 58_216), rate: n * 5 < 180 ? null : limitAt(n * 5) };
  });
  const retries = [34, 211, 60, 35].map((count, n) => ({ at: new Date(now + (n * 7 + 2) * MINUTE), count }));
  return { samples, retries, resendAt: new Date(now + 4 * MINUTE) };
};

const people = (count: number, one: (n: number) => object) => (): unknown => ({
  data: Array.from({ length: count }, (_, n) => ({
    ...{ id: n + 1, address: `reader${n}@beijing.example`, state: "failed", attempts: 1, class: "no-such-user" },
    ...{ reply: "550 5.1.1 no such user", dueAt: null, updatedAt: ago(n) },
    ...one(n),
  })),
  ...{ hasMore: false, next: null },
});

/** One of each kind. */
const MIXED = people(
  9,
  (n) =>
    [
      { state: "sent", class: "accepted", reply: "250 2.0.0 Ok: queued as 4XyzAb1cDe" },
      {},
      { state: "bounced", class: "bounced", reply: "5.2.1 mailbox disabled (report from mx.beijing.example)" },
      { state: "in_doubt", class: "in-doubt", attempts: 0, reply: "the line was lost after the content", dueAt: null },
      {
        state: "deferred",
        class: "mailbox-full",
        attempts: 3,
        reply: "452 4.2.2 full",
        dueAt: new Date(NOW + 90 * MINUTE),
      },
      { state: "skipped", class: "unsubscribed", attempts: 0, reply: null },
      { state: "pending", class: null, attempts: 0, reply: null },
      { state: "complained", class: "complained", attempts: 1, reply: null },
      { address: `${"a-very-long-local-part-".repeat(2)}@${"long-".repeat(11)}name.example`, reply: `550 ${LONG}` },
    ][n] as object,
);

const STORY = (answer: unknown): unknown => ({
  ...(answer as object),
  ...{ address: "reader311@beijing.example", state: "bounced", attempts: 3, class: "bounced", dueAt: null },
  reply: "5.2.1 mailbox disabled",
  events: [
    { at: ago(40), event: "claimed", source: null, status: null, class: null, words: null },
    { at: ago(39), event: "deferred", source: null, status: null, class: "greylisted", words: "451 4.7.1 come again" },
    { at: ago(20), event: "claimed", source: null, status: null, class: null, words: null },
    { at: ago(20), event: "sent", source: null, status: null, class: "accepted", words: "250 2.0.0 Ok: queued as 4X" },
    { at: ago(1), event: "bounced", source: "dsn", status: "5.2.1", class: "bounced", words: LONG },
  ],
});

const relay = (id: string, more: object = {}) => ({
  ...{ id, ok: true, since: null, error: null, nextTryAt: null, perSecond: 120, stopped: false, silent: false },
  ...{ lost: null, ...more },
});
const DOWN = { ok: false, since: ago(3), error: "421 4.3.2 Service shutting down", nextTryAt: new Date(NOW + MINUTE) };

const press = (name: RegExp) => (page: Page) => page.getByRole("button", { name }).first().click();

export function liveScenes({ running, finished, held, paused }: Crowd): readonly Scene[] {
  const at = `/pushes/${running}`;
  const halfway = {
    told: HALFWAY,
    answers: {
      "**/failures?*": answering((state) => FAILURES[state] ?? []),
      "**/pace": PACE,
      "**/deliveries?*": MIXED,
      "**/deliveries/*": STORY,
    },
  };
  const scene = (name: string, told: Scene["told"], answers: Scene["answers"] = {}): Scene => ({
    ...{ name: `live, ${name}`, at, told, answers: { ...halfway.answers, ...answers } },
  });
  const dialog = (name: string, act: NonNullable<Scene["act"]>): Scene => ({
    ...{ name: `live, ${name}`, at, ...halfway, act },
  });
  return [
    { name: "live, halfway", at, ...halfway },
    scene("twelve digits", (push) => {
      HALFWAY(push);
      push.subject = LONG;
      Object.assign(push.tallies, { sent: 123_456_789_012, failed: 7_654_321, pending: 98_765_432_109, in_doubt: 3 });
    }),
    scene("every state", (push) => {
      HALFWAY(push);
      Object.assign(push, { unsubscribed: 41 });
      Object.assign(push.tallies, { complained: 5, skipped: 213, cancelled: 80 });
    }),
    scene("one recipient", all("pending", 1, "running", { currentRate: null }), {
      "**/deliveries?*": people(1, () => ({ state: "pending", class: null, reply: null, attempts: 0 })),
    }),
    scene(
      "nothing yet",
      all("pending", 4_200, "running", { currentRate: null, snapshotDone: false, expected: 80_000 }),
      { "**/pace": () => ({ samples: [], retries: [], resendAt: null }), "**/deliveries?*": people(0, () => ({})) },
    ),
    scene("nobody", all("sent", 0, "finished"), { "**/deliveries?*": people(0, () => ({})) }),
    scene("no failures", all("sent", 60, "finished")),
    scene("one sent", all("sent", 1, "finished")),
    scene("only failures", all("failed", 60, "finished")),
    scene("all in doubt", all("in_doubt", 1_000, "finished")),
    scene("all skipped", all("skipped", 213, "finished")),
    scene(
      "all cancelled",
      all("cancelled", 80_000, "cancelled", {
        steering: [
          { action: "create", by: "mei", at: ago(95) },
          { action: "cancel", by: "a token with a name as long as they get, sixty-four letters long", at: ago(40) },
        ],
      }),
    ),
    scene("expired", all("failed", 80_000, "finished"), {
      "**/failures?*": answering(() => [failed("expired", 80_000)]),
    }),
    scene("canary stopped", (push) => {
      HALFWAY(push);
      Object.assign(push, {
        status: "paused",
        reason: "the canary failed",
        canary: { count: 100, waitSeconds: 1_800, maxFailureShare: 0.05, waitsUntil: null, verdict: "failed" },
      });
      Object.assign(push, {
        reasonDetail: {
          code: "canary-failed",
          params: { of: 100, failed: 9, bounced: 2, complained: 0, inDoubt: 1, allowed: 0.05 },
        },
      });
      push.tallies = { ...NONE, sent: 88, failed: 9, bounced: 2, in_doubt: 1, pending: 79_900 };
    }),
    scene("canary waits", (push) => {
      HALFWAY(push);
      Object.assign(push, {
        waiting: "canary",
        waitingDetail: { code: "canary-waits", params: { until: NOW + 20 * MINUTE, allowed: 0.05, rest: 79_900 } },
        canary: {
          count: 100,
          waitSeconds: 1_800,
          maxFailureShare: 0.05,
          waitsUntil: new Date(NOW + 20 * MINUTE),
          verdict: null,
        },
      });
      push.tallies = { ...NONE, sent: 100, pending: 79_900 };
    }),
    scene("refused alike", (push) => {
      HALFWAY(push);
      Object.assign(push, {
        status: "paused",
        reason: "x",
        reasonDetail: { code: "first-alike", params: { count: 20, said: `550 5.7.1 ${LONG}` } },
      });
    }),
    scene("relay down", (push) => {
      HALFWAY(push);
      Object.assign(push, {
        relay: DOWN,
        relays: [relay("ses", DOWN)],
        waiting: "relay ses takes no mail",
        currentRate: 1,
      });
    }),
    scene("several relays", (push) => {
      HALFWAY(push);
      Object.assign(push, {
        relays: [relay("ses", DOWN), relay("postmark"), relay("own", { lost: "554 5.7.1 sender not verified" })],
      });
    }),
    scene("quota full", (push) => {
      HALFWAY(push);
      Object.assign(push, {
        waiting: "quota",
        waitingDetail: {
          code: "quota",
          params: { relay: "ses", limit: 50_000, seconds: 86_400, until: NOW + 300 * MINUTE, expiring: 1_200 },
        },
      });
    }),
    scene("many reasons", HALFWAY, { "**/failures?*": MANY }),
    {
      ...dialog("many domains", press(/^(?:by domain|按域名)$/)),
      answers: { ...halfway.answers, "**/failures?*": MANY },
    },
    dialog("pause asked", press(/^(?:Pause|暂停)$/)),
    dialog("cancel asked", press(/^(?:Cancel…|取消…)$/)),
    dialog("rate asked", press(/^(?:Rate…|速度…|限速…|速率…)$/)),
    dialog("retry asked", press(/^(?:Retry…|重试…)$/)),
    dialog("export asked", press(/^(?:Export…|导出…)$/)),
    dialog("story", (page) => page.locator(".addressed .link").nth(2).click()),
    dialog("chosen", async (page) => {
      await page.locator(".addressed input").nth(1).check();
      await page.locator(".addressed input").nth(3).check();
    }),
    dialog("resolve asked", async (page) => {
      await page.locator(".addressed input").nth(3).check();
      await page.locator(".chosen .button").nth(1).click();
    }),
    dialog("the mail", press(/^(?:Show the mail|查看邮件|显示邮件|打开邮件)$/)),
    { name: "live, resume asked", at: `/pushes/${paused}`, act: press(/^(?:Resume|继续)$/) },
    {
      name: "live, paused",
      at: `/pushes/${running}`,
      act: async (page) => {
        await press(/^(?:Pause|暂停)$/)(page);
        await page.locator("dialog .button").last().click();
        await page.locator(".toast").waitFor();
      },
    },
    { name: "live, nothing matches", at: `/pushes/${finished}?search=zzzz` },
    {
      name: "live, held by two",
      at: `/pushes/${held}`,
      act: press(/^(?:Approve…|批准…)$/),
      told: (push) =>
        Object.assign(push, {
          steering: [
            { action: "create", by: "mei", at: ago(95) },
            { action: "change", by: "li", at: ago(40) },
            { action: "change", by: "mei", at: ago(4) },
          ],
          contentVersion: 3,
        }),
    },
    { name: "live, read only", at, ...halfway, scopes: ["read"] },
    { name: "live, write only", at, ...halfway, scopes: ["read", "write"] },
  ];
}
