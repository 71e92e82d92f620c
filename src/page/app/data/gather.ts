/** A part of a list as the API answers it: it may be short, even empty, while more follow. */
interface Answer<Row> {
  readonly data: readonly Row[];
  readonly next: string | null;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** The cursor to go on after; null: this is the last page. */
  readonly next: string | null;
}

export const ROWS_A_PAGE = 100;
/** A search looks at a bounded number of rows in each call, and may find none. */
const MOST_CALLS = 25;

/** A page of a hundred, put together of as many answers as it takes. */
export async function gather<Row>(
  after: string | null,
  read: (after: string | null, limit: number) => Promise<Answer<Row>>,
): Promise<Page<Row>> {
  const rows: Row[] = [];
  let next = after;
  for (let calls = 0; calls < MOST_CALLS; calls++) {
    const found = await read(next, ROWS_A_PAGE - rows.length);
    rows.push(...found.data);
    next = found.next;
    if (next === null || rows.length >= ROWS_A_PAGE) break;
  }
  return { rows, next };
}
