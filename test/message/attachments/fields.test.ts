import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkContentId, checkContentType, checkFilename } from "../../../src/message/attachments/attachment.ts";
import { base64LinesSize, decodeBase64, putBase64Lines } from "../../../src/message/attachments/base64.ts";
import { filenameParameter, nameParameter } from "../../../src/message/attachments/file-name.ts";
import { checkHeaderName } from "../../../src/message/mime/own-headers.ts";
import { hostileText } from "../wire.ts";

describe("base64", () => {
  it("comes back as the bytes it was made of, and in lines of 76 characters", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const text = Buffer.from(bytes).toString("base64");
        expect(decodeBase64(text)).toEqual({ ok: true, value: bytes });
        const lines = new Uint8Array(base64LinesSize(bytes.length));
        expect(putBase64Lines(bytes, lines, 0)).toBe(lines.length);
        expect(new TextDecoder().decode(lines)).toBe(text.replace(/.{1,76}/g, "$&\r\n"));
      }),
    );
  });

  it.each([
    ["QUJD\nREVG", "character 5: white space"],
    ["QU JD", "character 3: white space"],
    ["QUJ*", 'character 4: "*"'],
    ["QUJ-", 'character 4: "-"'],
    ["QQ==QQ==", 'character 5: "Q"'],
    ["QQ===", 'character 5: "="'],
    ["QQ=", "ends after 3 characters"],
    ["QUJDR", "ends after 5 characters"],
    ["QR==", 'character 2: "R" leaves bits over'],
    ["QUJ😀", 'character 4: "😀"'],
    ["data:image/png;base64,QUJD", 'character 5: ":"'],
  ])("%j is refused, with the place", (text, problem) => {
    expect(decodeBase64(text)).toEqual({ ok: false, error: expect.stringContaining(problem) });
  });
});

describe("a file's fields", () => {
  it.each([
    "../../etc/passwd",
    "a\\b.txt",
    "a\r\nBcc: x",
    "a\u0000",
    "..",
    "",
    " ",
    "fdp\u202eexe.pdf",
    "a\u2028b",
    "\ud800",
    "名".repeat(86),
  ])("the name %j is refused", (name) => expect(checkFilename(name)).not.toBeNull());

  it.each([
    "report.pdf",
    "Rechnung März.pdf",
    "报告（终）.pdf",
    'say "hi".txt',
    "a;b=c.txt",
    ".bashrc",
    "100%.txt",
    "=?utf-8?Q?a?=",
  ])("the name %j is taken", (name) => expect(checkFilename(name)).toBeNull());

  it("no media type ends its line or its header, or is sent otherwise than in base64", () => {
    for (const taken of [
      "application/pdf",
      "image/svg+xml",
      "text/calendar; method=REQUEST; charset=utf-8",
      'text/plain;charset="utf 8"',
    ]) {
      expect(checkContentType(taken)).toBeNull();
    }
    for (const refused of [
      "pdf",
      "a/b\r\nX: y",
      "a/b; name=c",
      "a/b; name*=c",
      'a/b; boundary="x"',
      "multipart/mixed",
      "message/rfc822",
      "a/b/c",
      "a/",
      "a/b;",
      `a/${"b".repeat(200)}`,
      'a/b; c="d',
      "ä/b",
    ]) {
      expect([refused, checkContentType(refused)]).toEqual([refused, expect.any(String)]);
    }
  });

  it("no Content-ID needs an escape", () => {
    for (const taken of ["logo", "logo.1", "part1.06090408@example.com"]) expect(checkContentId(taken)).toBeNull();
    for (const refused of ["", "a b", "<a>", "a@b@c", "a%20b", 'a"', "ä", "a\r\n", "x".repeat(101)]) {
      expect([refused, checkContentId(refused)]).toEqual([refused, expect.any(String)]);
    }
  });

  it("names stand in short ASCII lines whatever they are", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        if (checkFilename(text) !== null) return;
        for (const parameter of [filenameParameter(text), nameParameter(text)]) {
          expect(parameter).toMatch(/^(?:;\r\n [\x20-\x7e]{1,77})+$/);
          expect(parameter).not.toContain("=?");
        }
      }),
    );
  });
});

describe("a header of one's own", () => {
  it.each([
    "X-Campaign",
    "x-entity-ref-id",
    "X-Mailer",
    "X-Priority",
    "Organization",
    "Keywords",
    "X-Auto-Response-Suppress",
  ])("%s is taken", (name) => expect(checkHeaderName(name)).toBeNull());

  it.each([
    ..."From,To,Bcc,Cc,Reply-To,Subject,Date,Message-ID,Content-Type,MIME-Version,List-Unsubscribe,List-Id,Feedback-ID".split(
      ",",
    ),
    ..."Precedence,Auto-Submitted,Return-Path,Received,DKIM-Signature,Authentication-Results,Sender,Resent-From".split(
      ",",
    ),
    ..."X-SES-CONFIGURATION-SET,X-PM-Metadata-mailpush,x-smtpapi,X-Mailgun-Variables,X-MC-Tags,X-Mailpush-Token".split(
      ",",
    ),
    ..."X-Failed-Recipients,X-MS-Exchange-Organization-SCL,X-,X--a,X-a-,X-ä,X-a b,X-a:,X-a\r\nBcc,__proto__".split(","),
    `X-${"a".repeat(70)}`,
  ])("%j is refused", (name) => expect(checkHeaderName(name)).toEqual(expect.any(String)));
});
