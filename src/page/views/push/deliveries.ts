import { api, ask, type Schemas } from "../../app/api.ts";
import type { DeliveryState } from "../../parts/state-bar.tsx";

export type Delivery = Schemas["Delivery"];

/** Which deliveries are shown. */
export interface Narrowing {
  readonly state: DeliveryState | null;
  readonly search: string | null;
  readonly class: string | null;
  readonly domain: string | null;
}

export interface Page {
  readonly rows: readonly Delivery[];
  readonly next: string | null;
}

const ROWS = 100;
/** Each looks at no more than 20,000 rows, and may find none. */
const MOST_CALLS = 25;

/** A page of a hundred, put together of as many answers as it takes. */
export async function readPage(
  id: string,
  narrowing: Narrowing,
  after: string | null,
  signal: AbortSignal,
): Promise<Page> {
  const rows: Delivery[] = [];
  let next = after;
  for (let calls = 0; calls < MOST_CALLS; calls++) {
    const query = Object.fromEntries(
      Object.entries({ ...narrowing, after: next, limit: ROWS - rows.length }).filter(([, value]) => value !== null),
    );
    const found = await ask(api.GET("/api/pushes/{id}/deliveries", { params: { path: { id }, query }, signal }));
    rows.push(...found.data);
    next = found.next;
    if (next === null || rows.length >= ROWS) break;
  }
  return { rows, next };
}

const RETRYABLE: ReadonlySet<DeliveryState> = new Set(["failed", "in_doubt", "skipped", "deferred"]);

/** Whether a person may have it tried again, or decide it. */
export function isRetryable({ state }: Delivery): boolean {
  return RETRYABLE.has(state);
}
