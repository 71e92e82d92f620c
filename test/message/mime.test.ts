import fc from "fast-check";
import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import { compose, type MimePlan, type MimeSettings, prepareMime, unsubscribeUrl } from "../../src/message/mime/mime.ts";
import { verifyToken } from "../../src/message/signed/delivery-token.ts";
import { tokenInAddress } from "../../src/message/signed/return-path.ts";
import { prepareTemplates, render } from "../../src/message/template/template.ts";
import type { Outgoing } from "../../src/transport/transport.ts";
import { NEWSLETTER, READERS } from "./newsletter.ts";
import { faults, headerNames, hostileText, lines, words } from "./wire.ts";

const SETTINGS: MimeSettings = {
  signingKey: "a signing key that is long enough",
  publicUrl: "https://mail.example.com",
  inbound: null,
  ownReturnPaths: true,
  httpLinks: true,
};
const KEYS = { current: SETTINGS.signingKey, previous: null };
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const HEADERS =
  "From To Subject Date Message-ID List-Unsubscribe List-Unsubscribe-Post MIME-Version List-Id Feedback-ID Precedence Auto-Submitted Content-Type".split(
    " ",
  );

function plan(fields: Partial<Parameters<typeof prepareMime>[0]> = {}, settings = SETTINGS): MimePlan {
  const prepared = prepareMime(
    { push: "01jx-9", from: "News <news@example.com>", replyTo: null, list: true, ...fields },
    settings,
  );
  if (!prepared.ok) throw new Error(prepared.error);
  return prepared.value;
}

function mail(recipient = {}, content = {}, mimePlan = plan()): Outgoing {
  const composed = compose(
    mimePlan,
    { id: 7, address: "bo@example.com", username: "Bo", ...recipient },
    { subject: "Hello", html: "<p>Hello</p>", text: "Hello", ...content },
    NOW,
  );
  if (!composed.ok) throw new Error(composed.error);
  return composed.value;
}

const wireOf = (outgoing: Outgoing) => new TextDecoder().decode(outgoing.content);
const headerOf = (outgoing: Outgoing, name: string) =>
  new RegExp(`^${name}: ((?:.|\r\n[ \t])*)`, "m").exec(wireOf(outgoing))?.[1];

describe("a mail", () => {
  it("has the headers that bulk mail needs, and no others", () => {
    const outgoing = mail({}, {}, plan({ replyTo: "Help <help@example.org>" }));
    expect(outgoing).toMatchObject({ id: 7, from: "news@example.com", to: "bo@example.com", eightBit: false });
    expect(headerNames(outgoing.content)).toEqual(["From", "Reply-To", ...HEADERS.slice(1)]);
    expect(wireOf(outgoing)).toMatch(
      /^From: News <news@example\.com>\r\nReply-To: Help <help@example\.org>\r\nTo: Bo <bo@example\.com>\r\nSubject: Hello\r\nDate: Fri, 02 Jan 2026 03:04:05 \+0000\r\nMessage-ID: <01jx-9\.7\.[0-9a-f]{24}@example\.com>\r\nList-Unsubscribe: <https:\/\/mail\.example\.com\/u\/01jx-9\.7\.[0-9a-v]{20}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nMIME-Version: 1\.0\r\nList-Id: <mailpush\.example\.com>\r\nFeedback-ID: 01jx-9:mailpush\r\nPrecedence: bulk\r\nAuto-Submitted: auto-generated\r\nContent-Type: multipart\/alternative; boundary="=_[0-9a-f]{24}"\r\n\r\n/,
    );
  });

  it("that is not of a list has no header of a list", () => {
    const names = headerNames(mail({}, {}, plan({ list: false })).content);
    expect(names.filter((name) => /^(List|Precedence)/.test(name))).toEqual([]);
    expect(names).toEqual(HEADERS.filter((name) => !/^(List|Precedence)/.test(name)));
  });

  it("names an address to unsubscribe at where mail arrives, and comes from an address that names the delivery", () => {
    const inbound = { ...SETTINGS, inbound: "bounce@bounces.example.com" };
    const outgoing = mail({}, {}, plan({}, inbound));
    const [, link = "", linked = "", mailed = ""] =
      /^(<https:\/\/mail\.example\.com\/u\/(.+)>),\r\n <mailto:bounce\+(.+)@bounces\.example\.com\?subject=unsubscribe>$/.exec(
        headerOf(outgoing, "List-Unsubscribe") ?? "",
      ) ?? [];
    expect(link).toBe(`<${unsubscribeUrl(plan(), 7)}>`);
    expect([linked, mailed].map((token) => verifyToken("unsubscribe", token, KEYS))).toEqual(
      Array(2).fill({ push: "01jx-9", recipient: 7 }),
    );
    const token = tokenInAddress(inbound.inbound, outgoing.from) ?? "";
    expect(verifyToken("return-path", token, KEYS)).toEqual({ push: "01jx-9", recipient: 7 });
    expect(outgoing.envelopeId).toBe(token);
    expect(faults(outgoing.content)).toEqual([]);
    // A service that wants its own sender and takes no http link.
    const service = { ...inbound, publicUrl: "http://127.0.0.1:8787", ownReturnPaths: false, httpLinks: false };
    const other = mail({}, {}, plan({}, service));
    expect(other).toMatchObject({ from: "news@example.com", envelopeId: null });
    expect(headerOf(other, "List-Unsubscribe")).toMatch(/^<mailto:[^,]*>$/);
    expect(headerOf(other, "List-Unsubscribe-Post")).toBeUndefined();
    expect(headerOf(mail({}, {}, plan({}, { ...service, inbound: null })), "List-Unsubscribe")).toBeUndefined();
    expect(headerOf(mail({}, {}, plan({}, { ...service, httpLinks: true })), "List-Unsubscribe-Post")).toBeDefined();
  });

  it("has the same Message-ID at every attempt, another one for every recipient and push", () => {
    const ids = [mail(), mail({}, { subject: "Changed" }), mail({ id: 8 }), mail({}, {}, plan({ push: "other" }))].map(
      (each) => headerOf(each, "Message-ID"),
    );
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(3);
  });

  it("brings the text before the html", () => {
    const wire = wireOf(mail());
    expect(wire.indexOf("text/plain")).toBeLessThan(wire.indexOf("text/html"));
  });

  it("without a text, is the html alone", () => {
    const outgoing = mail({}, { text: " \n" });
    expect(headerNames(outgoing.content)).toEqual([...HEADERS, "Content-Transfer-Encoding"]);
    expect(wireOf(outgoing)).toContain("Content-Type: text/html; charset=utf-8\r\n");
  });

  it.each([
    ["7bit", "plain\nlines\n"],
    ["7bit", "x".repeat(998)],
    ["quoted-printable", "x".repeat(999)],
    ["quoted-printable", "blank at the end \nof a line"],
    ["quoted-printable", "one é among many plain letters"],
    ["quoted-printable", "an escape \x1b among many plain letters"],
    ["base64", "都是中文"],
  ])("is sent as %s: %j", async (encoding, text) => {
    const outgoing = mail({}, { text });
    expect(/text\/plain; charset=utf-8\r\nContent-Transfer-Encoding: (\S+)/.exec(wireOf(outgoing))?.[1]).toBe(encoding);
    expect(faults(outgoing.content)).toEqual([]);
    expect(lines((await PostalMime.parse(outgoing.content)).text ?? "")).toBe(lines(text));
  });

  it("a body that holds the boundary is still one body", async () => {
    const boundary = /boundary="(.*)"/.exec(wireOf(mail()))?.[1];
    const text = `a\n--${boundary}\nContent-Type: text/html\n\n<b>b</b>\n--${boundary}--\nc`;
    expect(lines((await PostalMime.parse(mail({}, { text }).content)).text ?? "")).toBe(text);
  });

  it.each([
    ["plain atoms", "Bo Derek-Smith", "Bo Derek-Smith <bo@example.com>"],
    ["specials", 'Bo "B." O\'Neil, Jr. <x@y>', '"Bo \\"B.\\" O\'Neil, Jr. <x@y>" <bo@example.com>'],
    ["nothing", "", "bo@example.com"],
    ["an encoded word", "=?UTF-8?Q?a?=", "=?UTF-8?B?PT9VVEYtOD9RP2E/PQ==?= <bo@example.com>"],
    ["Chinese", "王小明", "=?UTF-8?B?546L5bCP5piO?= <bo@example.com>"],
    ["one accent", "Zoë O'Neil the third", "=?UTF-8?Q?Zo=C3=AB_O=27Neil_the_third?= <bo@example.com>"],
    ["the address itself", "bo@example.com", '"bo@example.com" <bo@example.com>'],
    ["directions", "Bo \u202ekered\u202c\u2066\u200f", "Bo kered <bo@example.com>"],
    ["line breaks", "Bo\r\nBcc: evil@example.com\0", '"Bo Bcc: evil@example.com" <bo@example.com>'],
  ])("a name of %s", (_, username, expected) => {
    expect(headerOf(mail({ username }), "To")).toBe(expected);
  });

  it("no character that turns the direction of text is in a subject or a name", () => {
    const controls = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069";
    const outgoing = mail(
      { username: `王${controls}` },
      { subject: `${controls}王` },
      plan({ from: `=?UTF-8?Q?=E2=80=AEa?= <news@example.com>` }),
    );
    expect(headerOf(outgoing, "Subject")).toBe("=?UTF-8?B?546L?=");
    expect(headerOf(outgoing, "To")).toBe("=?UTF-8?B?546L?= <bo@example.com>");
    expect(headerOf(outgoing, "From")).toBe("a <news@example.com>");
  });

  it("a sender that is encoded already is not encoded twice", () => {
    const outgoing = mail({}, {}, plan({ from: "=?UTF-8?B?546L5bCP5piO?= <news@example.com>" }));
    expect(headerOf(outgoing, "From")).toBe("=?UTF-8?B?546L5bCP5piO?= <news@example.com>");
  });

  it("every reply address stays, folded between them", async () => {
    const names = ["Help, please", "王小明", "news@example.com", "", "x".repeat(150), "A plain name", "", ""];
    const replyTo = names.map((name, i) => `"${name}" <a${i}@example.org>`).join(", ");
    const outgoing = mail({}, {}, plan({ replyTo }));
    expect(faults(outgoing.content)).toEqual([]);
    const { replyTo: read } = await PostalMime.parse(outgoing.content);
    expect(read).toEqual(names.map((name, i) => ({ name, address: `a${i}@example.org` })));
  });

  it("a local part that is no dot-string is quoted in the header, and not in the envelope's address", async () => {
    for (const address of ["ann..x@docomo.ne.jp", "ann.@docomo.ne.jp", ".ann@docomo.ne.jp"]) {
      const outgoing = mail({ address }, {}, plan({ from: address, replyTo: `Help <${address}>` }));
      const [local, domain] = address.split("@");
      expect(outgoing).toMatchObject({ to: address, from: address });
      expect(headerOf(outgoing, "To")).toBe(`Bo <"${local}"@${domain}>`);
      expect(headerOf(outgoing, "From")).toBe(`"${local}"@${domain}`);
      expect(headerOf(outgoing, "Reply-To")).toBe(`Help <"${local}"@${domain}>`);
    }
  });

  it("a long subject is folded between words, or encoded where a word is too long", () => {
    expect(headerOf(mail({}, { subject: "some words ".repeat(12) }), "Subject")).toMatch(
      /^(some words ?)+\r\n (some|words)/,
    );
    const long = mail({}, { subject: `${"很长的主题".repeat(30)}👨‍👩‍👧` });
    expect(faults(long.content)).toEqual([]);
    expect(faults(mail({}, { subject: "x".repeat(2_000) }).content)).toEqual([]);
  });

  it.each([
    "bo@example.com\r\nBcc: evil@example.com",
    "bo@exa\0mple.com",
    "<bo@example.com>",
    "bo",
    "",
    "a b@example.com",
    "bo@example.com, evil@example.com",
  ])("is not made for the address %j", (address) => {
    const composed = compose(plan(), { id: 1, address, username: "" }, { subject: "", html: "", text: "" }, NOW);
    expect(composed).toMatchObject({ ok: false, error: expect.any(String) });
  });

  it.each([
    { from: "News <news@example.com>\r\nBcc: x@example.com" },
    { from: "News" },
    { replyTo: "a@b.example\n" },
    { replyTo: "\0 <a@b.example>" },
  ])("is not made from %j", (fields) => {
    const content = { push: "p", from: "news@example.com", replyTo: null, list: true, ...fields };
    expect(prepareMime(content, SETTINGS)).toMatchObject({
      ok: false,
      error: expect.stringMatching(/^(from|replyTo): /),
    });
  });

  it("goes to an internationalised address in A-labels, and in UTF-8 only where the local part needs it", () => {
    expect(mail({ address: "bo@bücher.example" })).toMatchObject({ to: "bo@xn--bcher-kva.example", eightBit: false });
    expect(mail({ address: "王@example.com" })).toMatchObject({ to: "王@example.com", eightBit: true });
  });

  it("reads as it was rendered", async () => {
    const prepared = prepareTemplates({ subject: "为 {{ username }} 准备的消息", html: NEWSLETTER, text: null });
    const mimePlan = plan({ from: '"新闻, News" <news@example.com>' });
    for (const reader of READERS) {
      const rendered = prepared.ok ? render(prepared.value, reader) : prepared;
      if (!rendered.ok) throw new Error("it does not render");
      const outgoing = mail({ address: reader.address, username: reader.username }, rendered.value, mimePlan);
      const parsed = await PostalMime.parse(outgoing.content);
      expect(faults(outgoing.content)).toEqual([]);
      expect(parsed.from).toMatchObject({ name: "新闻, News", address: "news@example.com" });
      expect(parsed.to).toEqual([expect.objectContaining({ name: reader.username, address: reader.address })]);
      expect(parsed.subject).toBe(words(rendered.value.subject));
      expect(lines(parsed.text ?? "")).toBe(lines(rendered.value.text));
      expect(lines(parsed.html ?? "")).toBe(lines(rendered.value.html));
    }
  });
});

describe("whatever a mail is made of", () => {
  const content = fc.record({ username: hostileText, subject: hostileText, html: hostileText, text: hostileText });

  it("it keeps to the rules of the wire and has no header of anybody else's", () => {
    fc.assert(
      fc.property(content, ({ username, ...rendered }) => {
        const outgoing = mail({ username }, rendered);
        expect(faults(outgoing.content)).toEqual([]);
        expect(headerNames(outgoing.content).slice(0, HEADERS.length)).toEqual(HEADERS);
      }),
      { numRuns: 2_000 },
    );
  });

  it("postal-mime reads what was written", async () => {
    await fc.assert(
      fc.asyncProperty(content, async ({ username, ...rendered }) => {
        const parsed = await PostalMime.parse(mail({ username }, rendered).content);
        expect(words(parsed.subject ?? "")).toBe(words(rendered.subject));
        expect(parsed.to).toHaveLength(1);
        expect(parsed.to?.[0]).toMatchObject({ address: "bo@example.com" });
        expect(words(parsed.to?.[0]?.name ?? "")).toBe(words(username));
        expect(lines(parsed.html ?? "")).toBe(lines(rendered.html));
        if (rendered.text.trim() !== "") expect(lines(parsed.text ?? "")).toBe(lines(rendered.text));
      }),
      { numRuns: 1_000 },
    );
  });

  it("no sender, reply address or recipient lets a line break through", () => {
    const mailbox = fc.oneof(
      hostileText,
      hostileText.map((name) => `${name} <a@example.com>`),
      hostileText.map((local) => `"n" <${local}@example.com>`),
    );
    fc.assert(
      fc.property(mailbox, mailbox, mailbox, (from, replyTo, address) => {
        const prepared = prepareMime({ push: "p", from, replyTo, list: true }, SETTINGS);
        const mimePlan = prepared.ok ? prepared.value : plan();
        const composed = compose(
          mimePlan,
          { id: 1, address, username: "" },
          { subject: "s", html: "h", text: "t" },
          NOW,
        );
        if (!composed.ok) return;
        expect(composed.value.to + composed.value.from).not.toMatch(/[\s\p{Cc}<>]/u);
        const names = headerNames(composed.value.content).filter((name) => name !== "Reply-To");
        expect(names).toEqual(HEADERS);
        if (!composed.value.eightBit) expect(faults(composed.value.content)).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });
});
