import type { Column } from "./filter/filter.ts";

// What a filter can be built from: the fields that recipients have, and their values.

const MAX_LOOKED_AT = 10_000;
/** Of more recipients than that, the first ones of each of so many equal parts of all ids. */
const PARTS = 10;
const MAX_FIELDS = 100;
const MAX_VALUES = 50;
/** A longer one is nothing to choose from a list. */
const MAX_VALUE_CHARACTERS = 100;
/** A list with more items, or longer ones, holds no tags; its items are not read. */
const MAX_ITEMS = 50;
const MAX_LIST_CHARACTERS = 2_000;

export const FIELD_KINDS = ["text", "number", "boolean", "time", "list", "object"] as const;
export type FieldKind = (typeof FIELD_KINDS)[number];

/** A field of a filter, as those looked at have it. */
export interface KnownField {
  /** As in a filter: `area`, `attributes.plan`. */
  readonly field: string;
  /** More than one where recipients have values of several types. */
  readonly kinds: readonly FieldKind[];
  /** How many of those looked at have a value. */
  readonly have: number;
  /** How many values they have; those that are not listed for what they are count once for each kind. Of a column without a list: as many as have one. */
  readonly distinct: number;
  /** The most frequent ones, of lists their items. None of names, addresses and times, which differ with each person, nor of objects, long texts and long lists. */
  readonly values: readonly { readonly value: string | number | boolean; readonly count: number }[];
}

export interface KnownFields {
  readonly lookedAt: number;
  /** False: all recipients were looked at. */
  readonly isSample: boolean;
  /** Columns first, then attributes by how many have them. */
  readonly fields: readonly KnownField[];
}

interface Row {
  readonly field: string;
  readonly kind: FieldKind;
  readonly value: string | number | null;
  readonly count: number;
  readonly have: number;
  readonly distinctValues: number;
}

/** The fields of at most 10,000 recipients: 100 at most, with 50 values each. */
export async function knownFields(db: D1Database): Promise<KnownFields> {
  const extent = await db
    .prepare("SELECT count(*) AS rows, min(id) AS first, max(id) AS last FROM recipients")
    .first<{ rows: number; first: number | null; last: number | null }>();
  const { rows = 0, first = null, last = null } = extent ?? {};
  const isSample = rows > MAX_LOOKED_AT;
  const ranges = first === null || last === null ? "[]" : await rangesOf(db, first - 1, last, isSample ? PARTS : 1);
  const [looked, areas, attributes] = await db.batch<Row & { looked: number; named: number }>([
    db.prepare(`SELECT count(*) AS looked, total(username <> '') AS named FROM ${LOOKED_AT}`).bind(ranges),
    db
      .prepare(
        ranked(
          `SELECT 'area' AS field, 'text' AS kind, area AS value, 1 AS has, 1 AS isOne FROM ${LOOKED_AT} WHERE area <> ''`,
        ),
      )
      .bind(ranges, MAX_VALUE_CHARACTERS),
    db.prepare(ranked(ATTRIBUTES)).bind(ranges, MAX_VALUE_CHARACTERS),
  ]);
  const { looked: lookedAt = 0, named = 0 } = looked?.results[0] ?? {};
  const [area = unlisted("area", "text", 0)] = fieldsOf(areas?.results ?? []);
  const found = fieldsOf(attributes?.results ?? []);
  const fields = [
    area,
    unlisted("username", "text", named),
    unlisted("address", "text", lookedAt),
    unlisted("createdAt", "time", lookedAt),
    ...found.slice(0, MAX_FIELDS),
  ];
  return { lookedAt, isSample, fields };
}

/** The first recipients of each of equal parts of the ids, as JSON of [after, last] pairs. */
async function rangesOf(db: D1Database, after: number, last: number, parts: number): Promise<string> {
  const width = (last - after) / parts;
  const at = (part: number) => after + Math.round(part * width);
  const all = Array.from({ length: parts }, (_, part) => [at(part), at(part + 1)]);
  const { results } = await db
    .prepare(
      `SELECT part.value ->> 0 AS after,
              (SELECT max(id) FROM (SELECT id FROM recipients NOT INDEXED
               WHERE id > part.value ->> 0 AND id <= part.value ->> 1 ORDER BY id LIMIT ?2)) AS last
       FROM json_each(?1) AS part`,
    )
    .bind(JSON.stringify(all), MAX_LOOKED_AT / parts)
    .all<{ after: number; last: number | null }>();
  return JSON.stringify(results.flatMap((one) => (one.last === null ? [] : [[one.after, one.last]])));
}

/** Binds ?1: the ranges. */
const LOOKED_AT = `json_each(?1) AS range CROSS JOIN recipients NOT INDEXED
                   ON recipients.id > range.value ->> 0 AND recipients.id <= range.value ->> 1`;

const IS_LONG = `(json_array_length(cell.value) > ${MAX_ITEMS} OR length(cell.value) > ${MAX_LIST_CHARACTERS})`;

/** Columns as `ranked` takes them: one row for each person's attribute, and one for each item of a list. */
const ATTRIBUTES = `
  SELECT 'attributes.' || cell.key AS field,
         CASE cell.type WHEN 'integer' THEN 'number' WHEN 'real' THEN 'number' WHEN 'true' THEN 'boolean'
                        WHEN 'false' THEN 'boolean' WHEN 'array' THEN 'list' ELSE cell.type END AS kind,
         cell.atom AS value, 1 AS has, CASE cell.type WHEN 'array' THEN ${IS_LONG} ELSE 1 END AS isOne
  FROM ${LOOKED_AT} CROSS JOIN json_each(recipients.attributes) AS cell WHERE cell.type <> 'null'
  UNION ALL
  SELECT 'attributes.' || cell.key, 'list',
         CASE WHEN item.type IN ('text', 'integer', 'real') THEN item.atom END, 0, 1
  FROM ${LOOKED_AT} CROSS JOIN json_each(recipients.attributes) AS cell
       CROSS JOIN json_each(CASE WHEN cell.type = 'array' AND NOT ${IS_LONG} THEN cell.value ELSE '[]' END) AS item
  WHERE cell.type = 'array' AND item.type <> 'null'
    -- A person who has it twice counts once.
    AND NOT EXISTS (SELECT 1 FROM json_each(cell.value) AS other
                    WHERE other.key < item.key AND other.type = item.type AND other.atom = item.atom)`;

/**
 * The most frequent fields, each with its most frequent values. Binds ?2: the longest value.
 * @param cells columns field, kind, value, has (1: a person has the field) and isOne (1: it counts as a value, listed or not)
 */
function ranked(cells: string): string {
  return `WITH counted AS (
            SELECT field, kind, CASE WHEN length(value) <= ?2 THEN value END AS value, count(*) AS count,
                   sum(has) AS has, max(isOne) AS isOne
            FROM (${cells}) GROUP BY 1, 2, 3),
          ranked AS (
            SELECT *, row_number() OVER (PARTITION BY field ORDER BY value IS NULL, count DESC, value) AS place,
                   sum(has) OVER (PARTITION BY field) AS have, sum(isOne) OVER (PARTITION BY field) AS distinctValues
            FROM counted)
          SELECT field, kind, value, count, have, distinctValues FROM ranked
          WHERE place <= ${MAX_VALUES} OR value IS NULL ORDER BY have DESC, field, place LIMIT ${MAX_ROWS}`;
}

/** As many as the fields that are shown may have: where each person has attributes of their own, there are millions. */
const MAX_ROWS = MAX_FIELDS * (MAX_VALUES + FIELD_KINDS.length);

function fieldsOf(rows: readonly Row[]): KnownField[] {
  return [...Map.groupBy(rows, ({ field }) => field)].map(([field, some]) => ({
    field,
    kinds: [...new Set(some.map(({ kind }) => kind))],
    have: some[0]?.have ?? 0,
    distinct: some[0]?.distinctValues ?? 0,
    values: some.flatMap(({ kind, value, count }) => {
      return value === null ? [] : [{ value: kind === "boolean" ? value === 1 : value, count }];
    }),
  }));
}

/** A column whose values differ with each person, or that nobody has. */
function unlisted(field: Column, kind: FieldKind, have: number): KnownField {
  return { field, kinds: [kind], have, distinct: have, values: [] };
}
