import { err, ok, type Result } from "../core/result.ts";
import { addressKey, checkAddress } from "./address.ts";
import { checkSize } from "./attributes.ts";
import { type Entry, labelProblem } from "./entry.ts";

/** Makes an entry of a row's cells. The error says what is wrong, naming the column. */
export type EntryReader = (cells: readonly string[]) => Result<Entry>;

const PEOPLE_COLUMNS: readonly string[] = ["address", "username", "area"];
const NOT_UTF8 = "holds bytes that are not UTF-8 (save the file as UTF-8)";

/**
 * Reads a header: where address, username and area are, and what the other columns are called. Names of the three are
 * taken in any case; a column without a name has to be empty. The error is what is wrong with the header.
 */
export function entryReader(header: readonly string[]): Result<EntryReader> {
  const names = header.map((cell) => cell.trim());
  if (names.some((name) => name.includes("\ufffd"))) return err(`the header ${NOT_UTF8}`);
  if (names.some((name) => name.includes("\u0000"))) return err("the header holds a NUL character");
  const keys = names.map((name) => (PEOPLE_COLUMNS.includes(name.toLowerCase()) ? name.toLowerCase() : name));
  const [address = -1, username = -1, area = -1] = PEOPLE_COLUMNS.map((name) => keys.indexOf(name));
  if (address < 0) return err(`no column named address; the header has: ${shown(names)}`);
  const twice = keys.find((name, at) => name !== "" && keys.indexOf(name) !== at);
  if (twice !== undefined) return err(`two columns are named ${JSON.stringify(twice.slice(0, 64))}`);
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
    const lost = nameless.find((at) => (cells[at] ?? "").trim() !== "");
    if (lost !== undefined) return err(`column ${lost + 1} has a value and no name in the first line`);
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
    // As text at once, since nothing here needs the object: and a column named __proto__ is a name like any other.
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
