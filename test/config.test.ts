import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../src/config/error.ts";
import { checkSettings, readSettings } from "../src/config/settings.ts";

const GOOD = {
  MAIL_FROM: '"Li, Lei" <news@Example.com>',
  SMTP_HOST: "relay.example.com",
  PUBLIC_URL: "https://mail.example.com/",
  SIGNING_KEY: "a-key-of-at-least-16",
  API_TOKEN: "a-token-of-at-least-16",
};

function problemsOf(variables: object): readonly string[] {
  try {
    checkSettings({ ...GOOD, ...variables });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ variable, message }) => `${variable} ${message}`);
  }
  return [];
}

describe("settings", () => {
  it("has a default for every variable that need not be given", () => {
    expect(checkSettings(GOOD)).toMatchObject({
      mailFrom: { name: "Li, Lei", address: "news@example.com" },
      relays: [
        {
          id: "default",
          transport: "smtp",
          weight: 1,
          server: { host: "relay.example.com", port: 465, security: "tls", username: "", ehloName: "example.com" },
        },
      ],
      connections: 4,
      smtp: { maxMessages: 0, pipelining: "auto", chunking: "auto" },
      timeouts: { connectMs: 15_000, greetingMs: 30_000, commandMs: 60_000, contentMs: 300_000 },
      publicUrl: "https://mail.example.com",
      window: 10_000,
      breaker: { first: 20, streak: 50, spamShare: 0.05 },
      retentionDays: 90,
      rendering: { timeZone: "UTC", maxBytes: 1_048_576 },
    });
  });

  it("reads what wrangler.toml has, once an environment", () => {
    expect(readSettings(env).staleAfterSeconds).toBe(30);
    expect(readSettings(env)).toBe(readSettings(env));
  });

  it("takes a number that was written without quotes", () => {
    expect(checkSettings({ ...GOOD, SMTP_PORT: 587, SMTP_PIPELINING: "off" })).toMatchObject({
      relays: [{ server: { port: 587 } }],
      smtp: { pipelining: "off" },
    });
  });

  it("names every variable that is wrong, what is wrong and what is expected, all at once", () => {
    const problems = problemsOf({ SMTP_PORT: "99999", WINDOW: "1e3", TRANSPORT: "pigeon", MAIL_FROM: "nobody" });
    expect(problems).toEqual([
      'MAIL_FROM is "nobody": the address has no @ (expected "Name <address>" or an address)',
      'TRANSPORT is "pigeon": expected smtp, worker-mailer, email-service or none',
      "SMTP_PORT is 99999: expected a whole number from 1 to 65535",
      'WINDOW is "1e3": expected a whole number from 1 to 1000000',
    ]);
  });

  it.each([
    [{ MAIL_FROM: "News\r\nBcc: <a@b.example>" }, /^MAIL_FROM .*control character/],
    [{ MAIL_FROM: undefined }, /^MAIL_FROM is missing/],
    [{ TIMEZONE: "Mars/Base" }, /^TIMEZONE is "Mars\/Base": expected a name of the IANA database/],
    [{ TIMEZONE: "" }, /^TIMEZONE is "": expected/],
    [{ MAIL_MAX_BYTES: "999" }, /^MAIL_MAX_BYTES is 999: expected a whole number from 1000/],
    [{ SMTP_HOST: undefined }, /^SMTP_HOST is missing/],
    [{ SMTP_HOST: "relay\r\nQUIT" }, /^SMTP_HOST .*expected a host name/],
    [{ SMTP_EHLO_NAME: "me\r\nMAIL FROM:<>" }, /^SMTP_EHLO_NAME /],
    [{ SMTP_CONNECTIONS: "5" }, /^SMTP_CONNECTIONS .*from 1 to 4/],
    [{ LOCAL_INBOX: "https://inbox.example" }, /^LOCAL_INBOX .*expected http:\/\/127\.0\.0\.1/],
    [{ PUBLIC_URL: "ftp://x" }, /^PUBLIC_URL .*expected an http/],
    [{ PUBLIC_URL: "https://x.example/?a=b" }, /^PUBLIC_URL /],
    [{ BACKOFF_SCALE: "-1" }, /^BACKOFF_SCALE .*expected a number/],
    [{ BREAKER_SPAM_SHARE: "5" }, /^BREAKER_SPAM_SHARE .*from 0 to 1/],
    [{ SIGNING_KEY_PREVIOUS: "sesame" }, /^SIGNING_KEY_PREVIOUS is too short/],
    [{ RETURN_PATH: "bounces" }, /^RETURN_PATH is "bounces": the address has no @/],
    [{ RETURN_PATH: "bounce-address@example.com" }, /^RETURN_PATH .* at most 12/],
    [{ RETURN_PATH: "bounce+x@example.com" }, /^RETURN_PATH .*letters, digits/],
    [{ SIGNING_KEY: undefined }, /^SIGNING_KEY is missing/],
    [{ API_TOKEN: undefined }, /^API_TOKEN is missing/],
    [{ API_TOKEN: "fifteen-letters" }, /^API_TOKEN is too short: expected at least 16 characters$/],
    [{ API_TOKEN: "a token with spaces" }, /^API_TOKEN holds a space/],
  ])("refuses %o", (variables, message) => {
    expect(problemsOf(variables)).toEqual([expect.stringMatching(message)]);
  });

  it("wants the binding with the transport that needs it", () => {
    const TRANSPORT = "email-service";
    expect(problemsOf({ TRANSPORT })).toEqual([expect.stringMatching(/^TRANSPORT .*no binding EMAIL/)]);
    expect(problemsOf({ TRANSPORT, EMAIL: "a var, not a binding" })).toHaveLength(1);
    const { EMAIL } = env as unknown as { EMAIL: SendEmail };
    expect(checkSettings({ ...GOOD, TRANSPORT, EMAIL }).emailService).toBe(EMAIL);
  });

  it("never shows a secret", () => {
    expect(problemsOf({ SIGNING_KEY: "sesame" })).toEqual([
      "SIGNING_KEY is too short: expected at least 16 characters",
    ]);
    const both = problemsOf({ SMTP_USERNAME: "me", SMTP_PASSWORD: "se\nsame" });
    expect(both.join()).toContain("SMTP_PASSWORD");
    expect(both.join()).not.toContain("sesame");
  });

  it("wants a password with a user name, and never sends it in clear beyond this machine", () => {
    const login = { SMTP_USERNAME: "me", SMTP_PASSWORD: "secret" };
    expect(problemsOf({ SMTP_USERNAME: "me" })).toEqual([expect.stringMatching(/^SMTP_PASSWORD is missing/)]);
    expect(problemsOf({ ...login, SMTP_SECURITY: "none" })).toEqual([
      expect.stringMatching(/^SMTP_SECURITY .*in clear/),
    ]);
    expect(problemsOf({ ...login, SMTP_SECURITY: "none", SMTP_HOST: "127.0.0.1" })).toEqual([]);
    expect(problemsOf({ ...login, SMTP_SECURITY: "starttls" })).toEqual([]);
    for (const host of ["127.0.0.1.example.com", "localhost.example.com", "10.0.0.1"]) {
      expect(problemsOf({ ...login, SMTP_SECURITY: "none", SMTP_HOST: host })).toHaveLength(1);
    }
  });
});

describe("RECEIPT_KEY", () => {
  const BASE64 = "MC4CAQAwBQYDK2VwBCIEIHDnRbHtPMBzHweNtQLO5qaLLakBOjyGHhMCFJr1441G";

  it("is PKCS #8 in base64, on one line or as a PEM file", () => {
    const pem = `-----BEGIN PRIVATE KEY-----\n${BASE64}\n-----END PRIVATE KEY-----\n`;
    const keys = [BASE64, `${BASE64}\n`, pem].map((key) => checkSettings({ ...GOOD, RECEIPT_KEY: key }).receiptKey);
    for (const key of keys) expect(Buffer.from(key ?? []).toString("base64")).toBe(BASE64);
    expect(checkSettings({ ...GOOD, RECEIPT_KEY: "" }).receiptKey).toBeNull();
  });

  it.each(["a secret of my own, as long as", BASE64.slice(4), `${BASE64}AAAA`, "AAAA".repeat(16)])(
    "is not %s",
    (key) => {
      const [problem, ...more] = problemsOf({ RECEIPT_KEY: key });
      expect(more).toEqual([]);
      expect(problem).toMatch(/^RECEIPT_KEY .*README/);
      // The message goes to callers.
      expect(problem).not.toContain(key);
    },
  );
});
