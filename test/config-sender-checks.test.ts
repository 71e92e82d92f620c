import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { senderChecks, webhooksOf } from "../src/config/sender-checks.ts";
import { checkSettings } from "../src/config/settings.ts";
import { api, call, json } from "./http/api.ts";

const GOOD = {
  MAIL_FROM: "Li Lei <news@shop.cn>",
  SMTP_HOST: "relay.shop.cn",
  PUBLIC_URL: "https://push.shop.cn",
  RETURN_PATH: "bounce@bounces.shop.cn",
  SIGNING_KEY: "a-key-of-at-least-16",
  API_TOKEN: "a-token-of-at-least-16",
  RECEIPT_KEY: env.RECEIPT_KEY,
};

/** "level code variable relay" of each check that a person need not look at by hand. */
function found(variables: object): string[] {
  return senderChecks(checkSettings({ ...GOOD, ...variables }))
    .filter(({ level }) => level !== "by-hand")
    .map(({ code, variable, relay }) => [code, variable, relay].filter((one) => one !== null).join(" "));
}

describe("a sender", () => {
  it("that is set up has nothing to mend, and what to look at by hand", () => {
    expect(found({})).toEqual([]);
    const byHand = senderChecks(checkSettings(GOOD));
    expect(byHand.map(({ code }) => code)).toEqual(["look-at-dkim", "look-at-dmarc"]);
    expect(byHand[1]?.message).toContain("_dmarc.shop.cn");
  });

  it.each<[object, string[]]>([
    [{ PUBLIC_URL: "http://push.shop.cn" }, ["public-url-not-https PUBLIC_URL"]],
    [{ RECEIPT_KEY: "" }, ["no-receipts RECEIPT_KEY"]],
    [{ MAIL_FROM: "a@example.com", RETURN_PATH: "b@x.example.com" }, ["example-sender MAIL_FROM"]],
    [{ MAIL_FROM: "a@shop.test", RETURN_PATH: "b@shop.test" }, ["example-sender MAIL_FROM"]],
    [{ RETURN_PATH: "" }, ["bounces-unseen RETURN_PATH default"]],
    [{ RETURN_PATH: "b@other.cn" }, ["return-path-unaligned RETURN_PATH default"]],
    [{ SMTP_SECURITY: "none" }, ["relay-in-clear SMTP_SECURITY default"]],
    [{ SMTP_SECURITY: "none", SMTP_HOST: "127.0.0.1" }, []],
    [{ TRANSPORT: "none" }, ["sends-nothing TRANSPORT default"]],
    [{ SMTP_PROVIDER: "ses" }, ["webhook-shut SES_TOPIC_ARN default"]],
    [
      { SMTP_PROVIDER: "postmark", RETURN_PATH: "" },
      ["webhook-shut POSTMARK_PASSWORD default", "bounces-unseen RETURN_PATH default"],
    ],
    [{ SMTP_PROVIDER: "postmark", POSTMARK_PASSWORD: "a-password-of-mine-1", RETURN_PATH: "" }, []],
    [
      {
        RETURN_PATH: "",
        RELAYS: JSON.stringify([
          { id: "own", host: "a.shop.cn", returnPath: "b@shop.cn" },
          { id: "other", host: "b.shop.cn", security: "none", provider: "mailgun" },
        ]),
      },
      ["relay-in-clear RELAYS other", "webhook-shut MAILGUN_SIGNING_KEY other", "bounces-unseen RETURN_PATH other"],
    ],
  ])("with %j lacks %j", (variables, checks) => expect(found(variables)).toEqual(checks));

  it("has the webhooks open whose keys are set", () => {
    const { providers } = checkSettings({ ...GOOD, MAILGUN_SIGNING_KEY: "a-key-of-mailgun-1" });
    expect(webhooksOf(providers).map(({ provider, isOpen }) => [provider, isOpen])).toEqual([
      ["ses", false],
      ["postmark", false],
      ["sendgrid", false],
      ["mailgun", true],
    ]);
  });
});

describe("GET /api/settings", () => {
  it("says what is configured, to a token that may read, and no secret, user name or host", async () => {
    const bindings = {
      ...env,
      SMTP_HOST: "relay.of.mine",
      SMTP_USERNAME: "user-of-mine",
      SMTP_PASSWORD: "password-of-mine",
      SMTP_SECURITY: "tls",
    } as unknown as Env;
    const authorization = `Bearer ${(await json(api("POST", "/api/tokens", { name: "r", scopes: ["read"] }))).token}`;
    const answer = await call("GET", "/api/settings", undefined, { authorization }, bindings);
    expect(answer.status).toBe(200);
    const settings = await json(answer);
    expect(settings).toMatchObject({
      from: { address: "news@example.com" },
      publicUrl: env.PUBLIC_URL,
      receipts: true,
      relays: [{ id: "default", transport: "smtp", security: "tls", provider: null }],
      limits: { retentionDays: 90 },
    });
    const { API_TOKEN, SIGNING_KEY, RECEIPT_KEY } = env as Env & { RECEIPT_KEY: string };
    const text = JSON.stringify(settings);
    for (const hidden of [API_TOKEN, SIGNING_KEY, RECEIPT_KEY, "of-mine", "of.mine"])
      expect(text).not.toContain(hidden);
  });
});
