import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { ConfigError } from "../src/config/error.ts";
import { checkSettings } from "../src/config/settings.ts";

const SES = { id: "ses", host: "mail.example.com" };

function problemsOf(relays: unknown, variables: object = {}): string {
  try {
    checkSettings({ ...env, RELAYS: typeof relays === "string" ? relays : JSON.stringify(relays), ...variables });
    return "";
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

for (const [relays, words] of [
  ["{", ["RELAYS", "JSON"]],
  [[], ["RELAYS", "1 to"]],
  [[{ ...SES, port: "x" }], ["ses: port"]],
  [[{ id: "ses" }], ["ses: host"]],
  [[{ ...SES, quotas: [{ limit: 0, seconds: 1 }] }], ["ses: quotas[0].limit"]],
  [[SES, SES], ["ses: id"]],
  [[{ ...SES, weight: 0 }], ["weight 0"]],
  [[{ ...SES, username: "u" }], ["ses: passwordSecret"]],
  [[{ ...SES, username: "u", passwordSecret: "SES_PASSWORD" }], ["ses: passwordSecret", "SES_PASSWORD"]],
  [[{ ...SES, username: "u", passwordSecret: "KNOWN", security: "none" }], ["ses: security"]],
  [[{ ...SES, pasword: "x" }], ["ses", "pasword"]],
  [[{ host: "mail.example.com" }], ["[0]: id"]],
] as const) {
  it(`RELAYS ${JSON.stringify(relays)} is refused with the relay and the field`, () => {
    const said = problemsOf(relays, { KNOWN: "never-to-be-seen" });
    for (const word of words) expect(said).toContain(word);
    expect(said).not.toContain("never-to-be-seen");
  });
}

it("RELAYS stands for the SMTP_ variables, which may be missing", () => {
  const { SMTP_HOST: _, ...rest } = { ...env } as Record<string, unknown>;
  expect(checkSettings({ ...rest, RELAYS: JSON.stringify([SES]) }).relays.map(({ id }) => id)).toEqual(["ses"]);
});
