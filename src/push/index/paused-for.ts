import type { PushSummary } from "../rpc.ts";

/** Paused pushes looked at. */
const LOOK_AT_MOST = 500;

/** The pushes that were paused because this relay stopped, by their last summaries: newest first. */
export async function pausedFor(db: D1Database, relay: string): Promise<string[]> {
  const { results } = await db
    .prepare("SELECT id, summary FROM pushes WHERE status = 'paused' ORDER BY id DESC LIMIT ?1")
    .bind(LOOK_AT_MOST)
    .all<{ id: string; summary: string }>();
  return results
    .filter(({ summary }) => {
      const { reason, relays } = JSON.parse(summary) as Partial<PushSummary>;
      return relays?.some(({ id, stopped, error }) => id === relay && stopped && error !== null && error === reason);
    })
    .map(({ id }) => id);
}
