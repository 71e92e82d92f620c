import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { Result } from "../../src/core/result.ts";
import { type ImportReport, importCsv } from "../../src/recipients/import.ts";
import { listRecipients } from "../../src/recipients/store.ts";

const everybody = () => listRecipients(env.DB, { area: null, after: 0, limit: 1_000 });

async function importing(file: string | Uint8Array): Promise<Result<ImportReport>> {
  return importCsv(env.DB, new Response(file).body as ReadableStream<Uint8Array>, 1);
}

async function imported(file: string | Uint8Array): Promise<ImportReport> {
  const report = await importing(file);
  if (!report.ok) throw new Error(report.error);
  return report.value;
}

beforeEach(async () => {
  await env.DB.prepare("DELETE FROM recipients").run();
});

describe("an import", () => {
  it("takes address, username and area in any case and order, and all else as attributes", async () => {
    const report = await imported(
      '\ufeffplan,Address, AREA ,Username,City\r\npro, Li@Example.com ,beijing,"李, 雷",\r\n,han@example.com,,,"上海\r\n(浦东)"\r\n',
    );
    expect(report).toEqual({ rows: 2, created: 2, updated: 0, rejected: [], rejectedCount: 0 });
    expect(await everybody()).toMatchObject([
      { address: "han@example.com", username: "", area: "", attributes: { City: "上海\n(浦东)" } },
      { address: "Li@example.com", username: "李, 雷", area: "beijing", attributes: { plan: "pro" } },
    ]);
  });

  it("reports each bad row with its line and reason, and takes all others", async () => {
    const report = await imported(
      [
        "address,username,area,note",
        "a@example.com,A,x,",
        "not an address,B,x,",
        "b@example.com,B\u0007,x,",
        "c@example.com,C,x,y,z",
        `d@example.com,D,x,${"n".repeat(17_000)}`,
        'e@example.com,"E"E,x,',
        "",
        "f@example.com",
        "<script>@example.com,G,x,",
        'h@example.com,"Tom ""=1+1""",x,=HYPERLINK("http://evil.example")',
      ].join("\n"),
    );
    expect(report).toMatchObject({ rows: 9, created: 3, updated: 0, rejectedCount: 6 });
    expect(report.rejected.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
      "3: the address has no @",
      "4: username: holds a line break or another control character",
      "5: 5 cells, but the header has 4 (a cell with a delimiter in it needs quotes)",
      "6: attributes: 17011 bytes as JSON, and at most 16384 are taken",
      '7: text behind a closing quote (a " inside quotes is written "")',
      "10: the part before the @ is not valid",
    ]);
    expect((await everybody()).map(({ address }) => address)).toEqual([
      "a@example.com",
      "f@example.com",
      "h@example.com",
    ]);
  });

  it("loses no cell for want of a column's name, and takes empty ones", async () => {
    const report = await imported(
      "address,a b,, \nq@example.com,5,6,\nr@example.com,5,, \ns@example.com,5,,7\nt@example.com",
    );
    expect(report).toMatchObject({ rows: 4, created: 2, rejectedCount: 2 });
    expect(report.rejected).toEqual([
      { line: 2, reason: "column 3 has a value and no name in the first line" },
      { line: 4, reason: "column 4 has a value and no name in the first line" },
    ]);
    expect(await everybody()).toMatchObject([{ attributes: { "a b": "5" } }, { attributes: {} }]);
  });

  it("counts created and updated so that with the rejected they are the rows, and the last row of an address wins", async () => {
    await imported("address,area\nb@example.com,old");
    const file = "address,area\na@example.com,1\nB@example.com,2\nA@EXAMPLE.com,3\nnobody,4\n";
    expect(await imported(file)).toMatchObject({ rows: 4, created: 1, updated: 2, rejectedCount: 1 });
    expect(await everybody()).toMatchObject([
      { address: "B@example.com", area: "2" },
      { address: "A@example.com", area: "3" },
    ]);
  });

  it("rejects the rows that are not UTF-8, and those alone", async () => {
    const text = (value: string) => new TextEncoder().encode(value);
    const file = new Blob([
      text("address,username\na@example.com,"),
      new Uint8Array([0xcc, 0xe4]),
      text("\nb@example.com,李\n"),
    ]);
    const report = await imported(new Uint8Array(await file.arrayBuffer()));
    expect(report).toMatchObject({
      rows: 2,
      created: 1,
      rejected: [{ line: 2, reason: expect.stringContaining("UTF-8") }],
    });
    expect((await everybody())[0]?.username).toBe("李");
  });

  it("keeps attributes of any name as data", async () => {
    await imported('address,__proto__,"q""\\",constructor\na@example.com,1,2,3\n');
    const [person] = await everybody();
    expect(JSON.stringify(person?.attributes)).toBe('{"__proto__":"1","q\\"\\\\":"2","constructor":"3"}');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it.each([
    ["", /empty/],
    ["name,area\nx,y", /no column named address; the header has: "name", "area"/],
    ["address,Address\na@example.com,b@example.com", /two columns are named "address"/],
    ["address,plan,plan\n", /two columns are named "plan"/],
    ['"address\n', /line 1: .*never closed/],
    [new Uint8Array([0xff, 0xfe, 0x61, 0x00]), /not UTF-8/],
    [new Uint8Array(200_000), /NUL|too long/],
  ])("with a header that can't be read imports nothing: %#", async (file, reason) => {
    const report = await importing(file);
    expect(report).toEqual({ ok: false, error: expect.stringMatching(reason) });
    expect(await everybody()).toEqual([]);
  });

  it("reports at most 1,000 bad rows, and counts all", async () => {
    const report = await imported(`address\n${"nobody\n".repeat(1_500)}a@example.com`);
    expect(report).toMatchObject({ rows: 1_501, created: 1, rejectedCount: 1_500 });
    expect(report.rejected).toHaveLength(1_000);
    expect(report.rejected.at(-1)?.line).toBe(1_001);
  });

  it("of more rows than one transaction takes is complete", async () => {
    const rows = Array.from({ length: 120_000 }, (_, n) => `user${(n * 7919) % 60_000}@example.com,${n}`);
    expect(await imported(`address,area\n${rows.join("\n")}`)).toMatchObject({
      rows: 120_000,
      created: 60_000,
      updated: 60_000,
    });
    const late = env.DB.prepare("SELECT count(*) AS n FROM recipients WHERE CAST(area AS INTEGER) >= 60000");
    expect(await late.first("n")).toBe(60_000);
  });
});
