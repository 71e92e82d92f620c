import * as z from "zod";

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;

/** The one shape of a list. A page may be short, even empty, while `hasMore` is true: a look is bounded. */
export interface List<View> {
  readonly data: readonly View[];
  readonly hasMore: boolean;
  /** The following page's `?after=`; null on the last page. */
  readonly next: string | null;
}

/**
 * A list in pages by key. `paging` is the part of its query: `?limit=` and the opaque `?after=`; `answer` is a page.
 * @param name tells the cursors of one list from those of another
 * @param start `after` of the first page
 * @example
 * const LIST = listOf("recipients", z.int(), 0);
 * const Query = z.strictObject({ area: z.string().optional(), ...LIST.paging });
 * return context.json(LIST.answer(views, lastId));
 */
export function listOf<Key extends string | number, Start extends Key | null>(
  name: string,
  key: z.ZodType<Key>,
  start: Start,
) {
  return {
    paging: {
      // The default is a key of ours, of which nobody needs to know.
      after: cursorSchema<Key | Start>(name, key)
        .default(start)
        .meta({ description: "The `next` of the page before.", default: undefined }),
      limit: wholeNumber(1, MAX_LIMIT)
        .default(DEFAULT_LIMIT)
        .meta({ description: `Rows of a page, ${DEFAULT_LIMIT} if not given.` }),
    },
    /** @param next the key to go on after, null on the last page */
    answer<View>(data: readonly View[], next: Key | null): List<View> {
      return { data, ...positionOf(name, next) };
    },
    /** The same of an answer that is no plain list, but goes on too. */
    position(next: Key | null): Omit<List<never>, "data"> {
      return positionOf(name, next);
    },
  };
}

/** A page from rows read with `limit + 1`: `next` is the key to go on after, null at the end. */
export function pageOf<Row, Key>(rows: readonly Row[], limit: number, keyOf: (row: Row) => Key) {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { page, next: rows.length > limit && last !== undefined ? keyOf(last) : null };
}

function positionOf(name: string, next: string | number | null): Omit<List<never>, "data"> {
  return { hasMore: next !== null, next: next === null ? null : cursorOf(name, next) };
}

function cursorOf(name: string, key: string | number): string {
  return Buffer.from(JSON.stringify([name, key])).toString("base64url");
}

function cursorSchema<Key>(name: string, key: z.ZodType<Key>): z.ZodType<Key, string> {
  return z.string().transform((cursor, context) => {
    const found = z.tuple([z.literal(name), key]).safeParse(parsed(cursor));
    if (found.success) return found.data[1];
    context.addIssue("is not the `next` of an earlier page of this list");
    return z.NEVER;
  });
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    return null;
  }
}

/** A whole number in a path or a query. */
function wholeNumber(min: number, max: number) {
  const number = z.int().min(min).max(max);
  return z.preprocess((text) => (/^-?\d{1,15}$/.test(String(text)) ? Number(text) : text), number);
}
