import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { type Break, withBrokenLine } from "../push/broken-line.ts";
import { api, call, type Json, json } from "./api.ts";

const PUSH = { action: "mailpush", filter: {}, html: "<p>h</p>" };
const TOMORROW = new Date(Date.now() + 86_400_000).toISOString();

/** A push of tomorrow: it rests. */
const newPush = async (subject: string, more: object = {}): Promise<string> =>
  (await json(api("POST", "/api/pushes", { ...PUSH, subject, sendAt: TOMORROW, ...more }))).id;

const statusOf = async (id: string) => (await json(api("GET", `/api/pushes/${id}`))).status;

beforeEach(async () => {
  await env.DB.prepare("DELETE FROM pushes").run();
});

describe("the list of pushes", () => {
  const search = async (query: string): Promise<Json> => json(api("GET", `/api/pushes?${query}`));
  const idsOf = ({ data }: Json) => data.map(({ id }: Json) => id);

  it("is searched by a part of the subject in any case, or by an id, in pages", async () => {
    const first = await newPush("Weekly NEWS 100%");
    const other = await newPush("Invoice");
    const second = await newPush("weekly news of Ärzte");
    expect(idsOf(await search("search=Weekly%20n"))).toEqual([second, first]);
    expect(idsOf(await search("search=100%25"))).toEqual([first]);
    expect(idsOf(await search("search=%C3%A4RZTE"))).toEqual([second]);
    expect(idsOf(await search(`search=${other}`))).toEqual([other]);
    expect(await search("search=nothing")).toEqual({ data: [], hasMore: false, next: null });
    const page = await search("search=news&limit=1");
    expect([idsOf(page), page.hasMore]).toEqual([[second], true]);
    const rest = await search(`search=news&limit=1&after=${page.next}`);
    expect([idsOf(rest), rest.next]).toEqual([[first], null]);
    await api("POST", `/api/pushes/${first}/cancel`);
    await expect.poll(async () => idsOf(await search("search=news&state=cancelled"))).toEqual([first]);
  });
});

describe("pause all", () => {
  it("pauses what runs or is scheduled, under its caller's name, and nothing else", async () => {
    const [one, two, ended] = [await newPush("a"), await newPush("b"), await newPush("c")];
    await api("POST", `/api/pushes/${ended}/cancel`);
    const answer = await json(api("POST", "/api/pushes/pause"));
    expect(answer).toEqual({ paused: [two, one], unreachable: [], hasMore: false });
    expect([await statusOf(one), await statusOf(two), await statusOf(ended)]).toEqual([
      "paused",
      "paused",
      "cancelled",
    ]);
    const { steering } = await json(api("GET", `/api/pushes/${one}`));
    expect(steering.at(-1)).toMatchObject({ action: "pause", by: "API_TOKEN" });
    await expect.poll(async () => (await json(api("POST", "/api/pushes/pause"))).paused).toEqual([]);
  });

  it("names those that do not answer, and does not end at the first", async () => {
    const [one, two] = [await newPush("a"), await newPush("b")];
    const line: Break = { method: "pause", committed: false, calls: 8 };
    const { bindings } = withBrokenLine(line);
    const authorization = { authorization: `Bearer ${env.API_TOKEN}` };
    const answer = await json(call("POST", "/api/pushes/pause", undefined, authorization, bindings));
    expect(answer).toEqual({ paused: [], unreachable: [two, one], hasMore: false });
    expect((await json(api("POST", "/api/pushes/pause"))).paused).toEqual([two, one]);
    expect([await statusOf(one), await statusOf(two)]).toEqual(["paused", "paused"]);
  });
});
