import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { describeTallies, type PushView } from "../../../scripts/progress.ts";
import { type Stack, startStack } from "../../../scripts/stack.ts";
import { totalOf } from "../../../src/core/states.ts";
import { type Relay, startRelay } from "../../relay.ts";
import { type Answer, answersTo, type Mail, mailTo, send } from "./feedback/answers.ts";
import { addressesIn, createRecipients } from "./people.ts";

const RECIPIENTS = 400;
/** Slow enough that much of what comes back does so while the push runs. */
const MAILS_PER_SECOND = 60;
/** Kill the stack once the relay has this many mails, in the midst of mails and of what comes back. */
const KILL_AT = 150;
/** Of all recipients: 5 % bounce, half of these for good; 1 % complain, 3 % unsubscribe. */
const GONE = 10;
const FULL = 10;
const COMPLAINED = 4;
const UNSUBSCRIBED = 12;

const LONGEST_WAIT_MS = 60_000;

const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

it("knows what came back of every mail, though killed in the midst of it, and mails nobody again who said no", async () => {
  const relay = await startRelay({ rttMs: 5 });
  closing.push(() => relay.stop());
  const stack = await startStack({ vars: varsOf(relay) });
  closing.push(() => stack.stop());

  const addresses = await createRecipients(stack, RECIPIENTS);
  const answers = answersTo(shuffled(addresses, "who"), {
    gone: GONE,
    full: FULL,
    complaint: COMPLAINED,
    unsubscribe: UNSUBSCRIBED,
  });
  const { id } = await stack.api<PushView>("POST", "/api/pushes", { ...PUSH, rate: MAILS_PER_SECOND });
  const watcher = watch(stack, id);

  // Half of it as soon as the mail is there, often before its consumer has settled it; the kill interrupts it.
  const [soon, late] = halves(shuffled([...answers, ...answers.filter((_, index) => index % 3 === 0)], "when"));
  const answering = Promise.all(soon.map((answer) => answerTo(stack, relay, answer)));
  await watcher.until(() => relay.records.mailCount >= KILL_AT);
  await stack.restart();
  await answering;
  const held = await watcher.until((push) => push.status === "finished");
  expect(held.total).toBe(RECIPIENTS);

  // The local queue forgets at a kill what was on it (a real one does not): all of it comes again.
  for (const answer of shuffled([...late, ...soon], "again")) await answerTo(stack, relay, answer);
  // Mails of which the killed consumer could not say whether the relay took them: it did, as a report now says.
  const doubtful = await addressesIn(stack, id, "in_doubt");
  for (const address of doubtful.filter((one) => mailTo(relay.records, one))) {
    await answerTo(stack, relay, { kind: "delivered", address });
  }
  const taken = doubtful.filter((address) => mailTo(relay.records, address));
  await watcher.until(({ tallies }) => tallies.in_doubt === doubtful.length - taken.length);
  await stack.api("POST", `/api/pushes/${id}/retry`, {});

  const bounced = GONE + FULL;
  const sent = RECIPIENTS - bounced - COMPLAINED;
  const done = await watcher.until(
    ({ status, tallies, unsubscribed }) =>
      status === "finished" &&
      tallies.sent === sent &&
      tallies.bounced === bounced &&
      tallies.complained === COMPLAINED &&
      unsubscribed === UNSUBSCRIBED,
  );
  await watcher.stop();
  expect(done).toMatchObject({
    total: RECIPIENTS,
    success: RECIPIENTS - bounced,
    failure: bounced,
    rates: { bounce: bounced / RECIPIENTS, complaint: COMPLAINED / RECIPIENTS },
  });
  const doubled = addresses.filter((address) => (relay.records.received.get(address) ?? 0) !== 1);
  expect(doubled).toEqual([]);

  const suppressed = answers.filter(({ kind }) => kind !== "full");
  expect(await suppressions(stack)).toEqual(
    suppressed.map(({ kind, address }) => `${address} ${REASONS[kind]}`).toSorted(),
  );
  relay.reset();
  const next = await stack.api<PushView>("POST", "/api/pushes", PUSH);
  const watchNext = watch(stack, next.id);
  const { tallies } = await watchNext.until((push) => push.status === "finished");
  await watchNext.stop();
  expect(describeTallies(tallies)).toBe(`sent ${RECIPIENTS - suppressed.length}, skipped ${suppressed.length}`);
  const said = new Set(suppressed.map(({ address }) => address));
  expect([...relay.records.received.keys()].toSorted()).toEqual(addresses.filter((one) => !said.has(one)).toSorted());
});

const PUSH = {
  action: "mailpush",
  filter: {},
  subject: "Hello {{ username }}",
  html: "<p>Hello {{ username }}</p>",
  // Nobody of whom nothing is known gets a second mail by itself.
  inDoubt: "hold",
};

const REASONS: Readonly<Record<Answer["kind"], string | null>> = {
  gone: "no-such-user",
  full: null,
  complaint: "complained",
  unsubscribe: "unsubscribed",
  delivered: null,
};

interface FedBack extends PushView {
  readonly unsubscribed: number;
  readonly rates: { readonly bounce: number | null; readonly complaint: number | null };
}

function varsOf(relay: Relay): Record<string, string> {
  return {
    SMTP_PORT: String(relay.port),
    RETURN_PATH: "bounce@bounces.example.com",
    // The breakers have tests of their own; here nothing is to wait for a person.
    BREAKER_BOUNCE_SHARE: "1",
    BREAKER_COMPLAINT_SHARE: "1",
    STALE_AFTER_SECONDS: "3",
    LEASE_SECONDS: "4",
    BACKOFF_SCALE: "0.01",
  };
}

/** Polls the push until stopped: at every poll the tallies must add up to the total. A killed stack is asked again. */
function watch(stack: Stack, id: string) {
  let stopped = false;
  let latest: FedBack | null = null;
  const watching = (async () => {
    for (; !stopped; await sleep(100)) {
      latest = await stack.api<FedBack>("GET", `/api/pushes/${id}`).catch(() => null);
      if (latest !== null) expect(totalOf(latest.tallies)).toBe(latest.total);
    }
  })();
  // Until someone awaits it.
  watching.catch(() => {});
  return {
    until: async (done: (push: FedBack) => boolean): Promise<FedBack> => {
      for (const deadline = Date.now() + LONGEST_WAIT_MS; Date.now() < deadline; ) {
        if (latest !== null && done(latest)) return latest;
        await Promise.race([watching, sleep(50)]);
      }
      throw new Error(`the push does not get there: ${JSON.stringify(latest)}`);
    },
    stop: () => {
      stopped = true;
      return watching;
    },
  };
}

/** Sends an answer once its mail is there, again until it is taken: as mail servers and mailbox providers do. */
async function answerTo(stack: Stack, relay: Relay, answer: Answer): Promise<void> {
  let mail: Mail | null = null;
  for (; mail === null; await sleep(20)) mail = mailTo(relay.records, answer.address);
  while (!(await send(stack.url, answer, mail))) await sleep(200);
}

async function suppressions(stack: Stack): Promise<string[]> {
  const page = await stack.api<{ data: { address: string; reason: string }[] }>("GET", "/api/suppressions?limit=1000");
  return page.data.map(({ address, reason }) => `${address} ${reason}`).toSorted();
}

/** In a random order, the same at every run. */
function shuffled<T>(values: readonly T[], seed: string): T[] {
  const rank = (index: number) => createHash("sha256").update(`${seed} ${index}`).digest("hex");
  const ranked = values.map((value, index) => ({ value, rank: rank(index) }));
  return ranked.toSorted((a, b) => (a.rank < b.rank ? -1 : 1)).map(({ value }) => value);
}

function halves<T>(values: readonly T[]): [T[], T[]] {
  const middle = Math.ceil(values.length / 2);
  return [values.slice(0, middle), values.slice(middle)];
}
