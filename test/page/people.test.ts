import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  guessMapping,
  isNameless,
  isOfRejected,
  faultOf as mappingFault,
  plan,
  withTarget,
} from "../../src/page/views/import/mapping.ts";
import { Piece } from "../../src/page/views/import/piece.ts";
import { jsonOf, laidOut, rowsOf } from "../../src/page/views/recipients/attributes.ts";
import { faultOf } from "../../src/page/views/recipients/fault.ts";
import { pastedAddresses } from "../../src/page/views/suppressions/pasted.ts";
import { imports as en } from "../../src/page/words/en/imports.ts";
import { imports as zh } from "../../src/page/words/zh/imports.ts";
import { CsvReader } from "../../src/recipients/files/csv.ts";

describe("attributes", () => {
  it("rows and JSON are the same, whatever stands in them", () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string({ minLength: 1 }).filter((name) => name === name.trim() && name !== ""),
          fc.jsonValue(),
        ),
        (attributes) => {
          const rows = rowsOf(JSON.stringify(attributes));
          const made = jsonOf(rows ?? []);
          expect("json" in made && JSON.parse(made.json)).toEqual(JSON.parse(JSON.stringify(attributes)));
          expect("json" in made && JSON.parse(laidOut(made.json))).toEqual(JSON.parse(JSON.stringify(attributes)));
        },
      ),
    );
  });

  it("a long number keeps its digits both ways", () => {
    const json = '{"order":12345678901234567890,"in":[98765432109876543210]}';
    const made = jsonOf(rowsOf(json) ?? []);
    expect(made).toEqual({ json: '{"order":12345678901234567890,"in":[98765432109876543210]}' });
  });

  it("a row that makes no JSON is named, with what is wrong with it", () => {
    const row = { name: "age", kind: "number", value: "18" } as const;
    expect(jsonOf([row, { ...row, value: "1" }])).toEqual({ fault: { row: 1, what: "twice" } });
    expect(jsonOf([{ ...row, name: " " }])).toEqual({ fault: { row: 0, what: "no-name" } });
    expect(jsonOf([{ ...row, value: "1,5" }])).toEqual({ fault: { row: 0, what: "no-number" } });
    expect(jsonOf([{ ...row, kind: "json", value: "[1" }])).toEqual({ fault: { row: 0, what: "no-json" } });
    for (const none of ["[]", "1", "null", "", "{"]) expect(rowsOf(none)).toBeNull();
  });

  it("a refusal is shown at the field that it is about", () => {
    expect(faultOf("address: the address has no @")).toEqual({ field: "address", words: "the address has no @" });
    expect(faultOf("attributes.a is too large a number").field).toBe("attributes");
    expect(faultOf("expected an object").field).toBeNull();
  });
});

describe("pasted addresses", () => {
  it("are found between all that people put between them, each once", () => {
    const text =
      'Ann <ann@example.com>, "Bo, the" <bo@example.com>\r\nANN@example.com；li@例え.jp、mailto:wu@example.com\nnobody\n';
    expect(pastedAddresses("Ann@Shop <ann@example.com>; bo@example.com 'li@example.com'").addresses).toEqual([
      "ann@example.com",
      "bo@example.com",
      "li@example.com",
    ]);
    const { addresses, unread, unreadCount } = pastedAddresses(text);
    expect(addresses).toEqual(["ann@example.com", "bo@example.com", "li@例え.jp", "wu@example.com"]);
    expect(unread).toEqual([{ line: 3, text: "nobody" }]);
    expect(unreadCount).toBe(1);
  });
});

describe("mapping of columns", () => {
  it("is guessed by names in several languages, and by what stands in a column", () => {
    const guess = (header: string[], rows: string[][] = []) =>
      guessMapping("recipients", header, rows).map(({ target, name, isNumber }) =>
        target === "attribute" ? `attribute ${name}${isNumber ? "#" : ""}` : target,
      );
    expect(guess(["邮箱", "姓名", "地区", "会员等级"])).toEqual(["address", "username", "area", "attribute 会员等级"]);
    expect(guess(["E-Mail", "Full Name", "age:number", ""])).toEqual([
      "address",
      "username",
      "attribute age#",
      "ignored",
    ]);
    expect(guess(["email", "attributes.plan", "attributes.age:number"])).toEqual([
      "address",
      "attribute plan",
      "attribute age#",
    ]);
    // A street, which has to be called otherwise; and the column with the addresses.
    expect(guess(["address", "contact"], [["5 High St", "a@example.com"]])).toEqual(["attribute address_2", "address"]);
    // Names that come twice.
    expect(guess(["mail", "plan", "plan", "plan", "plan_2"])).toEqual([
      "address",
      "attribute plan",
      "attribute plan_2",
      "attribute plan_3",
      "attribute plan_2_2",
    ]);
  });

  it("takes the surest of several names, wherever it stands: a city is the area only where nothing else is", () => {
    const targets = (...header: string[]) => guessMapping("recipients", header, []).map(({ target }) => target);
    expect(targets("邮箱", "姓名", "城市")).toEqual(["address", "username", "area"]);
    expect(targets("邮箱", "城市", "地区")).toEqual(["address", "attribute", "area"]);
    expect(targets("First name", "City", "Email", "Full name")).toEqual(["attribute", "area", "address", "username"]);
    expect(targets("First name", "Email")).toEqual(["username", "address"]);
  });

  it("leaves out what a file of rejected rows says of them, in each language", () => {
    for (const { lineHead, reasonHead } of [en, zh]) {
      const header = [lineHead, reasonHead, "邮箱", "原因"];
      expect(isOfRejected(header)).toBe(true);
      for (const kind of ["recipients", "suppressions"] as const) {
        expect(guessMapping(kind, header, []).map(({ target }) => target)).toEqual([
          "ignored",
          "ignored",
          "address",
          kind === "recipients" ? "attribute" : "reason",
        ]);
      }
    }
    expect(isOfRejected(["Line", "mail"])).toBe(false);
  });

  it("that a reader chose for one column is taken from the other one", () => {
    const mapping = guessMapping("recipients", ["email", "private mail", "city"], []);
    const targets = (...chosen: Parameters<typeof withTarget>) => withTarget(...chosen).map(({ target }) => target);
    expect(targets("recipients", mapping, 1, "address")).toEqual(["attribute", "address", "area"]);
    expect(targets("recipients", mapping, 0, "attribute")).toEqual(["attribute", "attribute", "area"]);
    expect(targets("recipients", mapping, 1, "ignored")).toEqual(["address", "ignored", "area"]);
    const suppressed = guessMapping("suppressions", ["mail", "comment", "phone"], []);
    expect(targets("suppressions", suppressed, 2, "address")).toEqual(["ignored", "detail", "address"]);
  });

  it("a first line with an address in it names no columns", () => {
    expect(isNameless(["email", "name"])).toBe(false);
    expect(isNameless(["a@example.com", "Ann"])).toBe(true);
  });

  it("no two columns become the same, and no attribute takes the name of a column", () => {
    const attribute = (name: string) => ({ target: "attribute", name, isNumber: false }) as const;
    const address = { target: "address", name: "", isNumber: false } as const;
    expect(mappingFault([address, address], 1)).toBe("twice");
    expect(mappingFault([attribute("a"), attribute("a ")], 1)).toBe("twice");
    expect(mappingFault([attribute("plan"), attribute("attributes.plan")], 1)).toBe("twice");
    expect(mappingFault([attribute("Address")], 0)).toBe("reserved");
    expect(mappingFault([attribute("age:number")], 0)).toBe("reserved");
    expect(mappingFault([attribute(" ")], 0)).toBe("no-name");
    expect(plan([{ ...attribute("x"), target: "ignored" }, address, { ...attribute("age"), isNumber: true }])).toEqual({
      header: ["address", "age:number"],
      columns: [1, 2],
    });
  });
});

describe("pieces of a file", () => {
  const cell = fc.oneof(fc.string(), fc.constantFrom('"', "a\nb", "x,y", "; |\t", " a ", "=1", "李"));
  // What a reader of CSV does not change: other line breaks become LF, and NUL is refused.
  const kept = cell.map((text) => text.replace(/[\r\0]/g, ""));

  it("read by the API as they were in the file, and each line leads back to its row", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constant("a@example.com"), kept, kept), { minLength: 1, maxLength: 20 }),
        fc.nat(19),
        (rows, from) => {
          const piece = new Piece(["address", "one\ntwo", "three"]);
          for (const [at, cells] of rows.entries()) piece.add(cells, { line: at + 100, cells });
          const first = Math.min(from, rows.length - 1);
          const read = new CsvReader().push(piece.csv(first), true).slice(1);
          expect(read.map((row) => "cells" in row && row.cells)).toEqual(rows.slice(first));
          expect(read.map(({ line }) => piece.rowAt(line, first)?.line)).toEqual(
            rows.slice(first).map((_, at) => first + at + 100),
          );
        },
      ),
    );
  });
});
