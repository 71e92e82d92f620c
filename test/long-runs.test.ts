import { expect, it } from "vitest";
import { parseReplyLine } from "../src/core/reply.ts";
import { contentIdsIn, withImages } from "../src/drafts/inline-images.ts";
import { mailWarnings } from "../src/drafts/mail-warnings.ts";
import { parseMail } from "../src/feedback/mail/inbound-mail.ts";
import { reasonAbove } from "../src/feedback/mail/readers/notice.ts";
import { readSesNotification } from "../src/feedback/mail/readers/ses-notification.ts";
import { entryReader } from "../src/recipients/files/csv-entry.ts";
import { parseNumbers } from "../src/recipients/json-number.ts";

// Patterns that begin anew at each character of a run take minutes for these texts, which take milliseconds.

const SPACES = " ".repeat(1_000_000);
const FILE = { filename: "l.png", contentType: "image/png", contentId: "logo", bytes: Uint8Array.of(1) };
const MADE = { list: true, ownText: true, files: [FILE] };

it("a preview reads an html with a million spaces once, and finds what stands behind them", () => {
  const html = `<img alt="l" src="${SPACES}cid:logo"><p title="${SPACES}"> = ${SPACES}</p>`;
  expect(contentIdsIn(html)).toEqual(["logo"]);
  expect(withImages(html, [FILE])).toBe(html.replace("cid:logo", "data:image/png;base64,AQ=="));
});

it("a link is read as browsers read it, also with a million spaces in it, before it and behind it", () => {
  const links = [`${SPACES}ht\ntps://a.example/${SPACES}\t`, `https://b.example/${SPACES}x`, " #top "];
  const html = `${links.map((link) => `<a href="${link}">a</a>`).join("")}<img alt="" src="cid:logo">`;
  const warnings = mailWarnings({ subject: "s", html, text: SPACES }, { ...MADE, list: false }, "https://u.example");
  expect(warnings.map(({ code }) => code)).toEqual(["clipped", "no-text"]);
});

it("a bounce of nothing but braces is no notification", async () => {
  const mail = await parseMail(new TextEncoder().encode("Subject: x\n\nx"));
  for (const notice of ["{".repeat(1_000_000), `}${"{".repeat(1_000_000)}`, "}{"]) {
    expect(readSesNotification({ ...mail, notice })).toBeNull();
  }
});

it("a bounce has its reason above the address, whatever stands between them", () => {
  for (const between of [`\n${SPACES} <`, "\n\n  (", `${SPACES}x\n`]) {
    const reason = reasonAbove(`Hello\n\nUser not listed${between}ann@example.org`, "ann@example.org");
    expect(reason.startsWith("User not listed")).toBe(true);
  }
});

it("a number is read with a million zeros in it, and those at its ends are no digits", () => {
  const long = (source: string) => source.length;
  const zeros = "0".repeat(1_000_000);
  expect(parseNumbers(`[1.${zeros}1e300, 1.${zeros}e300, -12e3, 12345678901234567890]`, long)).toEqual([
    zeros.length + 7,
    1e300,
    -12e3,
    20,
  ]);
});

it("a reply is read with a million spaces between its lines", () => {
  const reply = parseReplyLine(`550-5.1.1 No${SPACES}such${SPACES}550 5.1.1 user`);
  expect(reply).toEqual({ code: 550, enhanced: "5.1.1", text: `No${SPACES}such\nuser` });
});

it("the header of a file is read with a million spaces in a column's name", () => {
  const header = ["address", `a${SPACES}:${SPACES}number`, `b:${SPACES}x`, "c:number"];
  expect(entryReader(header, "utf-8").ok).toBe(true);
  const reader = entryReader(header.toSpliced(2, 1), "utf-8");
  const entry = reader.ok ? reader.value(["ann@example.com", "7", "8"]) : reader;
  expect(entry).toMatchObject({ ok: true, value: { attributes: '{"a":7,"c":8}' } });
});
