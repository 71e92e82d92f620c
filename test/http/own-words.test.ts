import { env } from "cloudflare:workers";
import fc from "fast-check";
import { expect, it } from "vitest";
import { checkTemplate } from "../../src/message/template/template-source.ts";
import { own, SENTENCES } from "../../src/page/words/zh/own-words.ts";
import { checkAddress } from "../../src/recipients/address.ts";
import { importCsv } from "../../src/recipients/files/import.ts";
import { importSuppressions } from "../../src/recipients/files/suppression-csv.ts";
import { parseMailbox } from "../../src/recipients/mailbox.ts";
import { SERVER_REPLIES } from "../core/server-replies.ts";

const FILES = import.meta.glob("../../src/**/*.ts", { query: "?raw", import: "default", eager: true });
const SOURCES = Object.entries(FILES)
  .filter(([path]) => !path.includes("/page/"))
  .map(([, text]) => text)
  .join("\n")
  .replaceAll("\\`", "`");

/** Where sentences are put together of pieces. */
const JOINTS = /\{\w+\}|(?<=there is no |expected |could not be |offers |: )|(?= within | of at least | from ) ?| \(/;

it("each sentence that has Chinese words is one that the API says", () => {
  const unsaid = SENTENCES.map(([english]) => english).filter((english) => {
    const [longest = ""] = english.split(JOINTS).toSorted((a, b) => b.length - a.length);
    const piece = longest.trim().replace(/[):]$/, "").slice(0, 40);
    return !SOURCES.includes(piece) && !SOURCES.includes(JSON.stringify(piece).slice(1, -1));
  });
  expect(unsaid).toEqual([]);
});

it("the Chinese words take nothing that the English ones do not have", () => {
  const namesIn = (text: string) => new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  for (const [english, other] of SENTENCES)
    for (const name of namesIn(other)) expect([...namesIn(english)], english).toContain(name);
});

/** Rows of every kind that an import does not take. */
const BAD_ROWS = [
  ",Li,beijing,18,x",
  "no-at-sign,Li,beijing,18,x",
  "a b@example.com,Li,beijing,18,x",
  '"(a)@example.com",Li,beijing,18,x',
  `${"a".repeat(70)}@example.com,Li,beijing,18,x`,
  `a@${"b.".repeat(130)}com,Li,beijing,18,x`,
  "a@-,Li,beijing,18,x",
  `b@example.com,${"x".repeat(300)},beijing,18,x`,
  'c@example.com,"two\nlines",beijing,18,x',
  'd@example.com,Li,"bei\u0001jing",18,x',
  "e@example.com,Li,beijing,eighteen,x",
  "f@example.com,Li,beijing,1e999,x",
  "g@example.com,Li,beijing,18,x,and,more",
  `h@example.com,Li,beijing,18,${"y".repeat(20_000)}`,
  'i@example.com,"Li" x,beijing,18,x',
  "j@example.com,\u0000,beijing,18,x",
  "k@example.com,\ufffd,beijing,18,x",
  'l@example.com,"never closed,beijing,18,x',
];

it("why a row of a file is not taken is said in Chinese", async () => {
  const file = `address,username,area,age:number,plan\n${BAD_ROWS.join("\n")}\n`;
  const report = await importCsv(env.DB, streamOf(file), null, Date.now());
  const rejected = report.ok ? report.value.rejected : [];
  expect(rejected.length).toBeGreaterThanOrEqual(BAD_ROWS.length);
  expect(rejected.filter(({ reason }) => own(reason) === null)).toEqual([]);
  const suppressed = await importSuppressions(env.DB, streamOf('address,reason\na@b.cn,why not\n"x,\n'), null, 0);
  const reasons = suppressed.ok ? suppressed.value.rejected.map(({ reason }) => reason) : [];
  expect(reasons.length).toBe(2);
  expect(reasons.filter((reason) => own(reason) === null)).toEqual([]);
});

const BAD_ADDRESSES = [
  "user@@x.com",
  "user＠x.com",
  "@x.com",
  "user@",
  "us er@x.com",
  " user@x.com",
  "user\n@x.com",
  "us\u200ber@x.com",
  "user@x",
  "user@x,com",
  "user@x..com",
  "user@.x.com",
  "user@x.com.",
  "user@x_y.com",
  "user@-x.com",
  "user@x.123",
  "user@127.0.0.1",
  `user@${"x".repeat(64)}.com`,
  "us,er@x.com",
  "a@x.com b@x.com",
  "User <user@x.com>",
  "mailto:user@x.com",
  "“user@x.com”",
];

it("what is wrong with an address is said in Chinese, of a sender too", () => {
  for (const address of BAD_ADDRESSES) {
    for (const checked of [checkAddress(address), parseMailbox(address)]) {
      if (!checked.ok) expect(own(checked.error), checked.error).not.toBe(null);
    }
    expect(checkAddress(address).ok).toBe(false);
  }
  expect(own('the address has no @ (expected "Name <address>" or an address)')).toBe(
    "地址中没有 @（应为“姓名 <地址>”或一个地址）",
  );
  expect(own('something else (expected "Name <address>" or an address)')).toBe(null);
});

it("says in Chinese where it is wrong, and how many more faults there are", () => {
  expect(own("push 1m8d6qes has this person under the same onceKey")).toBe("推送 1m8d6qes 已用同一去重键包含此人");
  expect(own('there is no push "x1"')).toBe('没有推送 "x1"');
  expect(own("username: longer than 256 characters")).toBe("姓名：超过 256 个字符");
  expect(own("$.sendAt: is in the past (and 2 more)")).toBe("开始时间：时间已过（另有 2 处）");
  expect(own("$.rate: is 0: expected a number of at least 1")).toBe("速率：现为 0：应为不小于 1 的数");
  expect(own("$.html: line 2, column 5: undefined filter: upcse")).toBe("HTML：第 2 行第 5 列：没有过滤器 upcse");
  expect(own("html, line 2, column 5: it prints Infinity, which is no number")).toBe(
    "HTML第 2 行第 5 列：输出的是 Infinity，不是数字",
  );
  expect(own('html: 2 images have no alt: "a.png"')).toBe('HTML：2 张图片没有 alt："a.png"');
  expect(own("$.to[0]: the address has no @")).toBe("$.to[0]：地址中没有 @");
  expect(own("rcpt: no reply to RCPT within 60 s")).toBe("RCPT：RCPT 之后 60 秒内没有答复");
});

it("what is wrong with a template is said in Chinese", () => {
  const wrong = [
    "{{ a | nofilter }}",
    "{% notag %}",
    "{{ username",
    "{% if username %}x",
    "{{ unknown }}",
    "{% if %}x{% endif %}",
  ];
  for (const source of [...wrong, '{% include "x" %}', "{% for a in attributes.b %}".repeat(300)]) {
    const checked = checkTemplate(source);
    const said = checked.ok ? "" : checked.error.message;
    expect(own(said), `${source.slice(0, 40)}: ${said}`).not.toBe(null);
  }
});

it("what mail servers say, and what nobody knows, stays as it is", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme", maxLength: 400 }), (text) => own(`550 5.1.1 ${text}`) === null));
  for (const { text } of SERVER_REPLIES) expect(own(text), text).toBe(null);
});

function streamOf(text: string): ReadableStream<Uint8Array> {
  return new Blob([text]).stream();
}
