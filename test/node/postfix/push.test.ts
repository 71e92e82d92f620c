import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeTallies, type PushView } from "../../../scripts/progress.ts";
import { sampleRecipients } from "../../../scripts/sample.ts";
import { type Stack, startStack } from "../../../scripts/stack.ts";
import { certify, removeAuthorities } from "../../setup/certify.ts";
import type { MailLog } from "./mail-log.ts";
import { type Postfix, startPostfix, whyNoPostfix } from "./postfix.ts";
import { DOMAIN, SERVICES, WAYS, type Way } from "./settings.ts";

const RECIPIENTS = 1_000;
/** Every so manieth of them is nobody that Postfix knows. */
const UNKNOWN_EVERY = 20;
const CONTENT_COMMANDS: Record<Way, "bdat" | "data"> = {
  "STARTTLS and CHUNKING": "bdat",
  PIPELINING: "data",
  "one command at a time": "data",
};

const missing = whyNoPostfix();
if (missing !== null) console.log(`The tests against a real Postfix are left out: ${missing}.`);

describe.skipIf(missing !== null).each(WAYS)("Postfix, spoken to with %s", (way) => {
  let postfix: Postfix;
  let stack: Stack;

  beforeAll(async () => {
    // Before the stack starts: its runtime is to trust this authority.
    const { trusted } = await certify();
    postfix = await startPostfix(trusted);
    const security = way === "STARTTLS and CHUNKING" ? "starttls" : "none";
    const vars = { SMTP_HOST: "localhost", SMTP_PORT: `${postfix.ports[way]}`, SMTP_SECURITY: security };
    stack = await startStack({ vars: { ...vars, TRANSPORT: "smtp" } });
  }, 60_000);
  afterAll(async () => {
    await stack?.stop();
    await postfix?.stop();
    removeAuthorities();
  });

  it(`takes ${RECIPIENTS} mails, and each recipient gets exactly one`, async () => {
    const addresses = Array.from({ length: RECIPIENTS }, (_, index) => `reader${index + 1}@${DOMAIN}`);
    const push = await pushTo(stack, "everybody", addresses);
    expect(push.tallies.sent, describeTallies(push.tallies)).toBe(RECIPIENTS);

    const log = await atRest(postfix);
    expect(log.complaints).toEqual([]);
    expect(notOnce(log, addresses)).toEqual([]);
    expect(log.sent.size).toBe(RECIPIENTS);
    // What it took for a mail's header was one: ours, whole, with nothing of the mail before it.
    expect(new Set(log.messageIds.filter((id) => /^<[\w.-]+@example\.com>$/.test(id))).size).toBe(RECIPIENTS);

    const sessions = sessionsOf(log, way);
    const content = CONTENT_COMMANDS[way];
    expect(total(sessions, content)).toBe(RECIPIENTS);
    expect(total(sessions, content === "bdat" ? "data" : "bdat")).toBe(0);
    expect(log.handshakes[SERVICES[way].syslog] ?? 0).toBe(way === "STARTTLS and CHUNKING" ? sessions.length : 0);
    // Said goodbye to, every one: no session was lost.
    expect(total(sessions, "quit")).toBe(sessions.length);
  });

  it("refuses whom it does not know, hangs up on nobody for it, and the others get theirs", async () => {
    const before = postfix.log();
    const addresses = Array.from({ length: RECIPIENTS }, (_, index) => {
      const number = RECIPIENTS + index + 1;
      return number % UNKNOWN_EVERY === 0 ? `reader${number}.gone@${DOMAIN}` : `reader${number}@${DOMAIN}`;
    });
    const unknown = addresses.filter((address) => address.includes(".gone@"));
    const push = await pushTo(stack, "some", addresses);
    expect({ failed: push.tallies.failed, sent: push.tallies.sent }).toEqual({
      failed: unknown.length,
      sent: RECIPIENTS - unknown.length,
    });

    const { data: deliveries } = await stack.api<{ data: { address: string; class: string }[] }>(
      "GET",
      `/api/pushes/${push.id}/deliveries?state=failed&limit=1000`,
    );
    expect(deliveries.map(({ address }) => address).sort()).toEqual(unknown.sort());
    expect(new Set(deliveries.map((delivery) => delivery.class))).toEqual(new Set(["no-such-user"]));

    const log = await atRest(postfix);
    expect(
      notOnce(
        log,
        addresses.filter((address) => !unknown.includes(address)),
      ),
    ).toEqual([]);
    expect(unknown.filter((address) => log.sent.has(address))).toEqual([]);
    expect(log.complaints.filter((words) => !words.includes("User unknown in relay recipient table"))).toEqual([]);
    const sessions = sessionsOf(log, way).slice(sessionsOf(before, way).length);
    expect(total(sessions, "quit")).toBe(sessions.length);
  });
});

/** Makes them recipients, pushes to them, and waits for the end. */
async function pushTo(stack: Stack, area: string, addresses: readonly string[]): Promise<PushView> {
  const people = sampleRecipients(addresses.length).map(({ username }, index) => ({
    address: addresses[index],
    username,
    area,
  }));
  await stack.api("POST", "/api/recipients", people);
  const message = { subject: "{{ username }}, news", html: "<p>Hello {{ username }}</p>\n.\n..dots at line starts" };
  const push = await stack.api<PushView>("POST", "/api/pushes", { action: "mailpush", filter: { area }, ...message });
  for (;;) {
    const now = await stack.api<PushView>("GET", `/api/pushes/${push.id}`);
    if (now.status === "paused") throw new Error(`the push paused: ${now.reason}`);
    if (now.status === "finished") return now;
    await sleep(50);
  }
}

/** Its log, once all that it took is delivered and all sessions are over. */
async function atRest(postfix: Postfix): Promise<MailLog> {
  for (;;) {
    const log = postfix.log();
    const delivered = [...log.sent.values()].reduce((sum, count) => sum + count, 0);
    const taken = log.sessions.reduce((sum, { commands }) => sum + (commands.bdat ?? 0) + (commands.data ?? 0), 0);
    if (log.waiting === 0 && delivered === taken && delivered > 0) return log;
    await sleep(50);
  }
}

function notOnce(log: MailLog, addresses: readonly string[]): string[] {
  return addresses.filter((address) => log.sent.get(address) !== 1);
}

function sessionsOf(log: MailLog, way: Way) {
  return log.sessions.filter(({ service }) => service === SERVICES[way].syslog);
}

function total(sessions: MailLog["sessions"], command: string): number {
  return sessions.reduce((sum, { commands }) => sum + (commands[command] ?? 0), 0);
}
