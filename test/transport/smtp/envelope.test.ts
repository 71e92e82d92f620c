import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Capabilities, NO_CAPABILITIES } from "../../../src/transport/smtp/capabilities.ts";
import { mailCommand, obstacle, rcptCommand } from "../../../src/transport/smtp/exchange/envelope.ts";
import type { Outgoing } from "../../../src/transport/transport.ts";

const EVERYTHING: Capabilities = { ...NO_CAPABILITIES, dsn: true, size: true, eightBitMime: true, smtpUtf8: true };

function outgoing(parts: Partial<Outgoing> = {}): Outgoing {
  return {
    id: 1,
    from: "news@example.com",
    to: "ann@example.net",
    content: new Uint8Array(),
    eightBit: false,
    envelopeId: null,
    ...parts,
  };
}

describe("the envelope", () => {
  it("has no space after the colon, and only the parameters that are offered and needed", () => {
    const message = outgoing({ eightBit: true, to: "安@example.net" });
    expect(mailCommand(message, 12, NO_CAPABILITIES)).toBe("MAIL FROM:<news@example.com> SMTPUTF8\r\n");
    expect(mailCommand(message, 12, EVERYTHING)).toBe(
      "MAIL FROM:<news@example.com> SIZE=12 BODY=8BITMIME SMTPUTF8\r\n",
    );
    expect(mailCommand(outgoing(), 12, EVERYTHING)).toBe("MAIL FROM:<news@example.com> SIZE=12\r\n");
    expect(rcptCommand(outgoing(), EVERYTHING)).toBe("RCPT TO:<ann@example.net>\r\n");
  });

  it("asks for reports of failures where DSN is offered and the mail can be recognised by them", () => {
    const message = outgoing({ envelopeId: "p.7.mac" });
    expect(mailCommand(message, 12, EVERYTHING)).toBe(
      "MAIL FROM:<news@example.com> SIZE=12 RET=HDRS ENVID=p.7.mac\r\n",
    );
    expect(rcptCommand(message, EVERYTHING)).toBe("RCPT TO:<ann@example.net> NOTIFY=FAILURE,DELAY\r\n");
    expect(mailCommand(message, 12, NO_CAPABILITIES)).toBe("MAIL FROM:<news@example.com>\r\n");
    expect(rcptCommand(message, NO_CAPABILITIES)).toBe("RCPT TO:<ann@example.net>\r\n");
  });

  it("quotes a local part that is no dot-string", () => {
    const message = outgoing({ from: "ann.@docomo.ne.jp", to: "ann..x@docomo.ne.jp" });
    expect(mailCommand(message, 12, NO_CAPABILITIES)).toBe('MAIL FROM:<"ann."@docomo.ne.jp>\r\n');
    expect(rcptCommand(message, NO_CAPABILITIES)).toBe('RCPT TO:<"ann..x"@docomo.ne.jp>\r\n');
  });

  it("lets the empty return path through, and no empty recipient", () => {
    expect(obstacle(outgoing({ from: "" }), 1, NO_CAPABILITIES)).toBeNull();
    expect(obstacle(outgoing({ to: "" }), 1, NO_CAPABILITIES)?.reason).toMatch(/empty/);
  });

  it("is always one line for each command, or refused", () => {
    const address = fc.string({ unit: fc.constantFrom("a", "@", ".", "\r", "\n", "\0", " ", "\t", "<", ">", "é") });
    fc.assert(
      fc.property(address, address, (from, to) => {
        const message = outgoing({ from, to });
        if (obstacle(message, 1, EVERYTHING) !== null) return;
        expect(mailCommand(message, 1, EVERYTHING)).toMatch(/^MAIL FROM:<[^\s<>\0]*> [^\r\n]*\r\n$/);
        expect(rcptCommand(message, EVERYTHING)).toMatch(/^RCPT TO:<[^\s<>\0]+>\r\n$/);
      }),
    );
  });

  it("is not offered where an address needs SMTPUTF8 and the server has none", () => {
    for (const message of [outgoing({ to: "安@example.net" }), outgoing({ from: "é@example.com" })]) {
      expect(obstacle(message, 1, NO_CAPABILITIES)?.reason).toMatch(/needs SMTPUTF8/);
      expect(obstacle(message, 1, EVERYTHING)).toBeNull();
    }
  });

  it("is not offered for a message over the server's limit", () => {
    const limited = { ...EVERYTHING, sizeLimit: 1000 };
    expect(obstacle(outgoing(), 1000, limited)).toBeNull();
    const reason = expect.stringMatching(/1001 bytes .* \(1000\)/);
    expect(obstacle(outgoing(), 1001, limited)).toEqual({ cause: "size", reason });
  });
});
