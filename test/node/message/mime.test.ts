import fc from "fast-check";
import { simpleParser } from "mailparser";
import { expect, it } from "vitest";
import { compose, prepareMime } from "../../../src/message/mime/mime.ts";
import { hostileText, lines, words } from "../../message/wire.ts";

const HEADERS = "auto-submitted content-type date feedback-id from list message-id mime-version precedence to".split(
  " ",
);

it("mailparser reads what was written, whatever a mail is made of", async () => {
  const content = fc.record({ username: hostileText, subject: hostileText, html: hostileText, text: hostileText });
  const plan = prepareMime(
    { push: "p", from: '"新闻, News" <news@example.com>', replyTo: null, list: true },
    { signingKey: "key", publicUrl: "https://a.example", inbound: null, ownReturnPaths: true, httpLinks: true },
  );
  if (!plan.ok) throw new Error(plan.error);
  await fc.assert(
    fc.asyncProperty(content, async ({ username, ...rendered }) => {
      const composed = compose(plan.value, { id: 1, address: "bo@example.com", username }, rendered, 0);
      if (!composed.ok) throw new Error(composed.error);
      const parsed = await simpleParser(Buffer.from(composed.value.content), {
        skipHtmlToText: true,
        skipTextToHtml: true,
      });
      const to = Array.isArray(parsed.to) ? parsed.to : [parsed.to];
      // An empty subject is none to mailparser; the encoding stands in the head where the html is all there is.
      const names = [...parsed.headers.keys()].filter(
        (name) => !["subject", "content-transfer-encoding"].includes(name),
      );
      expect(names.sort()).toEqual(HEADERS);
      expect(parsed.from?.value).toEqual([{ name: "新闻, News", address: "news@example.com" }]);
      expect(words(parsed.subject ?? "")).toBe(words(rendered.subject));
      expect(to.flatMap((each) => each?.value ?? [])).toEqual([
        { name: expect.any(String), address: "bo@example.com" },
      ]);
      expect(words(to[0]?.value[0]?.name ?? "")).toBe(words(username));
      expect(lines(parsed.html || "")).toBe(lines(rendered.html));
      if (rendered.text.trim() !== "") expect(lines(parsed.text ?? "")).toBe(lines(rendered.text));
    }),
    { numRuns: 500 },
  );
});
