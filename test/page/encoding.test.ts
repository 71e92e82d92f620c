import { describe, expect, it } from "vitest";
import { guessEncoding, isWorkbook, markedEncoding } from "../../src/page/views/import/encoding.ts";
import { encodingOptions } from "../../src/page/views/import/encodings.ts";
import { type Preview, portionsOf, previewOf, rowsIn } from "../../src/page/views/import/reading.ts";

/** Characters of one or two bytes, by what the decoder reads from them. */
function encoder(encoding: string): (text: string) => Uint8Array<ArrayBuffer> {
  const decoder = new TextDecoder(encoding);
  const known = new Map<string, number[]>();
  for (let lead = 0x80; lead < 0x100; lead++) {
    for (const trail of [null, ...Array.from({ length: 0xc0 }, (_, at) => at + 0x40)]) {
      const bytes = trail === null ? [lead] : [lead, trail];
      const text = decoder.decode(new Uint8Array(bytes));
      if ([...text].length === 1 && text !== "\ufffd" && !known.has(text)) known.set(text, bytes);
    }
  }
  return (text) =>
    new Uint8Array(
      [...text].flatMap((one) => {
        const bytes = one <= "\x7f" ? [one.charCodeAt(0)] : known.get(one);
        if (bytes === undefined) throw new Error(`${one} is not in ${encoding}`);
        return bytes;
      }),
    );
}

const SAMPLES = {
  gb18030: "邮箱;姓名;地区\r\nwang@example.com;王伟;北京\r\nli@example.com;李娜;上海\r\nchen@example.com;陈静;深圳\r\n",
  big5: "電子郵件,姓名,地區\r\nwang@example.com,王偉,臺北\r\nli@example.com,李娜,高雄\r\nchen@example.com,陳靜,臺中\r\n",
  shift_jis: "メール,氏名,地域\r\nsato@example.com,佐藤 はるか,東京\r\nito@example.com,伊藤 ケンジ,大阪\r\n",
  "euc-jp": "メール,氏名,地域\r\nsato@example.com,佐藤 はるか,東京\r\nito@example.com,伊藤 ケンジ,大阪\r\n",
  "windows-1251": "адрес;имя;город\r\nivan@example.com;Иван Петров;Москва\r\n",
  "windows-1252": "mail;nom;ville\r\njm@example.com;Jérôme Müller;Besançon\r\n",
} as const;

async function looked(bytes: Uint8Array<ArrayBuffer>, languages = ["en"]): Promise<Preview> {
  const found = await previewOf(new Blob([bytes]), { encoding: null, delimiter: null }, languages);
  if (typeof found === "string") throw new Error(found);
  return found;
}

describe("the encoding of a file", () => {
  it.each(Object.entries(SAMPLES))("is found by its bytes: %s", async (encoding, text) => {
    const bytes = encoder(encoding)(text);
    const found = await looked(bytes);
    expect(found.encoding).toBe(encoding);
    expect(found.unreadable).toBe(0);
    expect(found.header.length).toBe(3);
    expect(found.rows[0]?.cells.length).toBe(3);
  });

  it("is Korean where that is sure, or for a Korean reader", () => {
    const text = "주소,이름\r\nkim@example.com,김민준\r\n";
    const bytes = encoder("euc-kr")(text);
    expect(guessEncoding(bytes, ["ko-KR"])).toBe("euc-kr");
    expect(guessEncoding(encoder("euc-kr")(text.repeat(20)), ["en"])).toBe("euc-kr");
  });

  it("is UTF-8 for ASCII and for UTF-8, and UTF-16 with or without a mark", async () => {
    expect((await looked(new TextEncoder().encode("address\na@example.com\n"))).encoding).toBe("utf-8");
    expect((await looked(new TextEncoder().encode("address,name\na@example.com,王伟\n"))).encoding).toBe("utf-8");
    const units = Uint16Array.from("address,name\na@example.com,王伟\n", (one) => one.charCodeAt(0));
    const wide = new Uint8Array(units.buffer);
    expect((await looked(wide)).encoding).toBe("utf-16le");
    expect(markedEncoding(new Uint8Array([0xfe, 0xff, 0, 0x61]))).toBe("utf-16be");
  });

  it("is found by what stands far down, behind megabytes of ASCII", async () => {
    const start = new TextEncoder().encode(`address,name\n${"a@example.com,Ann\n".repeat(120_000)}`);
    const file = new Blob([start, encoder("gb18030")("li@example.com,李娜\nwang@example.com,王伟\n")]);
    const found = await previewOf(file, { encoding: null, delimiter: null }, ["en"]);
    expect(found).toMatchObject({ encoding: "gb18030" });
  });

  it("may be any of those that the API reads", () => {
    const offered = encodingOptions("utf-8").map(([encoding]) => encoding);
    expect(new Set(offered).size).toBe(offered.length);
    for (const encoding of offered) expect(new TextDecoder(encoding).encoding).toBe(encoding);
  });
});

describe("a file", () => {
  it("that is no text is told apart", async () => {
    expect(isWorkbook(new Uint8Array([0x50, 0x4b, 3, 4]))).toBe(true);
    const none = { encoding: null, delimiter: null };
    expect(await previewOf(new Blob([new Uint8Array([0x50, 0x4b, 3, 4, 20])]), none, [])).toBe("workbook");
    expect(await previewOf(new Blob([]), none, [])).toBe("empty");
    expect(await previewOf(new Blob(["\n\n"]), none, [])).toBe("empty");
  });

  it("is read in slices, whole characters and whole rows, with the lines that they stand on", async () => {
    const row = 'a@example.com,"王\n伟"\n';
    const count = 70_000;
    const file = new Blob([`address,name\n${row.repeat(count)}`]);
    let rows = 0;
    let portions = 0;
    let last = 0;
    for await (const portion of portionsOf(file, { encoding: "utf-8", delimiter: "," })) {
      portions++;
      for (const one of portion.rows) {
        rows++;
        if (!("cells" in one)) throw new Error(one.problem);
        last = one.line;
        if (rows > 1 && one.cells[1] !== "王\n伟") throw new Error(`row ${rows}: ${one.cells.join()}`);
      }
    }
    expect(portions).toBeGreaterThan(1);
    expect(rows).toBe(count + 1);
    expect(last).toBe(2 * count);
    const shape = { encoding: "utf-8", delimiter: "," };
    expect(await rowsIn(file, shape, () => true)).toBe(count + 1);
    expect(await rowsIn(file, shape, () => false)).toBe(null);
  });

  it("is cut at the separator that a person chose", async () => {
    const file = new Blob(["a;b,c\n1;2,3\n"]);
    const found = await previewOf(file, { encoding: null, delimiter: ";" }, []);
    expect(found).toMatchObject({ delimiter: ";", header: ["a", "b,c"] });
  });
});
