import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logLine } from "../../src/log/line.ts";
import { secretsOf } from "../../src/log/secrets.ts";
import { signToken } from "../../src/message/signed/delivery-token.ts";
import { checkAddress } from "../../src/recipients/address.ts";

const SECRETS = { SMTP_PASSWORD: 'pa"ss w/ord+ü', API_TOKEN: "token-of-callers", SES: "smtp-credentials" };
const SECRECY = {
  secrets: secretsOf({ ...SECRETS, RELAYS: '[{"id":"ses","passwordSecret":"SES"}]', WINDOW: "10000", PUBLIC_URL: "u" }),
  hashOf: (address: string) => `<${address.length}>`,
};
const line = (fields: Record<string, unknown>) => logLine(fields, SECRECY);

describe("a line of the log", () => {
  it("is one line of JSON, printable, whatever its fields hold", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything({ withBigInt: true, withDate: true })), (fields) => {
        const text = line({ at: "test", ...fields });
        expect(JSON.parse(text)).toBeTypeOf("object");
        expect(text).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  it("cannot be ended, forged or turned round by a reply", () => {
    const reply = '550 no\r\n{"at":"push","event":"state"}\u2028\u0085\u009b2J\u202eesrever\u{e0041}"}';
    const text = line({ at: "settle", reply });
    expect(text).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(text)).toEqual({ at: "settle", reply });
  });

  it("survives what cannot be written", () => {
    const ring: Record<string, unknown> = {};
    ring.ring = ring;
    const broken = {
      get why() {
        throw new Error("no");
      },
    };
    const logged = JSON.parse(line({ at: "test", ring, broken, big: 10n, error: new Error("why"), gone: undefined }));
    expect(logged).toMatchObject({ at: "test", broken: "not readable", big: "10", error: "Error: why" });
  });

  it("has a bound for each field, and keeps the others", () => {
    const many = Array.from({ length: 5_000 }, () => "x".repeat(5_000));
    const logged = JSON.parse(line({ at: "test", many, text: "word ".repeat(10_000), push: "p" }));
    expect(logged).toMatchObject({ at: "test", many: expect.stringContaining("left out"), push: "p" });
    expect(logged.text.length).toBeLessThan(4_100);
  });
});

describe("an address in a line", () => {
  it.each([
    "550 5.1.1 <ann.lee@example.com>: unknown",
    "to 'o'brien@example.com' and o'brien@example.com.",
    "https://x.test/u?e=ann%40example.com and ann%2540example.com",
    "rfc822;ann+40example.com",
    "ann=40example.com ann&#64;example.com ann＠example.com",
    '"ann \\"x\\" lee"@example.com',
    '{"address":"\\"ann lee\\"@example.com"}',
    "李伟@例子.中国, ann@[192.0.2.1]",
    "a@b@example.com",
  ])("is a hash in %j", (text) => {
    const logged = line({ at: "test", text, [text]: 1, nested: [{ [text]: text }] });
    expect(logged).not.toMatch(/ann|lee|brien|example|李伟|例子|192/);
  });

  it("is the same hash in every sentence", () => {
    const text = "<Ann@example.com>, 'ann@example.com' or ann@example.com.";
    expect(JSON.parse(line({ at: "test", text })).text).toBe("<address-<15>>, 'address-<15>' or address-<15>.");
  });

  it("is never there, whatever address it is and wherever it stands", () => {
    const part = fc.string({
      unit: fc.constantFrom(..."abzAZ09!#$%&'*+/=?^_`{|}~.-éü李".split("")),
      minLength: 5,
      maxLength: 20,
    });
    const around = fc.constantFrom(" ", "<", ">", '"', "'", "(", ":", ",", "\n", "\\", "[", "", ";");
    fc.assert(
      fc.property(part, around, around, fc.boolean(), (local, before, after, isError) => {
        const address = checkAddress(`${local}@mail.example.org`);
        fc.pre(address.ok);
        const words = `no${before}${address.ok ? address.value : ""}${after}`;
        const logged: string = JSON.parse(
          line({ at: "test", error: isError ? new Error(words) : words }),
        ).error.replace("Error: ", "");
        // Quotes around it may be kept.
        expect(logged).toMatch(/^(?:no)?[ <>"'(:,\n\\[;]?[`'{|}]*address-<\d+>[`'{|}.!?]*[ <>"'(:,\n\\[;]?$/);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is not left when a long text is cut within it", () => {
    for (let length = 7_970; length < 8_010; length++) {
      const words = "x".repeat(10).concat(" ".repeat(length - 10), "annabel.lee@example.com and more ".repeat(200));
      expect(line({ at: "test", words })).not.toMatch(/anna|example/);
    }
    expect(line({ at: "test", words: `${"a".repeat(100_000)}@example.com` })).not.toContain("example");
  });
});

describe("a secret in a line", () => {
  const base64 = (text: string) => Buffer.from(text).toString("base64");

  it.each([
    ...Object.values(SECRETS).flatMap((secret) => [
      `535 ${secret} is wrong`,
      `https://x.test/?p=${encodeURIComponent(secret)}`,
      JSON.stringify({ p: secret }),
      `535 5.7.8 AUTH ${base64(`\0user\0${secret}`)}`,
      `said ${base64(`\0me\0${secret}`)} and ${base64(secret)} and ${base64(`user:${secret}`)}`,
    ]),
  ])("is not shown: %s", (text) => {
    const logged = line({ at: "test", text, [text]: 1, list: [text] });
    for (const secret of Object.values(SECRETS)) {
      expect(logged).not.toContain(JSON.stringify(secret).slice(1, -1));
      expect(logged).not.toContain(encodeURIComponent(secret));
      for (const user of ["", "\0user\0", "\0me\0", "user:"]) {
        expect(logged).not.toContain(base64(`${user}${secret}`).slice(-12, -4));
      }
    }
  });

  it.each([
    "Authorization: Bearer abc123.def-456",
    "Basic dXNlcjpwYXNz1234",
    "502 AUTH PLAIN AHVzZXIAcGFzczEyMzQ=",
    "502 AUTH XOAUTH2 dXNlcj1zb21lYm9keUBl",
    `mp_${"a1B2-_".repeat(7)}`,
    `https://m.test/u/${signToken("unsubscribe", "1m8cjt320m4nnncf", 7, env.SIGNING_KEY)}`,
  ])("is not shown when it only looks like one: %s", (text) => {
    const secret = text.split(/[ /]/).at(-1) ?? "";
    const logged = line({ at: "test", text: `why: ${text}` });
    expect(logged).not.toContain(secret);
    expect(logged).toContain("[secret]");
  });

  it("is not shown under a name that says so", () => {
    const logged = line({
      at: "test",
      body: { token: "abcdef", headers: { Authorization: "xyz", "x-api-key": ["k1"] } },
    });
    expect(logged).not.toMatch(/abcdef|xyz|k1/);
  });

  it("takes no words for one that only speak of it", () => {
    const text = "535 5.7.8 AUTH PLAIN authentication failed: basic authentication is disabled, WINDOW 10000";
    expect(JSON.parse(line({ at: "test", text })).text).toBe(text);
  });
});
