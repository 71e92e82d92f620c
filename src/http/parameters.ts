import * as z from "zod";

/** A whole number in a path or a query. */
export function wholeNumber(min: number, max: number = Number.MAX_SAFE_INTEGER) {
  const number = z.int().min(min).max(max);
  return z.preprocess((text) => (/^-?\d{1,15}$/.test(String(text)) ? Number(text) : text), number);
}

export const DEFAULT_LIMIT = 100;
export const MAX_LIMIT = 1_000;

/** Keyset paging: `?after=` (the last id of the previous page) and `?limit=`. */
export const paging = {
  after: wholeNumber(0).default(0),
  limit: wholeNumber(1, MAX_LIMIT).default(DEFAULT_LIMIT),
};

/** A page from rows read with `limit + 1`: `next` is the following page's `after`, null at the end. */
export function pageOf<Row extends { readonly id: Id }, Id>(rows: readonly Row[], limit: number) {
  const page = rows.slice(0, limit);
  return { page, next: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
}
