import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatReply, parseReplyLine } from "../../src/core/reply.ts";

describe("parseReplyLine", () => {
  test.each([
    ["550 5.1.1 no such user", { code: 550, enhanced: "5.1.1", text: "no such user" }],
    ["550 no such user", { code: 550, enhanced: null, text: "no such user" }],
    ["250", { code: 250, enhanced: null, text: "" }],
    ["550-5.7.26 line one\r\n550 5.7.26 line two\r\n", { code: 550, enhanced: "5.7.26", text: "line one\nline two" }],
    [
      "550-5.2.1 disabled. Learn more at 550 5.2.1 example",
      { code: 550, enhanced: "5.2.1", text: "disabled. Learn more at\nexample" },
    ],
    ["550 sorry (#5.1.1)", { code: 550, enhanced: null, text: "sorry (#5.1.1)" }],
    ["550-Refused\n554 by policy", { code: 554, enhanced: null, text: "Refused\nby policy" }],
    ["550 Refused\n554 messages today", { code: 550, enhanced: null, text: "Refused\n554 messages today" }],
    ["550-5.1.0 Refused\n550 5.7.1 by policy", { code: 550, enhanced: "5.1.0", text: "Refused\n5.7.1 by policy" }],
    ["554 192.0.2.7 is blocked", { code: 554, enhanced: null, text: "192.0.2.7 is blocked" }],
    ["553 Blocked by rule 550", { code: 553, enhanced: null, text: "Blocked by rule 550" }],
  ])("%j", (text, expected) => {
    expect(parseReplyLine(text)).toEqual(expected);
  });

  test.each(["", "hello", "5.1.1 no such user", "1550 x", "192.0.2.7 said no"])("%j is no reply", (text) => {
    expect(parseReplyLine(text)).toBeNull();
  });

  test("reads back what formatReply wrote", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 400, max: 599 }),
        fc.constantFrom(null, "5.1.1", "4.7.26"),
        fc.stringMatching(/^[a-z][a-z ]{0,80}[a-z]$/),
        (code, enhanced, text) => {
          const reply = { code, enhanced, text: text.replace(/ +/g, " ") };
          expect(parseReplyLine(formatReply(reply))).toEqual(reply);
        },
      ),
    );
  });
});

describe("formatReply", () => {
  test("is one line of printable characters, at most 500 long, whatever the server said", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 1500 }), (text) => {
        const line = formatReply({ code: 550, enhanced: "5.1.1", text });
        expect(line.length).toBeLessThanOrEqual(500);
        expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cf}\p{Cs}]/u);
        expect(line.startsWith("550 5.1.1")).toBe(true);
      }),
    );
  });
});
