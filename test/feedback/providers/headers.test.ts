import { env } from "cloudflare:workers";
import PostalMime from "postal-mime";
import { expect, it } from "vitest";
import { checkSettings } from "../../../src/config/settings.ts";
import { relayHeaders } from "../../../src/feedback/providers/headers.ts";
import { PROVIDERS, type ProviderName } from "../../../src/feedback/providers/provider.ts";
import { compose, prepareMime } from "../../../src/message/mime/mime.ts";
import { KEYS, PUSH, RECIPIENT, TOKEN } from "./webhook.ts";

const ANN = { id: RECIPIENT, address: "ann@example.com", username: "Ann" };

async function headersOf(vars: object): Promise<Record<string, string>> {
  const settings = checkSettings({ ...env, ...vars });
  const content = { push: PUSH, from: "news@example.com", replyTo: null, list: false };
  const plan = prepareMime(content, {
    signingKey: KEYS.current,
    publicUrl: "https://mail.example.com",
    inbound: null,
    ownReturnPaths: false,
    httpLinks: true,
  });
  if (!plan.ok) throw new Error(plan.error);
  const headers = relayHeaders(
    { transport: settings.relays[0]?.transport ?? "none", provider: settings.providers.smtp },
    settings.providers,
  )(plan.value, RECIPIENT);
  const mail = compose(plan.value, ANN, { subject: "s", html: "h", text: "t" }, 0, headers);
  if (!mail.ok) throw new Error(mail.error);
  for (const line of new TextDecoder().decode(mail.value.content).split("\r\n")) {
    expect(line.length).toBeLessThanOrEqual(78);
  }
  expect(headers).not.toContain("ann@example.com");
  const parsed = await PostalMime.parse(mail.value.content);
  expect(parsed.html).toContain("h");
  return Object.fromEntries(
    parsed.headers.filter(({ key }) => key.startsWith("x-")).map(({ key, value }) => [key, value]),
  );
}

it("each provider's mail carries the token in its documented header, and no other mail does", async () => {
  const tag = `mailpush=${TOKEN.replaceAll(".", "_")}`;
  const expected: Record<ProviderName, Record<string, string>> = {
    ses: { "x-ses-message-tags": tag },
    postmark: { "x-pm-metadata-mailpush": TOKEN, "x-pm-keepid": "true" },
    sendgrid: { "x-smtpapi": `{"unique_args": {"mailpush": "${TOKEN}"}}` },
    mailgun: { "x-mailgun-variables": `{"mailpush": "${TOKEN}"}` },
  };
  for (const provider of PROVIDERS) {
    expect(await headersOf({ SMTP_PROVIDER: provider })).toEqual(expected[provider]);
  }
  expect(await headersOf({ SMTP_PROVIDER: "ses", SES_CONFIGURATION_SET: "news" })).toEqual({
    "x-ses-configuration-set": "news",
    "x-ses-message-tags": tag,
  });
  expect(await headersOf({ SMTP_PROVIDER: "" })).toEqual({});
  expect(await headersOf({ SMTP_PROVIDER: "postmark", TRANSPORT: "none" })).toEqual({});
});

it("a provider's variable that is wrong is named, and a secret is not repeated", () => {
  for (const [name, value] of [
    ["SMTP_PROVIDER", "sparkpost"],
    ["SES_TOPIC_ARN", "mailpush"],
    ["SES_CONFIGURATION_SET", "a\r\nBcc: x"],
    ["SENDGRID_PUBLIC_KEY", "no key"],
    ["POSTMARK_USERNAME", "a:b"],
    ["POSTMARK_PASSWORD", "short"],
    ["MAILGUN_SIGNING_KEY", "short"],
  ] as const) {
    expect(() => checkSettings({ ...env, [name]: value }), name).toThrow(name);
  }
  expect(() => checkSettings({ ...env, MAILGUN_SIGNING_KEY: "shorty" })).not.toThrow("shorty");
});
