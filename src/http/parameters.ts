import { z } from "zod";

/** A whole number in a path or a query. */
export function wholeNumber(least: number, most: number = Number.MAX_SAFE_INTEGER) {
  const number = z.int().min(least).max(most);
  return z.preprocess((text) => (/^-?\d{1,15}$/.test(String(text)) ? Number(text) : text), number);
}

export const DEFAULT_LIMIT = 100;
export const MAX_LIMIT = 1_000;

/** How a list is paged by key: `?after=` the last id of the page before, `?limit=`. */
export const paging = {
  after: wholeNumber(0).default(0),
  limit: wholeNumber(1, MAX_LIMIT).default(DEFAULT_LIMIT),
};

/** A page of what was read with one row more than asked for: `next` is what to ask `after`, null at the end. */
export function pageOf<Row extends { readonly id: Id }, Id>(rows: readonly Row[], limit: number) {
  const page = rows.slice(0, limit);
  return { page, next: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
}
