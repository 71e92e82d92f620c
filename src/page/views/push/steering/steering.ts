import { api, ask, idempotencyKey, type Schemas } from "../../../app/data/api.ts";
import type { Push } from "../live/use-push.ts";

export type Command = "pause" | "resume" | "cancel";

/** Steers a push; the answer is the push as it is then. Throws Refusal. */
export function steer(id: string, command: Command): Promise<Push> {
  const path = `/api/pushes/{id}/${command}` as const;
  return ask(api.POST(path, { params: { path: { id }, header: idempotencyKey() } }));
}

/** Mails per second; null: no limit of the push's own. Throws Refusal. */
export function changeRate(id: string, rate: number | null): Promise<Push> {
  const params = { path: { id }, header: idempotencyKey() };
  return ask(api.POST("/api/pushes/{id}/rate", { params, body: { rate } }));
}

/** Lets a held push go, as the approver saw it: a 409 if it has changed since. Throws Refusal. */
export function approve({ id, contentVersion }: Pick<Push, "id" | "contentVersion">): Promise<Schemas["ApprovedPush"]> {
  const params = { path: { id }, header: idempotencyKey() };
  return ask(api.POST("/api/pushes/{id}/approve", { params, body: { contentVersion } }));
}

export interface Selection {
  readonly state?: readonly ("failed" | "in_doubt" | "skipped" | "deferred")[];
  readonly class?: string;
  readonly ids?: readonly number[];
}

/** Has deliveries tried again; how many. */
export async function retry(id: string, { state, class: reason, ids }: Selection): Promise<number> {
  const body = {
    ...(state === undefined ? {} : { state: [...state] }),
    ...(reason === undefined ? {} : { class: reason }),
    ...(ids === undefined ? {} : { ids: [...ids] }),
  };
  const params = { path: { id }, header: idempotencyKey() };
  return (await ask(api.POST("/api/pushes/{id}/retry", { params, body }))).retried;
}

/** Says what became of deliveries in doubt; of how many. */
export async function resolve(id: string, ids: readonly number[], as: "sent" | "failed"): Promise<number> {
  const params = { path: { id }, header: idempotencyKey() };
  return (await ask(api.POST("/api/pushes/{id}/resolve", { params, body: { ids: [...ids], as } }))).resolved;
}
