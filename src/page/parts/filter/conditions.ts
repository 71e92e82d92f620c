// A filter of the API as a list of conditions, as a person builds it.

export type Scalar = string | number | boolean;

export const OPERATORS = ["eq", "ne", "in", "gt", "gte", "lt", "lte", "contains", "startsWith", "exists"] as const;
export type Operator = (typeof OPERATORS)[number];

export interface Condition {
  /** As in a filter: `area`, `attributes.plan`. */
  readonly field: string;
  readonly operator: Operator;
  /** Of `in` a list, of `exists` true or false; undefined: not chosen yet. */
  readonly value: Scalar | readonly Scalar[] | undefined;
}

/** The conditions of a filter; none: everybody. */
export function conditionsOf(filter: unknown): Condition[] {
  if (typeof filter !== "object" || filter === null) return [];
  return Object.entries(filter).flatMap(([field, given]): Condition[] => {
    if (Array.isArray(given)) return [{ field, operator: "in", value: given }];
    if (typeof given !== "object" || given === null) return [{ field, operator: "eq", value: given }];
    return Object.entries(given).map(([operator, value]) => ({
      field,
      operator: operator as Operator,
      value: value as Scalar,
    }));
  });
}

/** The filter of these conditions. Null: one is not finished or stands twice, and a filter without it would select more people. */
export function filterOf(conditions: readonly Condition[]): Record<string, unknown> | null {
  if (conditions.some((one, at) => !isComplete(one) || isRepeated(conditions, at))) return null;
  const byField = Map.groupBy(conditions, ({ field }) => field);
  return Object.fromEntries([...byField].map(([field, some]) => [field, testsOf(some)]));
}

function testsOf(some: readonly Condition[]): unknown {
  const [only, ...more] = some;
  if (only !== undefined && more.length === 0 && (only.operator === "eq" || only.operator === "in")) return only.value;
  return Object.fromEntries(some.map(({ operator, value }) => [operator, value]));
}

export function isComplete({ value }: Condition): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined;
}

/** Whether one before it tests the same field in the same way: a filter has room for one of them. */
export function isRepeated(conditions: readonly Condition[], at: number): boolean {
  const mine = conditions[at];
  return conditions.slice(0, at).some(({ field, operator }) => field === mine?.field && operator === mine?.operator);
}

const ORDERED: readonly Operator[] = ["gt", "gte", "lt", "lte"];
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/**
 * A typed text as the value that the field's people have: a number where the field holds numbers, and where an order
 * is asked for, since a file's texts that are numbers compare with numbers only.
 */
export function typedValue(text: string, operator: Operator, kinds: readonly string[]): Scalar | undefined {
  if (text === "") return undefined;
  if (operator === "contains" || operator === "startsWith") return text;
  const wantsNumber = ORDERED.includes(operator) || (kinds.length > 0 && kinds.every((kind) => kind === "number"));
  if (wantsNumber && NUMBER.test(text)) return Number(text);
  if (kinds.length > 0 && kinds.every((kind) => kind === "boolean") && /^(?:true|false)$/.test(text)) {
    return text === "true";
  }
  return text;
}

/** A comparison is one with the items of a list. */
export function isList(kinds: readonly string[]): boolean {
  return kinds.includes("list") && kinds.every((kind) => kind === "list" || kind === "object");
}

/** The kinds that a value is compared with: of a list those of its items. */
export function comparedKinds(
  kinds: readonly string[],
  values: readonly { readonly value: Scalar }[],
): readonly string[] {
  if (!isList(kinds)) return kinds;
  return [...new Set(values.map(({ value }) => (typeof value === "string" ? "text" : typeof value)))];
}

/** The operators that make sense of a field; `kinds` empty: nothing is known of it. */
export function operatorsFor(field: string, kinds: readonly string[]): readonly Operator[] {
  if (field === "createdAt") return ["gte", "lt"];
  if (field === "address") return ["contains", "startsWith", "eq", "in"];
  if (field === "username") return ["contains", "startsWith", "eq", "ne", "in", "exists"];
  if (kinds.length > 0 && kinds.every((kind) => kind === "boolean")) return ["eq", "ne", "exists"];
  if (kinds.length > 0 && kinds.every((kind) => kind === "object")) return ["exists"];
  if (isList(kinds)) return ["eq", "ne", "in", "exists"];
  const texts: readonly Operator[] = kinds.every((kind) => kind === "number") ? [] : ["contains", "startsWith"];
  const order: readonly Operator[] = field === "area" ? [] : ORDERED;
  return ["eq", "ne", "in", ...texts, ...order, "exists"];
}
