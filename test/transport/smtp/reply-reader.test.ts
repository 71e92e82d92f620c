import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Reply } from "../../../src/core/reply.ts";
import { REPLY_LIMIT_CHARACTERS, ReplyReader } from "../../../src/transport/smtp/wire/reply-reader.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function readAll(chunks: Iterable<Uint8Array>): { replies: Reply[]; error: string | null } {
  const reader = new ReplyReader();
  const replies: Reply[] = [];
  for (const chunk of chunks) {
    reader.push(chunk);
    for (;;) {
      const next = reader.next();
      if (!next.ok) return { replies, error: next.error };
      if (next.value === null) break;
      replies.push(next.value);
    }
  }
  return { replies, error: null };
}

const read = (text: string) => readAll([encode(text)]);

const word = fc.string({ unit: fc.constantFrom(..."abz 0.-<@>é中😀"), maxLength: 60 }).map((text) => text.trim());
const reply = fc
  .record({
    code: fc.integer({ min: 200, max: 599 }),
    enhanced: fc.option(fc.constantFrom("2.0.0", "4.7.1", "5.1.1", "5.7.515")),
    lines: fc.array(
      word.map((text) => `x${text}`),
      { minLength: 1, maxLength: 6 },
    ),
  })
  .map(({ code, enhanced, lines }): { reply: Reply; wire: string } => ({
    reply: { code, enhanced, text: lines.join("\n") },
    wire: lines
      .map(
        (line, n) => `${code}${n < lines.length - 1 ? "-" : " "}${enhanced === null ? "" : `${enhanced} `}${line}\r\n`,
      )
      .join(""),
  }));

/** The bytes cut at these places. */
function cut(bytes: Uint8Array, at: number[]): Uint8Array[] {
  const places = [0, ...at.map((n) => n % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, n) => bytes.subarray(places[n], end));
}

describe("the reply reader", () => {
  it("reads the same replies however the bytes were cut", () => {
    fc.assert(
      fc.property(fc.array(reply, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 30 }), (said, at) => {
        const bytes = encode(said.map(({ wire }) => wire).join(""));
        expect(readAll(cut(bytes, at))).toEqual({ replies: said.map((one) => one.reply), error: null });
      }),
    );
  });

  it("reads a reply that comes byte by byte", () => {
    const bytes = encode("250-relay.example\r\n250-PIPELINING\r\n250 SMTPUTF8 中\r\n354 go\r\n");
    expect(readAll(Array.from(bytes, (byte) => Uint8Array.of(byte))).replies).toEqual([
      { code: 250, enhanced: null, text: "relay.example\nPIPELINING\nSMTPUTF8 中" },
      { code: 354, enhanced: null, text: "go" },
    ]);
  });

  it("never throws, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (chunks) => {
        for (const { code, text } of readAll(chunks).replies) {
          expect(code).toBeGreaterThanOrEqual(200);
          expect(text).not.toMatch(/[\r\0]/);
        }
      }),
    );
  });

  it("takes a reply without words, and lines that end in a bare LF", () => {
    expect(read("250\r\n").replies).toEqual([{ code: 250, enhanced: null, text: "" }]);
    expect(read("250-\n250 \n").replies).toEqual([{ code: 250, enhanced: null, text: "\n" }]);
    expect(read("550 5.1.1\r\n").replies).toEqual([{ code: 550, enhanced: "5.1.1", text: "" }]);
  });

  it("takes lines of 4 KB and bytes that are no UTF-8", () => {
    const long = "x".repeat(4096);
    expect(read(`550 ${long}\r\n`).replies[0]?.text).toBe(long);
    const latin1 = Uint8Array.of(...encode("550 caf"), 0xe9, 0, 13, ...encode("!\r\n"));
    expect(readAll([latin1]).replies[0]?.text).toBe("caf�  !");
  });

  it("gives up on what is no reply", () => {
    for (const garbage of [
      "HTTP/1.1 400 Bad Request\r\n",
      "\r\n",
      "2500 ok\r\n",
      "199 no\r\n",
      "600 no\r\n",
      "25\r\n",
    ]) {
      expect(read(garbage).error, garbage).toMatch(/^not an SMTP reply/);
    }
    for (const mixed of ["250-one\r\n550 two\r\n", "550-one\r\n250 two\r\n", "354-one\r\n250 two\r\n"]) {
      expect(read(mixed).error, mixed).toMatch(/different codes/);
    }
    expect(read("250-one\r\ntwo\r\n250 three\r\n").error).toMatch(/^not an SMTP reply/);
  });

  it("gives up on a line without end, and on a reply without a last line", () => {
    const reader = new ReplyReader();
    const chunk = encode("x".repeat(1000));
    let pushed = 0;
    for (; reader.next().ok; pushed += chunk.length) reader.push(chunk);
    expect(pushed).toBeLessThanOrEqual(REPLY_LIMIT_CHARACTERS + 2 * chunk.length);
    expect(read("250-more\r\n".repeat(10_000)).error).toBe("a reply without end");
  });

  it.each([
    [
      "codes that differ by line",
      "550-Mail refused\r\n554 see http://example.org\r\n",
      { code: 554, enhanced: null, text: "Mail refused\nsee http://example.org" },
    ],
    [
      "a 5xx behind a 4xx",
      "450-not now\r\n550-5.7.1 never\r\n550 5.7.1 go away\r\n",
      { code: 550, enhanced: "5.7.1", text: "not now\nnever\ngo away" },
    ],
    [
      "enhanced codes that differ by line",
      "550-5.1.0 rejected\r\n550-5.7.1 listed\r\n550 5.1.0 bye\r\n",
      { code: 550, enhanced: "5.1.0", text: "rejected\n5.7.1 listed\nbye" },
    ],
    [
      "an enhanced code on the last line alone",
      "550-No such\r\n550 5.1.1 user\r\n",
      { code: 550, enhanced: "5.1.1", text: "No such\nuser" },
    ],
    [
      "a line without a code between the others",
      "550-5.7.1 Your host is\r\nlisted at\r\n\r\n550 5.7.1 example.org\r\n",
      { code: 550, enhanced: "5.7.1", text: "Your host is\nlisted at\n\nexample.org" },
    ],
    [
      "lines without a code behind the last one",
      "550 5.1.1 Unknown:\r\n  the user\r\n192.0.2.1 said so\r\n",
      { code: 550, enhanced: "5.1.1", text: "Unknown:\n  the user\n192.0.2.1 said so" },
    ],
  ])("a refusal with %s is that refusal, in the server's words", (_, wire, expected) => {
    const next = { code: 250, enhanced: null, text: "next" };
    expect(read(`${wire}250 next\r\n`)).toEqual({ replies: [expected, next], error: null });
  });

  it("stays with the replies, however a malformed refusal was cut", () => {
    const wire = "550-one\r\ntwo\r\n554 three\r\nfour\r\n250 next\r\n451 five\r\n\r\n250-a\r\n250 b\r\n";
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 30 }), (at) => {
        const { replies, error } = readAll(cut(encode(wire), at));
        expect(error).toBeNull();
        expect(replies.map(({ code }) => code)).toEqual([554, 250, 451, 250]);
        expect(replies[0]?.text).toMatch(/^one\ntwo\nthree/);
      }),
    );
  });

  it.each([
    ["550-5.1.1 no such", { code: 550, enhanced: "5.1.1", text: "no such" }],
    ["550-5.1.1 no such\r\n", { code: 550, enhanced: "5.1.1", text: "no such" }],
    ["550-one\r\n554-two\r\nthr", { code: 554, enhanced: null, text: "one\ntwo\nthr" }],
    ["421 bye\r", { code: 421, enhanced: null, text: "bye" }],
    ["250 OK", null],
    ["250-OK\r\n", null],
    ["55", null],
    ["see http://example.org", null],
    ["", null],
  ])("a refusal that the end of the connection cuts off stands, and nothing else does: %j", (wire, expected) => {
    const reader = new ReplyReader();
    reader.push(encode(wire));
    expect(reader.next()).toEqual({ ok: true, value: null });
    expect(reader.end()).toBe(expected !== null);
    if (expected !== null) expect(reader.next()).toEqual({ ok: true, value: expected });
    expect(reader.end()).toBe(false);
  });

  it("gives up on lines without a code that never end", () => {
    expect(read(`550 no\r\n250 yes\r\n550 no\r\n${"more\r\n".repeat(20_000)}`).replies).toHaveLength(3);
    const reader = new ReplyReader();
    reader.push(encode("550 no\r\n"));
    reader.next();
    let pushed = 0;
    for (; reader.next().ok; pushed += 6) reader.push(encode("more\r\n"));
    expect(pushed).toBeLessThanOrEqual(2 * REPLY_LIMIT_CHARACTERS);
  });
});
