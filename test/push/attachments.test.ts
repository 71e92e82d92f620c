import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import PostalMime from "postal-mime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decodeWords } from "../../src/message/mime/encoded-word.ts";
import { pushObject } from "../../src/push/call.ts";
import { newPushId } from "../../src/push/steering/id.ts";
import { api, type Json, json } from "../http/api.ts";
import { relay } from "../setup/own-relay.ts";
import { World } from "./world.ts";

const PUSH = { action: "mailpush", filter: {}, subject: "Hello", html: '<p>Look: <img alt="us" src="cid:logo"></p>' };
const LOGO = file("logo.png", "image/png", bytes(300, 1), "logo");

/** Bytes of every value, in no order. */
function bytes(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (at * 2_654_435_761 + seed * 97) >>> 13);
}

function file(filename: string, contentType: string, content: Uint8Array, contentId?: string) {
  return { filename, contentType, contentBase64: Buffer.from(content).toString("base64"), contentId };
}

const create = (more: object) => api("POST", "/api/pushes", { ...PUSH, ...more });
async function pathsOf(answer: Response | Promise<Response>): Promise<string[]> {
  const { status, errors } = await json(answer);
  expect(status).toBe(400);
  return errors.map(({ path, message }: Json) => `${path}: ${message}`);
}

async function ended(id: string): Promise<Json> {
  for (;;) {
    const status = await json(api("GET", `/api/pushes/${id}`));
    if (status.finishedAt !== null || status.status === "paused") return status;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function sentMails() {
  return Promise.all(
    (await relay.mails()).map(({ content }) =>
      PostalMime.parse(Uint8Array.from(content ?? "", (char) => char.charCodeAt(0))),
    ),
  );
}

beforeEach(async () => {
  await relay.reset({});
  for (const table of ["recipients", "suppressions"]) await env.DB.prepare(`DELETE FROM ${table}`).run();
  await api("POST", "/api/recipients", [
    { address: "li@example.com", username: "李伟" },
    { address: "bo@example.com", username: "Bo" },
  ]);
});
afterEach(() => relay.reset({}));

describe("the files of a push", () => {
  it.each([
    ["BDAT", ["PIPELINING", "CHUNKING", "SIZE 50000000"]],
    ["DATA", ["PIPELINING"]],
    ["one command at a time", []],
  ])("reach everyone byte for byte, by %s", async (_way, capabilities) => {
    await relay.reset({ capabilities });
    // More than one value of the object holds.
    const large = bytes(2_500_000, 2);
    const attachments = [file("报告.pdf", "application/pdf", large), LOGO, file("none.txt", "text/plain", bytes(0, 0))];
    const { id } = await json(create({ attachments, headers: { "X-Campaign": "spring für {{ username }}" } }));
    expect(await ended(id)).toMatchObject({ status: "finished", success: 2 });
    expect((await relay.summary()).violations).toEqual([]);
    const mails = await sentMails();
    expect(mails.length).toBe(2);
    expect(
      mails.map(({ headers }) => decodeWords(headers.find(({ key }) => key === "x-campaign")?.value ?? "")).sort(),
    ).toEqual(["spring für Bo", "spring für 李伟"]);
    for (const mail of mails) {
      expect(mail.html).toContain('src="cid:logo"');
      expect(mail.text).toContain("Look:");
      expect(mail.attachments.map(({ filename, mimeType, contentId }) => [filename, mimeType, contentId])).toEqual([
        ["logo.png", "image/png", "<logo>"],
        ["报告.pdf", "application/pdf", undefined],
        ["none.txt", "text/plain", undefined],
      ]);
      expect(same(mail.attachments[1]?.content, large)).toBe(true);
      expect(same(mail.attachments[0]?.content, bytes(300, 1))).toBe(true);
    }
  });

  it("are listed with the content and can be read, as nothing that a browser would run", async () => {
    const svg = file("a 'b'.svg", "image/svg+xml", bytes(10, 3));
    const { id } = await json(create({ attachments: [LOGO, svg], sendAt: new Date(Date.now() + 3_600_000) }));
    expect(await json(api("GET", `/api/pushes/${id}/content`))).toMatchObject({
      headers: {},
      attachments: [
        { filename: "logo.png", contentType: "image/png", contentId: "logo", size: 300 },
        { filename: "a 'b'.svg", contentType: "image/svg+xml", contentId: null, size: 10 },
      ],
    });
    const answer = await api("GET", `/api/pushes/${id}/attachments/1`);
    expect(same(await answer.arrayBuffer(), bytes(10, 3))).toBe(true);
    expect(answer.headers.get("content-type")).toBe("application/octet-stream");
    expect(answer.headers.get("content-disposition")).toBe("attachment; filename*=UTF-8''a%20%27b%27.svg");
    for (const path of [`${id}/attachments/2`, `${newPushId(0)}/attachments/0`]) {
      expect((await api("GET", `/api/pushes/${path}`)).status).toBe(404);
    }
  });

  it("of a held push change as a whole, and its approval sends the last ones", async () => {
    const { id } = await json(create({ hold: true, attachments: [LOGO], headers: { "X-A": "1" } }));
    const change = async (body: object) => (await json(api("PATCH", `/api/pushes/${id}`, body))).contentVersion;
    expect(await change({ subject: "Hello again" })).toBe(2);
    expect(await change({ attachments: [LOGO], headers: { "X-A": "1" } })).toBe(2);
    // Another file of the same name and size.
    const other = file("logo.png", "image/png", bytes(300, 9), "logo");
    expect(await change({ attachments: [other] })).toBe(3);
    expect(await change({ headers: { "X-B": "2" } })).toBe(4);
    await api("POST", `/api/pushes/${id}/approve`, { contentVersion: 4 });
    expect(await ended(id)).toMatchObject({ success: 2 });
    for (const mail of await sentMails()) {
      expect(mail.attachments).toHaveLength(1);
      expect(same(mail.attachments[0]?.content, bytes(300, 9))).toBe(true);
      expect(mail.headers.flatMap(({ key, value }) => (key.startsWith("x-") ? [`${key}: ${value}`] : []))).toEqual([
        "x-b: 2",
      ]);
    }
  });

  it("are in a test mail, and in a preview by name and size, its images in the html", async () => {
    const attachments = [LOGO, file("a.txt", "text/plain", bytes(5, 5))];
    expect(await json(api("POST", "/api/pushes/test", { ...PUSH, attachments, to: ["t@example.com"] }))).toMatchObject({
      data: [{ accepted: true }],
    });
    const [mail] = await sentMails();
    expect(mail?.attachments.map(({ filename }) => filename)).toEqual(["logo.png", "a.txt"]);
    const size = (await relay.mails())[0]?.size ?? 0;
    const preview = await json(api("POST", "/api/pushes/preview", { ...PUSH, attachments, recipient: {} }));
    expect(preview.attachments.map(({ filename, size: of }: Json) => [filename, of])).toEqual([
      ["logo.png", 300],
      ["a.txt", 5],
    ]);
    expect(preview.html).toBe(`<p>Look: <img alt="us" src="data:image/png;base64,${LOGO.contentBase64}"></p>`);
    expect(Math.abs(preview.size - size)).toBeLessThan(100);
  });

  it("that the html does not show, or shows and are missing, are warned of in a preview", async () => {
    const html = '<img alt="" src="cid:logo"><p style="background: url(cid:wall)">cid:text is no link</p>';
    const attachments = [{ ...LOGO, contentId: "other" }];
    const { warnings } = await json(api("POST", "/api/pushes/preview", { ...PUSH, html, attachments, recipient: {} }));
    const shown = warnings
      .filter(({ code }: Json) => code.endsWith("cid"))
      .map(({ code, path, message }: Json) => [code, path, message]);
    expect(shown).toEqual([
      ["unknown-cid", "$.html", '2 cid: are of no attachment: "logo", "wall"'],
      ["unused-cid", "$.attachments[0]", "is not shown: the html has no cid:other"],
    ]);
  });

  it("only an image becomes part of a preview's html, and not without end", async () => {
    const page = file("p.html", "text/html", bytes(30, 6), "page");
    const big = file("b.png", "image/png", bytes(3_000_000, 7), "big");
    const html = `<iframe src="cid:page"></iframe>${'<img alt="" src="cid:big">'.repeat(50)}`;
    const preview = await json(
      api("POST", "/api/pushes/preview", { ...PUSH, html, attachments: [page, big], recipient: {} }),
    );
    expect(preview.html).toContain('src="cid:page"');
    expect(preview.html.length).toBeLessThan(10_000_000);
    expect(preview.html.match(/data:image\/png/g)).toHaveLength(1);
  });

  it("that make a mail larger than the relay takes pause the push before one is offered", async () => {
    await relay.reset({ capabilities: ["PIPELINING", "SIZE 100000"] });
    const { id } = await json(create({ attachments: [file("a.bin", "application/octet-stream", bytes(90_000, 4))] }));
    expect(await ended(id)).toMatchObject({ status: "paused", reason: expect.stringContaining("100000") });
    expect((await relay.summary()).commands.MAIL ?? 0).toBe(0);
  });

  it("are not sent by consumers of earlier code, which would leave them out", async () => {
    const id = newPushId(Date.now());
    const released = await runInDurableObject(env.PUSH.getByName(id), (_object, state) =>
      state.storage.transactionSync(() => {
        const attachments = [{ filename: "a", contentType: "a/b", contentId: null, bytes: bytes(3, 1) }];
        return new World(state.storage, 2, { id, attachments }, {}, Date.now()).release();
      }),
    );
    const object = pushObject(env, id);
    const claim = { token: "old", ids: released, knowsContent: false, relays: ["default"] };
    expect(await object.claim(claim)).toMatchObject({ send: [], later: [] });
    expect((await object.status())?.tallies).toMatchObject({ pending: 2, queued: 0, sending: 0 });
  });
});

describe("what a push is refused for", () => {
  it("files that are not what they say, with the place", async () => {
    const wrong = [
      { ...LOGO, filename: "../a" },
      { ...LOGO, contentType: "png" },
      { ...LOGO, contentBase64: "AAAA*" },
      { ...LOGO, contentId: "a b" },
      { ...LOGO, extra: 1 },
      { filename: "a", contentType: "a/b" },
    ];
    expect(await pathsOf(create({ attachments: wrong }))).toEqual([
      expect.stringMatching(/^\$\.attachments\[0\]\.filename: holds a slash/),
      expect.stringMatching(/^\$\.attachments\[1\]\.contentType: is no media type/),
      expect.stringMatching(/^\$\.attachments\[2\]\.contentBase64: character 5: "\*"/),
      expect.stringMatching(/^\$\.attachments\[3\]\.contentId: has other than/),
      expect.stringMatching(/^\$\.attachments\[4\]\.extra: is not known/),
      expect.stringMatching(/^\$\.attachments\[5\]\.contentBase64: is missing/),
    ]);
    expect(await pathsOf(create({ attachments: [LOGO, { ...LOGO, contentId: "LOGO" }] }))).toEqual([
      "$.attachments[1].contentId: is that of $.attachments[0] too",
    ]);
  });

  it("more than 5 MB of files, and more than 2 MB beside them", async () => {
    const half = file("a.bin", "a/b", bytes(2.5 * 1024 * 1024, 1));
    const sendAt = new Date(Date.now() + 3_600_000);
    expect((await create({ attachments: [half, half], sendAt })).status).toBe(202);
    expect(await pathsOf(create({ attachments: [half, half, LOGO] }))).toEqual([
      "$.attachments: have 5243180 bytes together: at most 5242880 are taken",
    ]);
    const text = "x".repeat(1_000_000);
    expect((await create({ html: text, text, filter: { area: text } })).status).toBe(413);
    expect((await create({ attachments: [half, half, half] })).status).toBe(413);
  });

  it("headers that are not one's own, or break a line", async () => {
    const headers = {
      "X-Fine": "ok",
      Bcc: "a@example.com",
      "X-SES-Tags": "a",
      "X-A": "a\r\nBcc: b",
      "x-fine": "b",
    };
    expect(await pathsOf(create({ headers }))).toEqual([
      expect.stringMatching(/^\$\.headers\.Bcc: is not among/),
      expect.stringMatching(/^\$\.headers\["X-SES-Tags"\]: is set by/),
      expect.stringMatching(/^\$\.headers\["X-A"\]: holds a line break/),
      expect.stringMatching(/^\$\.headers\["x-fine"\]: stands there twice/),
    ]);
    expect(await pathsOf(create({ headers: { "X-B": "{{ nobody }}" } }))).toEqual([
      expect.stringMatching(/^\$\.headers\["X-B"\]: line 1, column/),
    ]);
  });
});

function same(one: ArrayBuffer | Uint8Array | string | undefined, other: Uint8Array): boolean {
  if (one === undefined || typeof one === "string") return false;
  return Buffer.compare(new Uint8Array(one), other) === 0;
}
