import { afterAll, expect, it } from "vitest";
import { describeTallies, type PushView } from "../../../scripts/progress.ts";
import { type Stack, startStack } from "../../../scripts/stack.ts";
import { totalOf } from "../../../src/core/states.ts";
import { type Relay, startRelay } from "../../relay.ts";
import { addressesIn, createRecipients } from "./people.ts";

const RECIPIENTS = 1_000;
/** Kill the stack once the relay has this many mails: first while the window is still opening, then in full flow. */
const KILL_AT = [50, 450];
/** What one consumer may have handed over without having settled it: 25 on each of its four sessions. */
const UNSETTLED = 4 * 25;

const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

it("loses nobody when the stack is killed in mid-push and its queue forgets everything", async () => {
  // A round trip as on a real line, so that there is a middle to be killed in.
  const relay = await startRelay({ rttMs: 5, keep: "digest" });
  closing.push(() => relay.stop());
  const vars = { SMTP_PORT: String(relay.port), STALE_AFTER_SECONDS: "3", LEASE_SECONDS: "4", BACKOFF_SCALE: "0.01" };
  const stack = await startStack({ vars });
  closing.push(() => stack.stop());

  const addresses = await createRecipients(stack, RECIPIENTS);
  const { id } = await stack.api<PushView>("POST", "/api/pushes", {
    action: "mailpush",
    filter: {},
    subject: "Hello {{ username }}",
    html: "<p>Hello {{ username }}</p>",
    // Nobody of whom nothing is known gets a second mail by itself, so that every mail can be accounted for.
    inDoubt: "hold",
  });

  for (const mails of KILL_AT) {
    await poll(stack, id, () => relay.records.mailCount >= mails);
    await stack.restart();
  }
  const held = await poll(stack, id, (push) => push.status === "finished");
  expect(held.total).toBe(RECIPIENTS);
  expect(held.tallies.sent + held.tallies.in_doubt, describeTallies(held.tallies)).toBe(RECIPIENTS);

  const doubtful = new Set(await addressesIn(stack, id, "in_doubt"));
  expect(doubtful.size).toBeLessThanOrEqual(KILL_AT.length * UNSETTLED);
  const sent = addresses.filter((address) => !doubtful.has(address));
  expect(sent.filter((address) => relay.records.received.get(address) !== 1)).toEqual([]);
  expect([...doubtful].filter((address) => received(relay, address) > 1)).toEqual([]);

  await stack.api("POST", `/api/pushes/${id}/retry`, {});
  const done = await poll(stack, id, (push) => push.status === "finished" && push.success === RECIPIENTS);
  expect(done.tallies.sent).toBe(RECIPIENTS);
  expect(addresses.filter((address) => received(relay, address) === 0)).toEqual([]);
  // Twice only those in doubt, and then as one mail: a mailbox that shows both can tell by the Message-ID.
  const twice = addresses.filter((address) => received(relay, address) > 1);
  expect(twice.filter((address) => !doubtful.has(address))).toEqual([]);
  expect(twice.filter((address) => messageIds(relay, address).size !== 1)).toEqual([]);
  expect(relay.records.violations).toEqual([]);
});

/** Polls until `done`; at every poll the tallies must add up to the total. */
async function poll(stack: Stack, id: string, done: (push: PushView) => boolean): Promise<PushView> {
  for (;;) {
    const push = await stack.api<PushView>("GET", `/api/pushes/${id}`);
    expect(totalOf(push.tallies)).toBe(push.total);
    if (done(push)) return push;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function received(relay: Relay, address: string): number {
  return relay.records.received.get(address) ?? 0;
}

function messageIds(relay: Relay, address: string): Set<string | null> {
  return new Set(relay.records.mails.filter((mail) => mail.to.includes(address)).map((mail) => mail.messageId));
}
