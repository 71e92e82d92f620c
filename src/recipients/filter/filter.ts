import { err, ok, type Result } from "../../core/result.ts";
import { addressKey, checkAddress } from "../address.ts";
import { textProblem } from "../attributes.ts";

/** The operators of a filter, by their API names. */
export const OPERATORS = ["eq", "ne", "in", "gt", "gte", "lt", "lte", "contains", "startsWith", "exists"] as const;
export type Operator = (typeof OPERATORS)[number];

export const COLUMNS = ["area", "username", "address", "createdAt"] as const;
export type Column = (typeof COLUMNS)[number];

/** A column of the table, or an attribute: `name` is all that follows "attributes.", dots included. */
export type Field =
  | { readonly kind: "column"; readonly column: Column }
  | { readonly kind: "attribute"; readonly name: string };

export type Scalar = string | number | boolean;

/** One test of a field. `in` takes a list, `exists` a boolean, every other operator one scalar. */
export type Condition = { readonly field: Field } & (
  | { readonly operator: "in"; readonly value: readonly Scalar[] }
  | { readonly operator: "exists"; readonly value: boolean }
  | { readonly operator: Exclude<Operator, "in" | "exists">; readonly value: Scalar }
);

/** All conditions must hold; empty: all recipients. */
export type Filter = readonly Condition[];

export interface FilterProblem {
  /** Where in the filter: `["attributes.age", "gt"]`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** All problems of a filter. */
export type FilterError = readonly [FilterProblem, ...FilterProblem[]];

/** At most three binds a condition; D1 allows 100 a statement. */
export const MAX_CONDITIONS = 30;
export const MAX_FILTER_CHARACTERS = 100_000;
const ATTRIBUTE = "attributes.";
/** Operators that every text passes when the operand is the empty text. */
const SELECTS_ALL_WHEN_EMPTY: ReadonlySet<Operator> = new Set(["contains", "startsWith", "gte"]);

/**
 * Parses a filter of the API: `{}` selects everybody; a field has a value, a list (any of) or an object of operators,
 * and all must hold.
 *
 * - `attributes.a.b` is the attribute with the name "a.b", or else the value at "b" in the object "a".
 * - Values compare only within one type: numbers, texts (by code point, case-sensitive), true and false. Nothing
 *   compares with null: use `exists`. The one exception: gt, gte, lt and lte with a number also compare a text that is a
 *   JSON number, as in "18", because CSV gives texts.
 * - A list matches where one of its items does: `{"attributes.tags": "vip"}`. Lists in it, and objects, match nothing.
 * - `ne` negates `eq`: a missing attribute, one of another type, or a list without that item matches.
 * - `exists` tests that an attribute is present and not null, or that a text column is not empty.
 * - `address` ignores case; `createdAt` takes dates (midnight UTC), times with a zone (both ISO 8601) or epoch
 *   milliseconds.
 */
export function parseFilter(input: unknown): Result<Filter, FilterError> {
  if (!isPlain(input)) return err([{ path: [], message: 'expected an object of fields, such as {"area": "beijing"}' }]);
  const conditions: Condition[] = [];
  const problems: FilterProblem[] = [];
  for (const [name, given] of Object.entries(input)) {
    const field = fieldOf(name);
    if (field === null) {
      const message = `unknown field ${quoted(name)}: expected ${COLUMNS.join(", ")} or ${ATTRIBUTE}<name>`;
      problems.push({ path: [name], message });
      continue;
    }
    for (const test of testsOf(given)) {
      const condition = conditionOf(field, test);
      if (condition.ok) conditions.push(condition.value);
      else problems.push({ path: [name, ...test.path], message: condition.error });
    }
  }
  if (conditions.length > MAX_CONDITIONS) {
    problems.push({ path: [], message: `${conditions.length} conditions, and at most ${MAX_CONDITIONS} are taken` });
  }
  if (problems.length === 0 && JSON.stringify(input).length > MAX_FILTER_CHARACTERS) {
    problems.push({ path: [], message: `longer than ${MAX_FILTER_CHARACTERS} characters as JSON` });
  }
  const [first, ...rest] = problems;
  return first === undefined ? ok(conditions) : err([first, ...rest]);
}

function fieldOf(name: string): Field | null {
  const column = COLUMNS.find((known) => known === name);
  if (column !== undefined) return { kind: "column", column };
  if (!name.startsWith(ATTRIBUTE) || name === ATTRIBUTE || textProblem(name) !== null) return null;
  return { kind: "attribute", name: name.slice(ATTRIBUTE.length) };
}

interface Test {
  readonly operator: string;
  readonly value: unknown;
  readonly path: readonly string[];
}

/** A value means eq, a list means in, an object holds operators. */
function testsOf(given: unknown): Test[] {
  if (Array.isArray(given)) return [{ operator: "in", value: given, path: [] }];
  if (!isPlain(given)) return [{ operator: "eq", value: given, path: [] }];
  const tests = Object.entries(given).map(([operator, value]) => ({ operator, value, path: [operator] }));
  // Reject {"area": {}}, which would select everybody.
  return tests.length > 0 ? tests : [{ operator: "", value: undefined, path: [] }];
}

function conditionOf(field: Field, { operator: name, value, path }: Test): Result<Condition> {
  const operator = OPERATORS.find((known) => known === name);
  if (operator === undefined) {
    const problem = name === "" ? "no operator" : `unknown operator ${quoted(name)}`;
    return err(`${problem}: expected a value, a list, or an object of ${OPERATORS.join(", ")}`);
  }
  if (operator === "exists") {
    return typeof value === "boolean" ? ok({ field, operator, value }) : err("expected true or false");
  }
  if (operator === "in") {
    if (!Array.isArray(value)) return err("expected a list");
    if (value.length === 0) return err("is empty: expected at least one value");
    const values = value.map((one) => operandOf(field, "eq", one));
    const bad = values.find((one) => !one.ok);
    if (bad !== undefined && !bad.ok) return err(`in the list: ${bad.error}`);
    return ok({ field, operator, value: values.flatMap((one) => (one.ok ? [one.value] : [])) });
  }
  const operand = operandOf(field, operator, value);
  if (operand.ok) return ok({ field, operator, value: operand.value });
  // The path names the operator, except for a bare value.
  return err(path.length === 0 ? `${operator}: ${operand.error}` : operand.error);
}

/** The value in the field's stored form. */
function operandOf(field: Field, operator: Operator, value: unknown): Result<Scalar> {
  if (value === null) return err("nothing compares with null; use exists");
  if (typeof value === "number" && !Number.isFinite(value)) return err("the number is too large");
  const textual = operator === "contains" || operator === "startsWith";
  if (field.kind === "column" && field.column === "createdAt") {
    if (textual) return err("createdAt is a time, not a text");
    return timeOf(value);
  }
  if (typeof value === "string") {
    const problem = textProblem(value);
    if (problem !== null) return err(`the text ${problem}`);
    if (value === "" && SELECTS_ALL_WHEN_EMPTY.has(operator)) return err("is empty, and would select everybody");
    return ok(field.kind === "column" && field.column === "address" ? addressOperand(value, textual) : value);
  }
  if (field.kind === "column" || textual) return err("expected a text");
  if (typeof value === "number") return ok(value);
  if (typeof value !== "boolean") return err("expected a text, a number, true or false");
  return operator === "eq" || operator === "ne"
    ? ok(value)
    : err("true and false have no order: expected a text or a number");
}

function addressOperand(value: string, partial: boolean): string {
  const address = partial ? err("a part") : checkAddress(value);
  return addressKey(address.ok ? address.value : value);
}

const ISO_TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;

function timeOf(value: unknown): Result<number> {
  const time = typeof value === "string" && ISO_TIME.test(value) ? Date.parse(value) : value;
  if (typeof time === "number" && Number.isSafeInteger(time)) return ok(time);
  return err("expected in ISO 8601 a date or a time with its zone (2026-05-01T08:00:00Z), or epoch milliseconds");
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function quoted(name: string): string {
  return JSON.stringify(name.length > 64 ? `${name.slice(0, 64)}…` : name);
}
