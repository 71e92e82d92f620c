import { expect, it } from "vitest";
import { contentIdsIn, withImages } from "../../src/drafts/inline-images.ts";
import { mailWarnings } from "../../src/drafts/mail-warnings.ts";
import { parseMail } from "../../src/feedback/mail/inbound-mail.ts";
import { readSesNotification } from "../../src/feedback/mail/ses-notification.ts";

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
