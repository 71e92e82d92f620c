import { expect, it } from "vitest";
import { describeWay } from "../../../scripts/way.ts";

const TOML = { SMTP_HOST: "relay.example", SMTP_PORT: "587", SMTP_SECURITY: "starttls", TRANSPORT: "smtp" };

it("has an inbox get the mails unless .dev.vars names a relay", () => {
  expect(describeWay({}, TOML)).toBe(null);
  expect(describeWay({ TRANSPORT: "worker-mailer" }, TOML)).toBe(null);
});

it("names relay, port and security, from wrangler.toml what .dev.vars leaves out", () => {
  expect(describeWay({ SMTP_HOST: "10.0.0.1" }, TOML)).toBe("to 10.0.0.1:587, SMTP_SECURITY starttls");
  expect(describeWay({ SMTP_PORT: "26", SMTP_SECURITY: "none" }, TOML)).toBe("to relay.example:26, SMTP_SECURITY none");
  expect(describeWay({ SMTP_HOST: "10.0.0.1" }, {})).toBe("to 10.0.0.1:465, SMTP_SECURITY tls");
});

it("sends to the relays of .dev.vars, and never to those of the deployment", () => {
  expect(describeWay({ RELAYS: '[{"id":"a"}]' }, TOML)).toBe("to the relays of RELAYS in .dev.vars");
  expect(describeWay({ RELAYS: "" }, TOML)).toBe(null);
  expect(describeWay({}, { ...TOML, RELAYS: '[{"id":"ses"}]' })).toBe(null);
});

it("has no inbox where no mail would come, whichever file says so", () => {
  expect(describeWay({ TRANSPORT: "none" }, TOML)).toMatch(/^nowhere/);
  expect(describeWay({}, { ...TOML, TRANSPORT: "email-service" })).toMatch(/^into files/);
});
