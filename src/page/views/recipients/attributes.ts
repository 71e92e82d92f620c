import { isNumber, LongNumber, parseNumbers } from "../../../recipients/json-number.ts";

export const ATTRIBUTE_KINDS = ["text", "number", "boolean", "json"] as const;
export type AttributeKind = (typeof ATTRIBUTE_KINDS)[number];

/** One attribute while it is edited: its value as typed. */
export interface AttributeRow {
  readonly name: string;
  readonly kind: AttributeKind;
  readonly value: string;
}

/** What keeps rows from being JSON, and of which row. */
export interface AttributeFault {
  readonly row: number;
  readonly what: "no-name" | "twice" | "no-number" | "no-json";
}

/** The rows of a JSON object; null: the text is none. */
export function rowsOf(json: string): readonly AttributeRow[] | null {
  const value = parsed(json);
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof LongNumber) return null;
  return Object.entries(value).map(([name, one]) => ({ name, ...cellOf(one) }));
}

function cellOf(value: unknown): Omit<AttributeRow, "name"> {
  if (typeof value === "string") return { kind: "text", value };
  if (typeof value === "boolean") return { kind: "boolean", value: String(value) };
  if (typeof value === "number") return { kind: "number", value: JSON.stringify(value) };
  if (value instanceof LongNumber) return { kind: "number", value: value.toJSON() };
  return { kind: "json", value: textOf(value) };
}

/** The JSON object of rows, written digit by digit as typed; or the first fault. */
export function jsonOf(rows: readonly AttributeRow[]): { readonly json: string } | { readonly fault: AttributeFault } {
  const parts: string[] = [];
  for (const [row, { name, kind, value }] of rows.entries()) {
    if (name.trim() === "") return { fault: { row, what: "no-name" } };
    if (rows.findIndex((other) => other.name.trim() === name.trim()) !== row) return { fault: { row, what: "twice" } };
    if (kind === "number" && !isNumber(value.trim())) return { fault: { row, what: "no-number" } };
    if (kind === "json" && parsed(value) === undefined) return { fault: { row, what: "no-json" } };
    const text = kind === "text" ? JSON.stringify(value) : value.trim();
    parts.push(`${JSON.stringify(name.trim())}:${text}`);
  }
  return { json: `{${parts.join(",")}}` };
}

/** The same JSON on lines of its own, for people to read. */
export function laidOut(json: string): string {
  const rows = rowsOf(json);
  if (rows === null || rows.length === 0) return rows === null ? json : "{}";
  const lines = rows.map(
    ({ name, kind, value }) => `  ${JSON.stringify(name)}: ${kind === "text" ? JSON.stringify(value) : value}`,
  );
  return `{\n${lines.join(",\n")}\n}`;
}

/** undefined: no JSON. */
function parsed(json: string): unknown {
  try {
    return parseNumbers(json, (source) => new LongNumber(source));
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  if (value instanceof LongNumber) return value.toJSON();
  if (Array.isArray(value)) return `[${value.map(textOf).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, one]) => `${JSON.stringify(name)}: ${textOf(one)}`)
    .join(", ")}}`;
}
