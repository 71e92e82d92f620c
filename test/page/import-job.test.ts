import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Job as JobType, Order } from "../../src/page/views/import/job.ts";
import { guessMapping } from "../../src/page/views/import/mapping.ts";
import { rejectedFile } from "../../src/page/views/import/rejected-file.ts";

// The page's own import against the real API and database: only the network between them is played.

// The Worker's types do not stand beside the browser's: of the Worker, what is used here is named here.
const [WORKER, API] = ["cloudflare:workers", "../http/api.ts"];
const { env }: { env: { DB: { exec: (sql: string) => Promise<unknown> } } } = await import(WORKER);
const { api }: { api: (method: string, path: string, body?: unknown, headers?: object) => Promise<Response> } =
  await import(API);

/** What becomes of each call before it reaches the API; undefined: it reaches it. */
let network: (call: number) => Response | Error | undefined;
let calls = 0;

afterAll(() => void vi.unstubAllGlobals());
vi.stubGlobal("location", new URL("http://mailpush.test/"));
vi.stubGlobal("fetch", async (request: Request) => {
  const fault = network(++calls);
  if (fault instanceof Error) throw fault;
  if (fault !== undefined) return fault;
  const headers = { "content-type": request.headers.get("content-type") };
  return api(request.method, new URL(request.url).pathname, await request.text(), headers);
});
const { Job } = await import("../../src/page/views/import/job.ts");

const order = (file: Blob, changes: Partial<Order> = {}): Order => ({
  kind: "recipients",
  file: file as File,
  shape: { encoding: "utf-8", delimiter: ";" },
  hasHeader: true,
  mapping: [
    { target: "attribute", name: "plan", isNumber: false },
    { target: "ignored", name: "", isNumber: false },
    { target: "address", name: "", isNumber: false },
  ],
  names: ["plan", "secret", "mail"],
  words: { noAddress: "no address", tooMany: (cells, columns) => `${cells} of ${columns}` },
  ...changes,
});

const fileOf = (...rows: string[]) => new Blob([`plan;secret;mail\n${rows.join("\n")}\n`]);
const row = (at: number) => `pro;x;a${at}@example.com`;
const stateOf = (job: JobType) => job.progress.value.state;
/** Until the job is in this state. */
async function reaches(job: JobType, state: string): Promise<void> {
  while (stateOf(job) !== state) await new Promise((wait) => setTimeout(wait, 5));
}
const count = async () => {
  const { count: all } = await (await api("POST", "/api/recipients/count", { filter: {} })).json();
  return all as number;
};

beforeEach(async () => {
  calls = 0;
  network = () => undefined;
  await env.DB.exec("DELETE FROM recipients; DELETE FROM suppressions;");
});

describe("an import", () => {
  it("sends the columns that were mapped and no others, and counts every row once", async () => {
    const job = new Job(order(fileOf(row(1), row(2), "free;x;A1@example.com", "", "pro;x;", "a;b;c@example.com;d")));
    await job.run();
    const { state, rows, created, updated, rejectedCount, refusal } = job.progress.value;
    expect({ state, rows, created, updated, rejectedCount, refusal }).toEqual({
      state: "done",
      rows: 5,
      created: 2,
      updated: 1,
      rejectedCount: 2,
      refusal: null,
    });
    const { data } = await (await api("GET", "/api/recipients?search=a1@example.com")).json();
    expect(data[0].attributes).toEqual({ plan: "free" });
    expect(job.rejected.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
      "6: the address is empty",
      "7: 4 of 3",
    ]);
  });

  it("tells every rejected row with its line in the file, more of them than one answer lists", async () => {
    const bad = Array.from({ length: 2_500 }, (_, at) => (at % 5 === 4 ? row(at) : `pro;"two\nlines";bad${at}`));
    // Goes well at first, so that much is sent in one call when it turns bad.
    const good = Array.from({ length: 8_000 }, (_, at) => row(at));
    const job = new Job(order(fileOf(...good, ...bad)));
    await job.run();
    const { rows, rejectedCount } = job.progress.value;
    expect([rows, rejectedCount, job.rejected.length]).toEqual([10_500, 2_000, 2_000]);
    let line = 8_002;
    for (const text of bad) {
      if (text.includes("bad")) {
        const found = job.rejected.find((one) => one.line === line);
        expect(found?.cells[2]).toBe(text.split(";")[2]);
      }
      line += text.split("\n").length;
    }
    expect(await count()).toBe(8_000);
  });

  it("goes on with the same rows after a failure, and leaves none out", async () => {
    network = (call) =>
      call === 2 ? Response.json({ code: "scope-missing", detail: "no" }, { status: 403 }) : undefined;
    const job = new Job(order(fileOf(...Array.from({ length: 3_500 }, (_, at) => row(at)))));
    const done = job.run();
    await reaches(job, "failed");
    expect(job.progress.value).toMatchObject({ rows: 1_000, created: 1_000, refusal: { code: "scope-missing" } });
    job.goOn();
    await done;
    expect(job.progress.value).toMatchObject({ state: "done", rows: 3_500, created: 3_500, refusal: null });
    expect(await count()).toBe(3_500);
  });

  it("tries again by itself where nobody answered", async () => {
    network = (call) => (call === 1 ? new TypeError("network away") : undefined);
    const job = new Job(order(fileOf(row(1))));
    await job.run();
    expect(job.progress.value).toMatchObject({ state: "done", created: 1 });
    expect(calls).toBe(2);
  });

  it("sends nothing while it is paused, and nothing more once it is stopped", async () => {
    const job = new Job(order(fileOf(...Array.from({ length: 5_000 }, (_, at) => row(at)))));
    network = () => {
      job.pause();
      return undefined;
    };
    const done = job.run();
    await reaches(job, "paused");
    while (job.progress.value.rows === 0) await new Promise((wait) => setTimeout(wait, 5));
    await new Promise((wait) => setTimeout(wait, 50));
    expect(calls).toBe(1);
    job.stop();
    await done;
    expect(job.progress.value).toMatchObject({ state: "stopped", rows: 1_000, refusal: null });
    expect(await count()).toBe(1_000);
  });

  it("of rejected rows that were mended takes them as they stood before they were saved", async () => {
    const rows = [{ line: 7, reason: "the address has no @", cells: ["pro", "x", "ann@example.com", "+86 10"] }];
    const file = rejectedFile(rows, ["Line", "Why"], ["plan", "secret", "mail", "phone"]);
    const header = ["Line", "Why", "plan", "secret", "mail", "phone"];
    const shape = { encoding: "utf-8", delimiter: "," };
    const job = new Job(order(file, { mapping: guessMapping("recipients", header, []), names: header, shape }));
    await job.run();
    expect(job.progress.value).toMatchObject({ state: "done", rows: 1, created: 1 });
    const { data } = await (await api("GET", "/api/recipients")).json();
    expect(data).toMatchObject([
      { address: "ann@example.com", attributes: { plan: "pro", secret: "x", phone: "+86 10" } },
    ]);
    expect(Object.keys(data[0].attributes).sort()).toEqual(["phone", "plan", "secret"]);
  });

  it("of suppressions keeps their reasons and notes", async () => {
    const file = new Blob(["a@example.com,complained,=1+1\nb@example.com,,\n"]);
    const targets = ["address", "reason", "detail"] as const;
    const mapping = targets.map((target) => ({ target, name: "", isNumber: false }));
    const shape = { encoding: "utf-8", delimiter: "," };
    const job = new Job(
      order(file, { kind: "suppressions", hasHeader: false, mapping, names: ["1", "2", "3"], shape }),
    );
    await job.run();
    expect(job.progress.value).toMatchObject({ state: "done", rows: 2, created: 2 });
    const { data } = await (await api("GET", "/api/suppressions")).json();
    expect(data).toMatchObject([
      { address: "a@example.com", reason: "complained", detail: "=1+1" },
      { address: "b@example.com", reason: "manual", detail: null },
    ]);
  });
});

describe("the file of rejected rows", () => {
  it("is CSV that a spreadsheet reads as text: lines, reasons, and the cells as they stood", async () => {
    const rows = [{ line: 7, reason: "the address has no @", cells: ["=cmd|'/c calc'!A0", "王, 伟"] }];
    const text = await rejectedFile(rows, ["Line", "Why"], ["mail", "name"]).text();
    expect(text).toBe(`\ufeffLine,Why,mail,name\r\n7,the address has no @,"'=cmd|'/c calc'!A0","王, 伟"\r\n`);
  });
});
