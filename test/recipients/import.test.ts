import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { Result } from "../../src/core/result.ts";
import { type ImportReport, importCsv } from "../../src/recipients/files/import.ts";
import { listRecipients } from "../../src/recipients/store.ts";

const everybody = () => listRecipients(env.DB, { area: null, after: 0, limit: 1_000 });

async function importing(file: string | Uint8Array, encoding: string | null = null): Promise<Result<ImportReport>> {
  return importCsv(env.DB, new Response(file).body as ReadableStream<Uint8Array>, encoding, 1);
}

async function imported(file: string | Uint8Array, encoding: string | null = null): Promise<ImportReport> {
  const report = await importing(file, encoding);
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

  it("takes attributes with the names that filters and templates give them, and no two of one name", async () => {
    await imported(
      "address,attributes.plan,attributes.addr.city,Attributes.age:number,attributes.\na@example.com,pro,X,18,y\n",
    );
    const [{ attributes } = { attributes: {} }] = await everybody();
    expect(attributes).toEqual({ plan: "pro", "addr.city": "X", age: 18, "attributes.": "y" });
    expect(await importing("address,plan,attributes.plan\na@example.com,x,y\n")).toMatchObject({ ok: false });
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
      '7: the quote that opens in line 7 has text behind the one that closes it (a " inside quotes is written "")',
      "10: the address has < or > in it; expected the address alone",
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
    [new Uint8Array([0xff, 0xfe, 0x61, 0x00, 0x0a, 0x00]), /no column named address; the header has: "a"/],
    [new Uint8Array([0x61, 0x00, 0x0a, 0x00]), /NUL character .*charset=utf-16le/],
    [new Uint8Array([0xc0, 0x0a]), /the header holds bytes that are not UTF-8 .*charset=gbk/],
    ["address,arealee@example.com,x", /no line end.*--data-binary/],
    [`address,area${"lee@example.com,x".repeat(10_000)}`, /no line end.*--data-binary/],
    ["address,area", /no line end/],
    ["\n \r\n\r", /empty/],
    ["address,address:number\n", /"address:number": only an attribute/],
    ["address,:number\n", /only an attribute/],
    ["address,age,age:number\n", /two columns are named "age"/],
    [new Uint8Array(200_000), /no line end/],
    [
      Uint8Array.from([0xff, 0xfe, ...new TextEncoder().encode("address,area\nann@example.com,x\n")]),
      /no line end.*is it UTF-16LE/,
    ],
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

  it.each([
    ["CR line ends", "address,username,area\rann@example.com,Ann,beijing\rli@example.com,,\r"],
    ["CR line ends, none at the end", "address,username,area\rann@example.com,Ann,beijing\rli@example.com"],
    ["mixed line ends", "address,username,area\r\nann@example.com,Ann,beijing\rli@example.com,,\n"],
    ["sep=;", "sep=;\r\naddress;username;area\r\nann@example.com;Ann;beijing\r\nli@example.com;;"],
    ['"sep=;"', '\ufeff"sep=;"\naddress;username;area\nann@example.com;Ann;beijing\nli@example.com;;'],
    ["sep=^", 'sep=^\naddress^username^area\nann@example.com^Ann^ "beijing"\nli@example.com^^'],
    ["sep=]", 'sep=]\naddress]username]area\nann@example.com]Ann] "beijing"\nli@example.com]]'],
    [
      "sep=; and empty cells behind it",
      "sep=;;;\naddress;username;area\nann@example.com;Ann;beijing\nli@example.com;;",
    ],
    ["blank first lines", "\n  \r\n\naddress,username,area\nann@example.com,Ann,beijing\nli@example.com"],
    [
      "blank first lines of cells",
      ",,\n , ,\naddress,username,area\nann@example.com,Ann,beijing\nli@example.com\n,,\n",
    ],
    [
      "a quoted comma in a ; header",
      'address;username;area;"a, b, c, d"\nann@example.com;Ann;beijing\nli@example.com;',
    ],
    ["a line break in a header", 'address;username;area;"a,\n,,,b"\nann@example.com;Ann;beijing\nli@example.com;'],
    ["bars", "address|username|area\nann@example.com|Ann|beijing\nli@example.com||"],
    [
      "spaces before quotes",
      'address, "username", "area"\nann@example.com,  "Ann" , "beijing"\n "li@example.com", "", ""',
    ],
    [
      "tabs and no-break spaces before quotes",
      'address,"username",\t"area"\nann@example.com,\u00a0"Ann",\t "beijing"\n\u3000"li@example.com",\t"","" ',
    ],
    [
      "tabs as delimiters before quotes",
      '"address"\t"username"\t "area"\nann@example.com\t"Ann"\t "beijing"\nli@example.com\t""\t',
    ],
    ["empty cells at the end", "address,username,area\nann@example.com,Ann,beijing,,, \nli@example.com,,,,"],
  ])("reads a file with %s", async (_, file) => {
    expect(await imported(file)).toMatchObject({ rows: 2, created: 2, rejectedCount: 0 });
    expect(await everybody()).toMatchObject([
      { address: "ann@example.com", username: "Ann", area: "beijing", attributes: {} },
      { address: "li@example.com", username: "", area: "", attributes: {} },
    ]);
  });

  it("takes a quoted cell behind spaces whole, and nothing from within quotes", async () => {
    const note = '"he said, ""hi"", and, \n ""bye"", "';
    const report = await imported(
      `address,a,b\nann@example.com, "x, ""y""\nz",${note}\nli@example.com,5" pipe, "q\nbo@example.com, "x"y,z\nal@example.com, "1, 2",3\n`,
    );
    expect(report).toMatchObject({ rows: 4, created: 2, rejectedCount: 2 });
    expect(report.rejected.map(({ line }) => line)).toEqual([5, 6]);
    expect(await everybody()).toMatchObject([
      { address: "al@example.com", attributes: { a: "1, 2", b: "3" } },
      { address: "ann@example.com", attributes: { a: 'x, "y"\nz', b: 'he said, "hi", and, \n "bye", ' } },
    ]);
  });

  const utf16 = (text: string, little: boolean) => {
    const bytes = new Uint8Array(text.length * 2);
    const view = new DataView(bytes.buffer);
    for (let at = 0; at < text.length; at++) view.setUint16(at * 2, text.charCodeAt(at), little);
    return bytes;
  };
  const HEADER = [...new TextEncoder().encode("address,username\na@example.com,")];
  it.each([
    ["UTF-16LE by its byte order mark", utf16("\ufeffaddress,username\na@example.com,李", true), null],
    ["UTF-16BE by its byte order mark", utf16("\ufeffaddress,username\na@example.com,李", false), "gbk"],
    ["UTF-16LE by name", utf16("address,username\na@example.com,李", true), "utf-16le"],
    ["UTF-8 by its byte order mark", new TextEncoder().encode("\ufeffaddress,username\na@example.com,李"), "big5"],
    ["GBK", new Uint8Array([...HEADER, 0xc0, 0xee]), "gbk"],
    ["GB18030", new Uint8Array([...HEADER, 0xc0, 0xee]), "gb18030"],
    ["Big5", new Uint8Array([...HEADER, 0xa7, 0xf5]), "big5"],
    ["Shift JIS", new Uint8Array([...HEADER, 0x97, 0x9b]), "shift_jis"],
  ])("decodes %s, wherever the stream is cut", async (_, file, encoding) => {
    for (const size of [1, 3, file.length]) {
      let at = 0;
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          controller.enqueue(file.slice(at, at + size));
          at += size;
          if (at >= file.length) controller.close();
        },
      });
      expect(await importCsv(env.DB, body, encoding, 1)).toMatchObject({ value: { rows: 1, rejectedCount: 0 } });
      expect(await everybody()).toMatchObject([{ address: "a@example.com", username: "李" }]);
    }
  });

  it("makes numbers under a header name:number, and rejects the rows without one", async () => {
    const report = await imported(
      [
        "address,zip,Age:number,id : Number",
        "a@example.com,01000, 18 ,1234567890123456789",
        "b@example.com,1e3,-2.50,1e3",
        "c@example.com,,eighteen,1",
        "d@example.com,,,1",
        "e@example.com,,018,1",
        "f@example.com,,1e999,1",
        'g@example.com,,"1,5",1',
      ].join("\n"),
    );
    expect(report.rejected.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
      expect.stringMatching(/^4 Age: "eighteen" is not a number/),
      expect.stringMatching(/^5 Age: "" is not a number/),
      expect.stringMatching(/^6 Age: "018" is not a number/),
      expect.stringMatching(/^7 Age: is too large/),
      expect.stringMatching(/^8 Age: "1,5" is not a number/),
    ]);
    expect((await everybody()).map(({ attributes }) => attributes)).toEqual([
      { zip: "01000", Age: 18, id: "1234567890123456789" },
      { zip: "1e3", Age: -2.5, id: 1000 },
    ]);
  });
});
