import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseReplyLine, type Reply, STAGES, type Stage } from "../../src/core/reply.ts";
import { PROVIDER_CODES } from "../../src/core/verdict/provider-codes.ts";
import { classify, effectOf, rowFor } from "../../src/core/verdict.ts";
import { VERDICT_CLASSES } from "../../src/core/verdict-class.ts";
import { VERDICT_TABLE } from "../../src/core/verdict-table.ts";
import { FIELD_REPLIES } from "./field-replies.ts";
import { SERVER_REPLIES } from "./server-replies.ts";

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

/** One miss in the list is known. */
const UNKNOWN_TO_US = ["550 I cannot deliver mail for <ann@example.org>"];

describe("replies of large providers, relays and servers", () => {
  const known = SERVER_REPLIES.filter(({ text }) => !UNKNOWN_TO_US.includes(text));
  test.each(known)("at $stage: $text", ({ stage, text, fine }) => {
    expect(fine).toContain(classify(reply(text), stage));
  });

  test.each(PROVIDER_CODES)(
    "the code decides without words: $provider, $meaning",
    ({ code, sample, forGood, forNow }) => {
      const bare = code.exec(sample)?.[0];
      expect(bare).toBeDefined();
      if (forGood !== null) expect(classify(reply(`554 ${bare}`), "rcpt")).toBe(forGood);
      if (forNow !== null) expect(classify(reply(`450 ${bare}`), "rcpt")).toBe(forNow);
    },
  );

  test.each([
    "550 Expéditeur inconnu",
    "550 5.1.0 Adresse de l'expéditeur invalide",
    "550 Absender-Adresse unbekannt",
    "550 5.1.1 Absender existiert nicht",
    "550 La dirección del remitente no existe, usuario desconocido",
    "550 Mittente sconosciuto: indirizzo inesistente",
    "550 发件人地址不存在",
    "550 Адрес отправителя не существует",
    "550 5.1.1 Sender address does not exist",
    "550 Your account does not exist here: sender unknown",
  ])("a sender who is unknown is no recipient who is: %s", (text) => {
    expect(classify(reply(text), "rcpt")).not.toBe("no-such-user");
  });
});

const codes = fc.integer({ min: 200, max: 599 });
const stages = fc.constantFrom<Stage>(...STAGES);
const words = fc.oneof(
  fc.string(),
  fc.constantFrom(...FIELD_REPLIES.map(([, text]) => text.slice(4))),
  fc.constantFrom(...SERVER_REPLIES.map(({ text }) => text.slice(4))),
);

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
