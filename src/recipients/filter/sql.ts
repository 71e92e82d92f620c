import type { Column, Condition, Filter, Operator, Scalar } from "./filter.ts";

/** A condition on the table `recipients` with numbered binds. */
export interface Compiled {
  readonly sql: string;
  readonly binds: readonly (string | number)[];
}

const COLUMN_SQL: Record<Column, string> = {
  area: "recipients.area",
  username: "recipients.username",
  address: "recipients.address_key",
  createdAt: "recipients.created_at",
};
const COMPARISON = { eq: "=", ne: "<>", gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

/**
 * The WHERE condition for a result of `parseFilter`. All values and attribute names are binds, numbered from
 * `firstBind`; no text of the filter becomes part of the SQL.
 */
export function compileFilter(filter: Filter, firstBind = 1): Compiled {
  const binds: (string | number)[] = [];
  const bind: Bind = (value) => {
    const known = binds.indexOf(value);
    return `?${firstBind + (known < 0 ? binds.push(value) - 1 : known)}`;
  };
  const parts = filter.map((condition) => `(${compileCondition(condition, bind)})`);
  return { sql: parts.length === 0 ? "1" : parts.join(" AND "), binds };
}

type Bind = (value: string | number) => string;

function compileCondition(condition: Condition, bind: Bind): string {
  const { field } = condition;
  return field.kind === "column" ? onColumn(field.column, condition, bind) : onAttribute(field.name, condition, bind);
}

function onColumn(column: Column, condition: Condition, bind: Bind): string {
  const sql = COLUMN_SQL[column];
  if (condition.operator === "exists") {
    if (column === "area" || column === "username") return `${sql} ${condition.value ? "<>" : "="} ''`;
    return condition.value ? "1" : "0";
  }
  if (condition.operator === "in") {
    const [only, ...more] = condition.value;
    if (only !== undefined && more.length === 0) return compare(sql, "eq", only, bind);
    return `${sql} IN (SELECT value FROM json_each(${bind(JSON.stringify(condition.value))}))`;
  }
  return compare(sql, condition.operator, condition.value, bind);
}

/** SQL expressions for one attribute of the row. `type` and `value` are NULL where the row has no such attribute. */
interface Attribute {
  /** The JSON type, as json_type names it. */
  readonly type: string;
  readonly value: string;
  /** Where it is in the row's attributes. */
  readonly path: string;
}

function onAttribute(name: string, condition: Condition, bind: Bind): string {
  const attribute = attributeNamed(name, bind);
  switch (condition.operator) {
    case "exists":
      return `coalesce(${attribute.type}, 'null') ${condition.value ? "<>" : "="} 'null'`;
    case "in":
      return itOrAnItem(attribute, (value) => anyOf(value, condition.value, bind));
    case "ne":
      return `(${itOrAnItem(attribute, (value) => typed(value, "eq", condition.value, bind))}) IS NOT TRUE`;
    default: {
      const { operator, value: operand } = condition;
      return itOrAnItem(attribute, (value) => typed(value, operator, operand, bind));
    }
  }
}

/** SQL for values of some JSON types; values of all others do not pass. */
type Tests = readonly { readonly types: readonly string[]; readonly sql: string }[];

/** Whether the attribute passes, or of a list one of its items. Reads the type once, which is most of the work. */
function itOrAnItem({ type, value, path }: Attribute, tests: (value: string) => Tests): string {
  const items = `json_each(recipients.attributes, ${path}) AS item`;
  const item = `EXISTS (SELECT 1 FROM ${items} WHERE ${byType("item.type", tests("item.value"))})`;
  return byType(type, [...tests(value), { types: ["array"], sql: item }]);
}

function byType(type: string, tests: Tests): string {
  const cases = tests.flatMap(({ types, sql }) => types.map((one) => `WHEN '${one}' THEN ${sql}`));
  return `CASE ${type} ${cases.join(" ")} END`;
}

/**
 * The attribute that `attributes.NAME` means in a template too (message/liquid/context.ts): the one with that whole
 * name, else one step down at each dot. Paths, not json_each: SQLite parses a row's JSON once for all of them.
 */
function attributeNamed(name: string, bind: Bind): Attribute {
  const json = "recipients.attributes";
  const whole = bind(pathOf([name]));
  if (!name.includes("."))
    return { type: `json_type(${json}, ${whole})`, value: `(${json} ->> ${whole})`, path: whole };
  const stepwise = bind(pathOf(name.split(".")));
  const path = `CASE WHEN json_type(${json}, ${whole}) IS NULL THEN ${stepwise} ELSE ${whole} END`;
  return {
    type: `coalesce(json_type(${json}, ${whole}), json_type(${json}, ${stepwise}))`,
    value: `(${json} ->> ${path})`,
    path,
  };
}

/** A JSON path through objects. Names are quoted as in JSON, with its escapes. */
function pathOf(names: readonly string[]): string {
  return `$${names.map((name) => `.${JSON.stringify(name)}`).join("")}`;
}

const NUMBERS = ["integer", "real"];

/** Compares within one type: in SQLite 1 equals true, and every text is greater than every number. */
function typed(sql: string, operator: Exclude<Operator, "in" | "exists" | "ne">, value: Scalar, bind: Bind): Tests {
  if (typeof value === "boolean") return [{ types: [`${value}`], sql: "1" }];
  if (typeof value === "number") {
    // JSON numbers on both sides: beyond 2^53 an integer and a double with the same digits differ.
    const test = `${COMPARISON[operator as keyof typeof COMPARISON]} json_extract(${bind(JSON.stringify(value))}, '$')`;
    const numbers = { types: NUMBERS, sql: `${sql} ${test}` };
    return operator === "eq" ? [numbers] : [numbers, { types: ["text"], sql: `${numberIn(sql)} ${test}` }];
  }
  if (operator !== "startsWith") return [{ types: ["text"], sql: compare(sql, operator, value, bind) }];
  const prefix = bind(value);
  return [{ types: ["text"], sql: `substr(${sql}, 1, length(${prefix})) = ${prefix}` }];
}

/** The number that a text is as JSON, as CSV gives it; NULL: it is none. */
function numberIn(text: string): string {
  // The first test leaves only numbers of what json_valid passes, and no spaces around them.
  return `CASE WHEN ${text} NOT GLOB '*[^-+.0-9eE]*' AND json_valid(${text}) THEN json_extract(${text}, '$') END`;
}

function anyOf(sql: string, values: readonly Scalar[], bind: Bind): Tests {
  const has = (kind: string) => values.some((one) => typeof one === kind);
  // An unused bind is an error.
  const list = has("string") || has("number") ? bind(JSON.stringify(values)) : "";
  const among = (types: readonly string[]) => {
    const names = types.map((type) => `'${type}'`).join(", ");
    return { types, sql: `${sql} IN (SELECT value FROM json_each(${list}) WHERE type IN (${names}))` };
  };
  return [
    ...(has("string") ? [among(["text"])] : []),
    ...(has("number") ? [among(NUMBERS)] : []),
    ...[true, false].filter((one) => values.includes(one)).map((one) => ({ types: [`${one}`], sql: "1" })),
  ];
}

function compare(sql: string, operator: Exclude<Operator, "in" | "exists">, value: Scalar, bind: Bind): string {
  const operand = value as string | number;
  switch (operator) {
    // Not LIKE, which has wildcards, folds only ASCII case, and on D1 allows patterns of at most 50 bytes.
    case "contains":
      return `instr(${sql}, ${bind(operand)}) > 0`;
    case "startsWith":
      return startsWith(sql, String(operand), bind);
    default:
      return `${sql} ${COMPARISON[operator]} ${bind(operand)}`;
  }
}

/** A range, so that an index applies. */
function startsWith(sql: string, prefix: string, bind: Bind): string {
  const end = afterPrefix(prefix);
  const from = `${sql} >= ${bind(prefix)}`;
  return end === null ? from : `${from} AND ${sql} < ${bind(end)}`;
}

const LAST_CODE_POINT = 0x10_ffff;

/** The least text greater than every text that begins with `prefix`, by code point; null if there is none. */
function afterPrefix(prefix: string): string | null {
  const points = Array.from(prefix, (character) => character.codePointAt(0) as number);
  while (points.at(-1) === LAST_CODE_POINT) points.pop();
  const last = points.pop();
  if (last === undefined) return null;
  // Skip the surrogates: U+E000 follows U+D7FF.
  const next = last === 0xd7ff ? 0xe000 : last + 1;
  return [...points, next].map((point) => String.fromCodePoint(point)).join("");
}
