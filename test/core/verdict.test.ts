import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseReplyLine, type Reply, STAGES, type Stage } from "../../src/core/reply.ts";
import { classify, effectOf, rowFor } from "../../src/core/verdict.ts";
import { VERDICT_CLASSES } from "../../src/core/verdict-class.ts";
import { VERDICT_TABLE } from "../../src/core/verdict-table.ts";
import { FIELD_REPLIES } from "./field-replies.ts";

function reply(text: string): Reply {
  const parsed = parseReplyLine(text);
  if (parsed === null) throw new Error(`not a reply: ${text}`);
  return parsed;
}

describe("the table", () => {
  test.each(VERDICT_TABLE.map((row) => [row.sample, row] as const))("decides about its own sample: %s", (_, row) => {
    expect(rowFor(reply(row.sample), row.stage)).toBe(row);
  });

  test("has a row for every class", () => {
    expect(new Set(VERDICT_TABLE.map((row) => row.class))).toEqual(new Set(VERDICT_CLASSES));
  });

  test.each(FIELD_REPLIES.map(([expected, text, stage]) => [expected, stage ?? "rcpt", text] as const))(
    "%s at %s: %s",
    (expected, stage, text) => {
      expect(classify(reply(text), stage)).toBe(expected);
    },
  );
});

const codes = fc.integer({ min: 200, max: 599 });
const stages = fc.constantFrom<Stage>(...STAGES);
const words = fc.oneof(fc.string(), fc.constantFrom(...FIELD_REPLIES.map(([, text]) => text.slice(4))));

describe("whatever a server says", () => {
  test("every reply has a class", () => {
    fc.assert(
      fc.property(
        codes,
        stages,
        words,
        fc.option(fc.constantFrom("5.1.1", "4.7.1", "5.9.999")),
        (code, stage, text, enhanced) => {
          expect(VERDICT_CLASSES).toContain(classify({ code, enhanced, text }, stage));
        },
      ),
    );
  });

  test("a policy code, a sender's code or a temporary reply never says that somebody is unknown", () => {
    const status = fc.oneof(
      fc.integer({ min: 0, max: 999 }).map((detail) => `5.7.${detail}`),
      fc.constantFrom("5.1.7", "5.1.8", "4.1.1"),
    );
    fc.assert(
      fc.property(fc.integer({ min: 400, max: 599 }), status, words, stages, (code, enhanced, text, stage) => {
        fc.pre(enhanced !== "4.1.1" || code < 500);
        expect(classify({ code, enhanced, text }, stage)).not.toBe("no-such-user");
      }),
    );
  });

  test("before there is a recipient, nobody is failed for their address, and nothing is sent before its content", () => {
    fc.assert(
      fc.property(
        codes,
        words,
        fc.constantFrom<Stage>("connect", "greeting", "ehlo", "starttls", "auth", "mail"),
        (code, text, stage) => {
          const verdict = classify({ code, enhanced: null, text }, stage);
          expect(effectOf(verdict).suppress).toBe(false);
          expect(verdict).not.toBe("accepted");
        },
      ),
    );
  });

  test("a temporary reply fails nobody", () => {
    fc.assert(
      fc.property(fc.integer({ min: 400, max: 499 }), words, stages, (code, text, stage) => {
        expect(effectOf(classify({ code, enhanced: null, text }, stage)).delivery).not.toBe("failed");
      }),
    );
  });

  test("an address or a link among the words does not change what they mean", () => {
    const address =
      "<spam-blacklist.sender@relay-denied.example>: user unknown, see https://example.org/dmarc?sender=rejected";
    expect(classify({ code: 550, enhanced: "5.1.1", text: address }, "rcpt")).toBe("no-such-user");
  });
});

describe("effects", () => {
  test("only what the relay said of the recipient uses up an attempt", () => {
    for (const verdict of VERDICT_CLASSES) {
      const effect = effectOf(verdict);
      expect(effect.countsAttempt).toBe(effect.delivery !== "pending");
    }
  });

  test("only an unknown address is suppressed", () => {
    expect(VERDICT_CLASSES.filter((verdict) => effectOf(verdict).suppress)).toEqual(["no-such-user"]);
  });
});
