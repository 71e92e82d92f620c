import fc from "fast-check";
import Papa from "papaparse";
import { describe, expect, it } from "vitest";
import { CsvReader, type CsvRow } from "../../src/recipients/files/csv.ts";

function read(text: string, pieces: readonly number[] = []): CsvRow[] {
  const csv = new CsvReader();
  const rows: CsvRow[] = [];
  let rest = text;
  for (const length of pieces) {
    rows.push(...csv.push(rest.slice(0, length)));
    rest = rest.slice(length);
  }
  return [...rows, ...csv.push(rest, true)];
}

const lengths = fc.array(fc.nat({ max: 12 }), { maxLength: 40 });

describe("a CSV file", () => {
  it("reads back what was written, in pieces of any size", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", " ", '"', ",", ";", "\n", "é", "李", "'"), maxLength: 6 });
    const file = fc
      .integer({ min: 2, max: 4 })
      .chain((width) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }),
      );
    fc.assert(
      fc.property(file, lengths, fc.constantFrom("\n", "\r\n", "\r"), (rows, pieces, newline) => {
        const header = rows[0]?.map((_, at) => `column ${at}`) ?? [];
        const text = Papa.unparse([header, ...rows], { newline, quotes: true }).replaceAll(/\r?\n/g, newline);
        expect(read(text, pieces).map((row) => ("cells" in row ? row.cells : row.problem))).toEqual([header, ...rows]);
      }),
    );
  });

  it("gives the same rows and the same errors however it is cut", () => {
    const soup = fc.string({
      unit: fc.constantFrom("a", '"', ",", "\n", "\r\n", "\r", '"\n', '",', ', "', " ", "b"),
      maxLength: 60,
    });
    fc.assert(
      fc.property(soup, lengths, (text, pieces) => {
        expect(read(`x,y\n${text}`, pieces)).toEqual(read(`x,y\n${text}`));
      }),
      { numRuns: 1_000 },
    );
  });

  it("counts a line for each line break, also within quotes", () => {
    expect(read('a,b\r\n"1\r\n2",x\r\n\r\n3,y\r\n')).toEqual([
      { line: 1, cells: ["a", "b"] },
      { line: 2, cells: ["1\n2", "x"] },
      { line: 5, cells: ["3", "y"] },
    ]);
  });

  it("takes a stray quote for one bad row, not for all rows up to the next quote", () => {
    const rows = read('a,b\n1,"x\n2,y\n"3",z\n4,"q"r\n5,"w"\n6,"never closed\n7,v');
    expect(rows).toEqual([
      { line: 1, cells: ["a", "b"] },
      { line: 2, problem: expect.stringContaining("opens in line 2 has text behind the one that closes it") },
      { line: 3, cells: ["2", "y"] },
      { line: 4, cells: ["3", "z"] },
      { line: 5, problem: expect.stringContaining("opens in line 5 has text behind") },
      { line: 6, cells: ["5", "w"] },
      { line: 7, problem: expect.stringContaining("never closed") },
      { line: 8, cells: ["7", "v"] },
    ]);
  });

  it("gives a row up that is too long, and goes on behind it", () => {
    const long = "x".repeat(300_000);
    const pieces = Array.from({ length: 40 }, () => 10_000);
    for (const [row, problem] of [
      [`1,${long}`, "longer than 65536 characters"],
      [`1,"${long}`, "the quote that opens in line 2 is never closed"],
    ] as const) {
      expect(read(`a,b\n${row}\n2,y\n`, pieces)).toEqual([
        { line: 1, cells: ["a", "b"] },
        { line: 2, problem: expect.stringContaining(problem) },
        { line: 3, cells: ["2", "y"] },
      ]);
    }
  });

  it("takes a long text in quotes for one bad row, never for many", () => {
    const rows = Array.from({ length: 9_000 }, (_, n) => `p${n}@example.com,x\n`).join("");
    for (const pieces of [[], Array.from({ length: 90 }, () => 4_001)]) {
      expect(read(`a,b\n1,"${rows}"\n2,y\n`, pieces)).toEqual([
        { line: 1, cells: ["a", "b"] },
        { line: 2, problem: expect.stringMatching(/longer than 65536 .* lines 2 to 9002 together, and none/) },
        { line: 9_003, cells: ["2", "y"] },
      ]);
    }
  });

  it("names the line where a quote opens that is never closed, and reads all lines behind it", () => {
    const rows = Array.from({ length: 9_000 }, (_, n) => `${n},x\n`).join("");
    const [header, bad, ...others] = read(
      `a,b,c\n"1\n1",2,"never\n${rows}`,
      Array.from({ length: 20 }, () => 4_001),
    );
    expect(header).toEqual({ line: 1, cells: ["a", "b", "c"] });
    expect(bad).toEqual({ line: 2, problem: "the quote that opens in line 3 is never closed" });
    expect(others).toHaveLength(9_000);
    expect(others[0]).toEqual({ line: 4, cells: ["0", "x"] });
  });

  it("does not wait for ever for the end of a quote", () => {
    const csv = new CsvReader();
    csv.push('a,b\n1,"x\n');
    const long = "y".repeat(1_000);
    const piece = `2,${long}\n`.repeat(400);
    const rows = Array.from({ length: 11 }, () => csv.push(piece)).flat();
    expect(rows.slice(0, 2)).toEqual([
      { line: 2, problem: "the quote that opens in line 2 is never closed" },
      { line: 3, cells: ["2", long] },
    ]);
  });

  it.each([";", "\t", ","])("finds out that its delimiter is %j", (delimiter) => {
    const rows = read(`a${delimiter}b${delimiter}c\n1${delimiter}2${delimiter}3`);
    expect(rows.map((row) => "cells" in row && row.cells.length)).toEqual([3, 3]);
  });
});
