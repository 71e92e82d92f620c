import { describe, expect, it } from "vitest";
import { smtp } from "../../../src/transport/smtp/index.ts";
import type { RelayConfig, SessionEnd } from "../../../src/transport/transport.ts";
import type { RelayScript, SessionRecord } from "../../relay/script.ts";
import { ListFeed, mails, NO_LIMITS, relayAt, withRelay } from "./list-feed.ts";

/** One session for one mail with a relay of this script. */
const greet = (
  script: RelayScript,
  config: Partial<RelayConfig> = {},
): Promise<{ end: SessionEnd; feed: ListFeed; session: SessionRecord | undefined }> =>
  withRelay(script, async (relay) => {
    const feed = new ListFeed(mails(1));
    const timeouts = { connectMs: 500, greetingMs: 100, commandMs: 100 };
    const end = await smtp(relayAt(relay.port, config), { timeouts }).deliver(feed, NO_LIMITS);
    return { end, feed, session: (await relay.sessions())[0] };
  });

describe("the handshake", () => {
  it("says HELO to a server that knows no EHLO", async () => {
    const { end, session } = await greet({ rules: [{ stage: "ehlo", reply: "502 5.5.1 what" }] });
    expect(end).toEqual({ kind: "done" });
    expect(session?.commands.slice(0, 2)).toEqual(["EHLO client.test", "HELO client.test"]);
    expect(session?.mails).toBe(1);
  });

  it.each([
    ["a greeting that is no welcome", { stage: "greeting", reply: "554 5.7.1 go away" }, "greeting", 554],
    ["a greeting for later", { stage: "greeting", reply: "421 4.7.0 busy" }, "greeting", 421],
    ["EHLO put off", { stage: "ehlo", reply: "451 4.3.0 later" }, "ehlo", 451],
    ["EHLO answered with 421", { stage: "ehlo", reply: "421 4.3.0 closing" }, "ehlo", 421],
  ] as const)("is an outage with the server's words: %s", async (_, rule, stage, code) => {
    const { end, feed } = await greet({ rules: [rule] });
    expect(end).toMatchObject({ kind: "fault", fault: { stage, reply: { code }, answered: 0 } });
    expect(feed.left).toBe(1);
  });

  it.each([
    ["garbage", { stage: "greeting", raw: "HTTP/1.1 400 Bad Request\r\n\r\n" }, "greeting", /not an SMTP reply/],
    ["an endless line", { stage: "greeting", endless: "line" }, "greeting", /without end/],
    ["an endless reply", { stage: "ehlo", endless: "reply" }, "ehlo", /without end/],
    ["silence", { stage: "greeting", stall: true }, "greeting", /^no greeting within 0.1 s$/],
    ["silence after EHLO", { stage: "ehlo", stall: true }, "ehlo", /^no reply to EHLO within 0.1 s$/],
    ["a hang-up", { stage: "greeting", end: "drop" }, "greeting", /closed the line/],
    ["a reset", { stage: "ehlo", end: "reset" }, "ehlo", /the line|closed/],
  ] as const)("is an outage in clear words: %s", async (_, rule, stage, words) => {
    const { end, feed } = await greet({ rules: [rule] });
    expect(end).toMatchObject({ kind: "fault", fault: { stage, reply: null, error: expect.stringMatching(words) } });
    expect(feed.left).toBe(1);
  });

  it("is an outage where nobody listens", async () => {
    const port = await withRelay({}, async (relay) => relay.port);
    const end = await smtp(relayAt(port)).deliver(new ListFeed(mails(1)), NO_LIMITS);
    expect(end).toMatchObject({ kind: "fault", fault: { stage: "connect", reply: null, answered: 0 } });
  });
});

describe("credentials", () => {
  const account = { username: "jürgen", password: "geheim 中" };

  it.each([["PLAIN LOGIN"], ["LOGIN"], ["CRAM-MD5 login"]])(
    "are sent by what is offered: AUTH %s",
    async (mechanisms) => {
      const script = { capabilities: [`AUTH ${mechanisms}`], credentials: account, requireAuth: true };
      const { end, session } = await greet(script, account);
      expect(end).toEqual({ kind: "done" });
      expect(session).toMatchObject({ ...account, mails: 1 });
    },
  );

  it.each(["PLAIN", "LOGIN"])("that are refused end the session with the server's words (%s)", async (mechanism) => {
    const script = { capabilities: [`AUTH ${mechanism}`], credentials: { username: "a", password: "b" } };
    const { end, feed } = await greet(script, account);
    expect(end).toMatchObject({ kind: "fault", fault: { stage: "auth", reply: { code: 535 } } });
    expect(feed.left).toBe(1);
  });

  it.each([[[]], [["AUTH DIGEST-MD5"]]])("are not sent where there is no way for them: %j", async (capabilities) => {
    const { end, session } = await greet({ capabilities }, account);
    expect(end).toMatchObject({ kind: "fault", fault: { stage: "auth", reply: null } });
    expect(session?.commands).toEqual(["EHLO client.test"]);
  });

  it("are not sent when TLS is required and not offered", async () => {
    const { end, session } = await greet({ capabilities: ["AUTH PLAIN"] }, { ...account, security: "starttls" });
    expect(end).toMatchObject({
      kind: "fault",
      fault: { stage: "starttls", error: expect.stringMatching(/not offer/) },
    });
    expect(session?.commands).toEqual(["EHLO client.test"]);
  });

  it("are not sent when STARTTLS is refused", async () => {
    const rules = [{ stage: "starttls" as const, reply: "454 4.7.0 TLS not available" }];
    const { end, session } = await greet(
      { capabilities: ["STARTTLS", "AUTH PLAIN"], tls: { key: "", cert: "" }, rules },
      { ...account, security: "starttls" },
    );
    expect(end).toMatchObject({ kind: "fault", fault: { stage: "starttls", reply: { code: 454 } } });
    expect(session?.commands).toEqual(["EHLO client.test", "STARTTLS"]);
  });
});
