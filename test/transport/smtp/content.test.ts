import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonical, dotStuffed } from "../../../src/transport/smtp/exchange/content.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Text in which line ends and dots are as frequent as everything else. */
const text = fc.string({ unit: fc.constantFrom("\r", "\n", "\r\n", ".", "a", "中"), maxLength: 200 });

/** What a server makes of DATA (RFC 5321 section 4.5.2): lines up to the one that is a dot alone. */
function received(wire: string): { content: string; rest: string } {
  const lines: string[] = [];
  let at = 0;
  for (;;) {
    const end = wire.indexOf("\r\n", at);
    if (end === -1) throw new Error("no final dot");
    const line = wire.slice(at, end);
    at = end + 2;
    if (line === ".") return { content: lines.map((one) => `${one}\r\n`).join(""), rest: wire.slice(at) };
    lines.push(line.startsWith(".") ? line.slice(1) : line);
  }
}

describe("content", () => {
  it("has nothing but CRLF line ends, the last line too", () => {
    fc.assert(
      fc.property(text, (any) => {
        const line = decode(canonical(encode(any)).bytes);
        expect(line.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
        expect(line === "" || line.endsWith("\r\n")).toBe(true);
        const words = any.replace(/\r\n|\r|\n/g, "\r\n");
        expect(line).toBe(words === "" || words.endsWith("\r\n") ? words : `${words}\r\n`);
      }),
    );
  });

  it("comes out of DATA as it went in, and ends where it ends", () => {
    fc.assert(
      fc.property(text, (any) => {
        const content = canonical(encode(any));
        const { content: got, rest } = received(`${decode(dotStuffed(content))}.\r\nQUIT\r\n`);
        expect(got).toBe(decode(content.bytes));
        expect(rest).toBe("QUIT\r\n");
      }),
    );
  });

  it("is not copied where nothing has to change", () => {
    const content = encode("Subject: a.b\r\n\r\nno dot. in front\r\n");
    expect(canonical(content).bytes).toBe(content);
    expect(dotStuffed(canonical(content))).toBe(content);
  });

  it("can't smuggle a second message in", () => {
    const content = encode("one\n.\nMAIL FROM:<a@b>\r.\r\r\n.\r\n\n.\r\nlast");
    const { rest } = received(`${decode(dotStuffed(canonical(content)))}.\r\n`);
    expect(rest).toBe("");
  });
});
