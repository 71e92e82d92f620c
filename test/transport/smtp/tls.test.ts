import { describe, expect, inject, it } from "vitest";
import { smtp } from "../../../src/transport/smtp/index.ts";
import type { SessionEnd } from "../../../src/transport/transport.ts";
import type { RelayScript, SessionRecord } from "../../relay/script.ts";
import type { Certificates } from "./certificates.ts";
import { ListFeed, mails, NO_LIMITS, relayAt, withRelay } from "./list-feed.ts";

const SECURE = ["tls", "starttls"] as const;
const account = { username: "ann", password: "secret" };

/** One session for three mails with a server on localhost that shows this certificate. */
const deliver = (
  security: (typeof SECURE)[number],
  certificate: keyof Certificates,
  script: RelayScript = {},
): Promise<{ end: SessionEnd; feed: ListFeed; sessions: SessionRecord[] }> =>
  withRelay(
    {
      capabilities: ["PIPELINING", "STARTTLS", "AUTH PLAIN"],
      tls: { ...inject("certificates")[certificate], implicit: security === "tls" },
      ...script,
    },
    async (relay) => {
      const feed = new ListFeed(mails(3));
      const config = relayAt(relay.port, { ...account, security, host: "localhost" });
      const end = await smtp(config).deliver(feed, NO_LIMITS);
      return { end, feed, sessions: await relay.sessions() };
    },
  );

describe.each(SECURE)("over %s", (security) => {
  it("mails arrive", async () => {
    const { end, feed, sessions } = await deliver(security, "trusted", { requireAuth: true });
    expect(end).toEqual({ kind: "done" });
    expect(feed.counts).toEqual({ sent: 3 });
    expect(sessions).toMatchObject([{ tls: true, mails: 3, ...account }]);
  });

  it.each(["otherHost", "expired", "unknown"] as const)(
    "a certificate that does not verify is an outage: %s",
    async (which) => {
      const { end, feed, sessions } = await deliver(security, which);
      expect(end).toMatchObject({
        kind: "fault",
        fault: { stage: security === "tls" ? "connect" : "starttls", reply: null },
      });
      expect(end).toMatchObject({
        fault: { error: expect.stringContaining("certificate is not valid for localhost") },
      });
      expect(feed.left).toBe(3);
      expect(JSON.stringify(sessions)).not.toMatch(/AUTH|MAIL/);
    },
  );
});

describe("STARTTLS", () => {
  it("is followed by a new EHLO, and what was offered before it is forgotten", async () => {
    const { end, sessions } = await deliver("starttls", "trusted", { tlsCapabilities: [] });
    expect(end).toMatchObject({ kind: "fault", fault: { stage: "auth", error: expect.stringContaining("no AUTH") } });
    expect(sessions[0]?.commands).toEqual(["EHLO client.test", "STARTTLS", "EHLO client.test"]);
  });

  it("makes nothing of replies that were put behind it in clear", async () => {
    const raw = "220 2.0.0 go ahead\r\n250-relay.test\r\n250 AUTH PLAIN\r\n235 2.7.0 welcome\r\n";
    const rules = [{ stage: "starttls" as const, raw }];
    const { end, sessions } = await deliver("starttls", "trusted", { tlsCapabilities: [], rules });
    expect(end.kind).toBe("fault");
    expect(JSON.stringify(sessions)).not.toMatch(/AUTH|MAIL/);
  });

  it("that is agreed to and not done ends the session", async () => {
    const rules = [{ stage: "starttls" as const, reply: "220 2.0.0 go ahead", end: "drop" as const }];
    const { end, sessions } = await deliver("starttls", "trusted", { rules });
    expect(end).toMatchObject({ kind: "fault", fault: { stage: "starttls", reply: null } });
    expect(sessions[0]?.commands).toEqual(["EHLO client.test", "STARTTLS"]);
  });
});
