import { err, ok, type Result } from "../core/result.ts";
import { addressKey, checkAddress } from "./address.ts";
import { checkSize } from "./attributes.ts";
import { type Entry, labelProblem } from "./entry.ts";

/** Converts a row's cells to an entry. The error names the column. */
export type EntryReader = (cells: readonly string[]) => Result<Entry>;

const PEOPLE_COLUMNS: readonly string[] = ["address", "username", "area"];
const NOT_UTF8 = "holds bytes that are not UTF-8 (save the file as UTF-8)";

/**
 * Reads a header and returns the reader of its rows. Columns other than address, username and area (in any case) become
 * attributes; a column without a name must be empty. The error describes the header.
 */
export function entryReader(header: readonly string[]): Result<EntryReader> {
  const names = header.map((cell) => cell.trim());
  if (names.some((name) => name.includes("\ufffd"))) return err(`the header ${NOT_UTF8}`);
  if (names.some((name) => name.includes("\u0000"))) return err("the header holds a NUL character");
  const keys = names.map((name) => (PEOPLE_COLUMNS.includes(name.toLowerCase()) ? name.toLowerCase() : name));
  const [address = -1, username = -1, area = -1] = PEOPLE_COLUMNS.map((name) => keys.indexOf(name));
  if (address < 0) return err(`no column named address; the header has: ${shown(names)}`);
  const duplicate = keys.find((name, at) => name !== "" && keys.indexOf(name) !== at);
  if (duplicate !== undefined) return err(`two columns are named ${JSON.stringify(duplicate.slice(0, 64))}`);
  const attributes = keys.flatMap((name, at) =>
    name === "" || PEOPLE_COLUMNS.includes(name) ? [] : [{ at, name, json: `${JSON.stringify(name)}:` }],
  );
  const nameless = keys.flatMap((name, at) => (name === "" ? [at] : []));

  return ok((cells) => {
    if (cells.length > header.length) {
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
      const problem = textCellProblem(entry[name]) ?? labelProblem(entry[name]);
      if (problem !== null) return err(`${name}: ${problem}`);
    }
    // Built as JSON text: no object is needed, and a column named __proto__ is safe.
    let json = "";
    for (const column of attributes) {
      const cell = cells[column.at];
      if (cell === undefined || cell === "") continue;
      const problem = textCellProblem(cell);
      if (problem !== null) return err(`${column.name.slice(0, 64)}: ${problem}`);
      json += `${json === "" ? "" : ","}${column.json}${JSON.stringify(cell)}`;
    }
    const sized = checkSize(`{${json}}`);
    return sized.ok ? ok({ ...entry, attributes: sized.value }) : sized;
  });
}

function textCellProblem(cell: string): string | null {
  if (cell.includes("\ufffd")) return NOT_UTF8;
  return cell.includes("\u0000") ? "holds a NUL character" : null;
}

function shown(names: readonly string[]): string {
  return names
    .slice(0, 20)
    .map((name) => JSON.stringify(name.slice(0, 40)))
    .join(", ");
}
