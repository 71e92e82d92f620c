import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeTallies, followPush, type PushView } from "../../../scripts/progress.ts";
import { sampleRecipients } from "../../../scripts/sample.ts";
import { type Stack, startStack } from "../../../scripts/stack.ts";
import { KINDS } from "./kinds.ts";
import { DOMAIN, KNOWN, type RealServer } from "./server.ts";

const UNKNOWN = 15;

describe.each(KINDS)("$name", ({ name, needs, start }) => {
  const missing = !existsSync(needs);
  if (missing) console.log(`${name} is left out: it could not be fetched (see install.sh).`);
  let server: RealServer;
  let stack: Stack;

  beforeAll(async () => {
    if (missing) return;
    server = await start();
    const vars = { SMTP_HOST: "127.0.0.1", SMTP_PORT: `${server.port}`, SMTP_SECURITY: "none" };
    stack = await startStack({ vars: { ...vars, TRANSPORT: "smtp", BREAKER_FIRST: "1000" } });
  }, 90_000);
  afterAll(async () => {
    await stack?.stop();
    await server?.stop();
  });

  it.skipIf(missing)(`takes ${KNOWN} mails, each once, and nothing of it costs a rate`, async () => {
    const addresses = Array.from({ length: KNOWN }, (_, index) => `reader${index + 1}@${DOMAIN}`);
    const push = await pushTo(stack, "known", addresses);
    expect(push.tallies.sent, `${push.reason} ${describeTallies(push.tallies)}`).toBe(KNOWN);
    expect(push.currentRate).toBeNull();
    const taken = server.taken();
    expect(addresses.filter((address) => taken.get(address) !== 1)).toEqual([]);
    expect(taken.size).toBe(KNOWN);
  });

  it.skipIf(missing || !/Exim|OpenSMTPD|Sendmail/.test(name))(
    "refuses whom it does not know, and none is in doubt",
    async () => {
      const addresses = Array.from({ length: UNKNOWN }, (_, index) => `gone${index + 1}@${DOMAIN}`);
      const push = await pushTo(stack, "gone", addresses);
      expect(push.tallies.failed, `${push.reason} ${describeTallies(push.tallies)}`).toBe(UNKNOWN);
    },
  );
});

interface Push extends PushView {
  readonly currentRate: number | null;
}

async function pushTo(stack: Stack, area: string, addresses: readonly string[]): Promise<Push> {
  const people = sampleRecipients(addresses.length).map(({ username }, index) => ({
    address: addresses[index],
    username,
    area,
  }));
  await stack.api("POST", "/api/recipients", people);
  const message = { subject: "{{ username }}, news", html: "<p>Hello {{ username }}</p>\n.\n..dots at line starts" };
  const push = await stack.api<PushView>("POST", "/api/pushes", { action: "mailpush", filter: { area }, ...message });
  await followPush(stack.api, push.id, 90_000);
  return await stack.api<Push>("GET", `/api/pushes/${push.id}`);
}
