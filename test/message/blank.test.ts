import { describe, expect, it } from "vitest";
import { isBlankHtml, isBlankText } from "../../src/message/template/blank.ts";
import { prepareTemplates, render } from "../../src/message/template/template.ts";
import { NEWSLETTER } from "./newsletter.ts";

describe("a mail that shows nothing", () => {
  it.each(["", " ", "\n\t\u00a0\u3000", "\u200b\u200d\ufeff\u00ad", "\u202e\u2069", "\u3164\u2800", "\u0000"])(
    "has the text %j",
    (text) => {
      expect(isBlankText(text)).toBe(true);
    },
  );

  it.each(["0", ".", "王", "é", " a ", "👋", "\u200b-"])("does not have the text %j", (text) => {
    expect(isBlankText(text)).toBe(false);
  });

  it.each([
    "",
    " \n",
    "<p></p>",
    "<p>&nbsp;&#8203;&#xfeff;&zwnj;</p>",
    "<html><head><title>Hello</title><style>p { color: red; }</style></head><body><table><tr><td></td></tr></table></body></html>",
    "<!-- hello --><p><br></p><hr>",
    "<!doctype html><body>",
    '<a href="https://example.com" title="a > b"></a>',
    "<script>document.write(1)</script>",
    "<style>p{}",
    "<!-- never closed",
    "<p title='never closed>",
    "<SPAN>\u200b</SPAN >",
  ])("has the html %j", (html) => {
    expect(isBlankHtml(html)).toBe(true);
  });

  it.each([
    "x",
    "<p>x</p>",
    "<p>&amp;</p>",
    "<p>&#87;</p>",
    '<img src="a.png">',
    "<IMG src=a.png>",
    '<table background="a.png"><tr><td></td></tr></table>',
    '<div style="background: url(a.png)"></div>',
    "<style>p{}</style>x",
    "<!-- a -->x<!-- b -->",
    "<title></title>1 < 2",
    "<3",
    NEWSLETTER,
  ])("does not have the html %j", (html) => {
    expect(isBlankHtml(html)).toBe(false);
  });

  it.each(["<", "<p ", "<!--", "<p '", '<p "', "<style>", "<style></style ", "<p>", "&nbsp;", "<a '>", "</", " "])(
    "is found in linear time: %j",
    (unit) => {
      expect(() => isBlankHtml(unit.repeat(500_000 / unit.length))).not.toThrow();
    },
  );

  it("fails as a template that is wrong", () => {
    const mail = (subject: string, html: string) => {
      const prepared = prepareTemplates({ subject, html, text: null });
      const personal = { username: "", address: "a@b.example", area: " ", attributes: {} };
      return prepared.ok ? render(prepared.value, personal) : prepared;
    };
    expect(mail("{{ username }}", "<p>x</p>")).toEqual({ ok: false, error: "subject: it is empty" });
    expect(mail(" {{ area }}\u200b", "<p>x</p>")).toEqual({ ok: false, error: "subject: it is empty" });
    expect(mail("s", "<p>{{ attributes.plna }}</p>")).toMatchObject({
      ok: false,
      error: expect.stringMatching(/^html: it is empty/),
    });
    expect(mail("s", '<p>{{ username }}</p><img src="a.png">')).toMatchObject({ ok: true });
  });
});
