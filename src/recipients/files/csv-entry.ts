import { err, ok, type Result } from "../../core/result.ts";
import { addressKey, checkAddress } from "../address.ts";
import { checkSize } from "../attributes.ts";
import { type Entry, labelProblem } from "../entry.ts";
import { isLong, isNumber } from "../json-number.ts";

/** Converts a row's cells to an entry. The error names the column. */
export type EntryReader = (cells: readonly string[]) => Result<Entry>;

const PEOPLE_COLUMNS: readonly string[] = ["address", "username", "area"];
/** An attribute as filters and templates name it; the rest is its name, dots included. */
const AS_IN_FILTERS = /^attributes\.(?=.)/is;

/**
 * Reads a header and returns the reader of its rows. Columns other than address, username and area (in any case) become
 * attributes, texts or (`age:number`) numbers, with or without `attributes.` before their names; a column without a
 * name must be empty. The error describes the header.
 * @param encoding the file's, for errors: a cell with bytes that it does not have holds U+FFFD
 */
export function entryReader(header: readonly string[], encoding: string): Result<EntryReader> {
  const problemOf = (cell: string) => textCellProblem(cell, encoding);
  const given = header.map((cell) => cell.trim());
  const unreadable = given.map(problemOf).find((problem) => problem !== null);
  if (unreadable !== undefined) return err(`the header ${unreadable}`);
  const numbers = given.map(numberColumn);
  const numeric = numbers.map((name) => name !== null);
  const names = given.map((name, at) => numbers[at] ?? name);
  const noNumber = names.find(
    (name, at) => numeric[at] && (name === "" || PEOPLE_COLUMNS.includes(name.toLowerCase())),
  );
  if (noNumber !== undefined) return err(`${JSON.stringify(`${noNumber}:number`)}: only an attribute can be a number`);
  const keys = names.map((name) =>
    PEOPLE_COLUMNS.includes(name.toLowerCase()) ? name.toLowerCase() : name.replace(AS_IN_FILTERS, ""),
  );
  const [address = -1, username = -1, area = -1] = PEOPLE_COLUMNS.map((name) => keys.indexOf(name));
  if (address < 0) return err(`no column named address; the header has: ${shown(names)}`);
  const duplicate = keys.find((name, at) => name !== "" && keys.indexOf(name) !== at);
  if (duplicate !== undefined) return err(`two columns are named ${JSON.stringify(duplicate.slice(0, 64))}`);
  const attributes = keys.flatMap((name, at) =>
    name === "" || PEOPLE_COLUMNS.includes(name)
      ? []
      : [{ at, name, isNumber: numeric[at] === true, json: `${JSON.stringify(name)}:` }],
  );
  const nameless = keys.flatMap((name, at) => (name === "" ? [at] : []));

  return ok((cells) => {
    // Spreadsheets write empty cells behind the last column.
    if (cells.length > header.length && cells.slice(header.length).some((cell) => cell.trim() !== "")) {
      return err(
        `${cells.length} cells, but the header has ${header.length} (a cell with a delimiter in it needs quotes)`,
      );
    }
    const filled = nameless.find((at) => (cells[at] ?? "").trim() !== "");
    if (filled !== undefined) return err(`column ${filled + 1} has a value and no name in the first line`);
    const checked = checkAddress((cells[address] ?? "").trim());
    if (!checked.ok) return checked;
    const entry = {
      address: checked.value,
      key: addressKey(checked.value),
      username: (cells[username] ?? "").trim(),
      area: (cells[area] ?? "").trim(),
    };
    for (const name of ["username", "area"] as const) {
      const problem = problemOf(entry[name]) ?? labelProblem(entry[name]);
      if (problem !== null) return err(`${name}: ${problem}`);
    }
    // Built as JSON text: no object is needed, and a column named __proto__ is safe.
    let json = "";
    for (const column of attributes) {
      const cell = cells[column.at] ?? "";
      if (cell === "" && !column.isNumber) continue;
      const problem = problemOf(cell) ?? (column.isNumber ? numberProblem(cell.trim()) : null);
      if (problem !== null) return err(`${column.name.slice(0, 64)}: ${problem}`);
      json += `${json === "" ? "" : ","}${column.json}${column.isNumber ? numberJson(cell.trim()) : JSON.stringify(cell)}`;
    }
    const sized = checkSize(`{${json}}`);
    return sized.ok ? ok({ ...entry, attributes: sized.value }) : sized;
  });
}

function textCellProblem(cell: string, encoding: string): string | null {
  if (cell.includes("\ufffd")) {
    const advice = "name the file's encoding, as in Content-Type: text/csv; charset=gbk, or save the file as UTF-8";
    return `holds bytes that are not ${encoding.toUpperCase()} (${advice})`;
  }
  if (!cell.includes("\u0000")) return null;
  return "holds a NUL character (a UTF-16 file needs a byte order mark, or charset=utf-16le in the Content-Type)";
}

function numberProblem(cell: string): string | null {
  if (!isNumber(cell))
    return `${JSON.stringify(cell.slice(0, 64))} is not a number (expected one such as 18, -2.5 or 1e3)`;
  return Number.isFinite(Number(cell)) ? null : "is too large a number";
}

/** A number that a double would change stays a text. */
function numberJson(cell: string): string {
  return isLong(cell) ? JSON.stringify(cell) : cell;
}

function shown(names: readonly string[]): string {
  return names
    .slice(0, 20)
    .map((name) => JSON.stringify(name.slice(0, 40)))
    .join(", ");
}

/** The attribute that a header such as `age:number` names, a number in every row; null: it is no such header. */
function numberColumn(header: string): string | null {
  const colon = header.lastIndexOf(":");
  const isNumberColumn =
    colon >= 0 &&
    header
      .slice(colon + 1)
      .trim()
      .toLowerCase() === "number";
  return isNumberColumn ? header.slice(0, colon).trim() : null;
}
