import { env } from "cloudflare:workers";
import PostalMime from "postal-mime";
import { afterEach, beforeEach, expect, it } from "vitest";
import { relay } from "../setup/own-relay.ts";
import { api, type Json, json } from "./api.ts";

beforeEach(async () => {
  await env.DB.prepare("DELETE FROM recipients").run();
  await relay.reset({ keep: "content" });
});
afterEach(() => relay.reset({}));

it("a cell of a CSV file is one value, and adds neither a row, a header nor a mail", async () => {
  const evil = 'x\r\nBcc: spy@example.com\r\n\r\n<b>body</b>\r\n.\r\nMAIL FROM:<a@example.com>\r\n"",spy2@example.com';
  const csv = `address,note,=cmd()\r\nann@example.com,"${evil.replaceAll('"', '""')}","=1+1"\r\n`;
  const report = await json(api("POST", "/api/recipients/import", csv, { "content-type": "text/csv" }));
  expect(report).toMatchObject({ rows: 1, created: 1, rejectedCount: 0 });
  const [person] = (await json(api("GET", "/api/recipients"))).data;
  expect(person.attributes).toEqual({ note: evil.replaceAll("\r\n", "\n"), "=cmd()": "=1+1" });

  const push = {
    action: "mailpush",
    filter: {},
    subject: "About {{ attributes.note }}",
    html: "<p>{{ attributes.note }}</p>",
  };
  const { id } = await json(api("POST", "/api/pushes", push));
  await expect.poll(async () => (await json(api("GET", `/api/pushes/${id}`))).status).toBe("finished");
  const mails = await relay.mails();
  expect(mails.map(({ to }) => to)).toEqual([["ann@example.com"]]);
  const content = Uint8Array.from(mails[0]?.content ?? "", (character) => character.charCodeAt(0));
  const mail = await PostalMime.parse(content);
  expect(mail).toMatchObject({
    to: [{ address: "ann@example.com" }],
    subject: expect.stringMatching(/^About x Bcc: spy/),
  });
  expect(
    mail.headers
      .filter(({ key }: Json) => /^(bcc|cc|subject|to|from)$/.test(key))
      .map(({ key }) => key)
      .sort(),
  ).toEqual(["from", "subject", "to"]);
  expect(mail.html).toContain("&lt;b&gt;body&lt;/b&gt;");
});

it.each([
  "/api/suppressions/a%0d%0aSet-Cookie:x@example.com",
  "/api/pushes/0000000000000000%0d%0aX-Evil:1/deliveries",
  "/api/nothing%0d%0aX-Evil:1",
  "/api/recipients?search=%0d%0aX-Evil:1&after=%0d%0a",
])("what a path or a query holds makes no header of the answer: %s", async (path) => {
  for (const method of ["GET", "DELETE", "POST"]) {
    const answer = await api(method, path);
    expect([...answer.headers].join()).not.toMatch(/evil|cookie/i);
  }
});
