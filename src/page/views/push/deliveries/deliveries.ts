import { api, ask, type Schemas } from "../../../app/data/api.ts";
import { gather, type Page } from "../../../app/data/gather.ts";
import type { DeliveryState } from "../../../parts/figures/state-bar.tsx";

export type Delivery = Schemas["Delivery"];

/** Which deliveries are shown. */
export interface Narrowing {
  readonly state: DeliveryState | null;
  readonly search: string | null;
  readonly class: string | null;
  readonly domain: string | null;
}

/** A page of a push's deliveries. */
export function readPage(
  id: string,
  narrowing: Narrowing,
  after: string | null,
  signal: AbortSignal,
): Promise<Page<Delivery>> {
  return gather(after, (cursor, limit) => {
    const query = Object.fromEntries(
      Object.entries({ ...narrowing, after: cursor, limit }).filter(([, value]) => value !== null),
    );
    return ask(api.GET("/api/pushes/{id}/deliveries", { params: { path: { id }, query }, signal }));
  });
}

const RETRYABLE: ReadonlySet<DeliveryState> = new Set(["failed", "in_doubt", "skipped", "deferred"]);

/** Whether a person may have it tried again, or decide it. */
export function isRetryable({ state }: Delivery): boolean {
  return RETRYABLE.has(state);
}
