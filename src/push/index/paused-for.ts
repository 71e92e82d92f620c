import type { PushSummary } from "../rpc.ts";

/** Paused pushes looked at. */
const LOOK_AT_MOST = 500;

/**
 * Paused pushes to which this relay had stopped, by their last summaries: newest first. Whether it is the reason of
 * their pause their objects know.
 */
export async function pausedFor(db: D1Database, relay: string): Promise<string[]> {
  const { results } = await db
    .prepare("SELECT id, summary FROM pushes WHERE status = 'paused' ORDER BY id DESC LIMIT ?1")
    .bind(LOOK_AT_MOST)
    .all<{ id: string; summary: string }>();
  return results
    .filter(({ summary }) => {
      const { relays } = JSON.parse(summary) as Partial<PushSummary>;
      return relays?.some(({ id, stopped }) => id === relay && stopped);
    })
    .map(({ id }) => id);
}
