// Email Service's message ids of accepted mails: its events name nothing else of ours.

/** A bounce comes within days; a complaint may take weeks. */
const KEPT_MS = 30 * 86_400_000;

export interface SentMessage {
  readonly messageId: string;
  readonly recipient: number;
}

/**
 * Remembers which deliveries the service's message ids stand for, in one statement, and forgets as many old ones. May be
 * repeated.
 */
export async function rememberSent(
  db: D1Database,
  push: string,
  messages: readonly SentMessage[],
  now: number,
): Promise<void> {
  if (messages.length === 0) return;
  const rows = JSON.stringify(messages.map(({ messageId, recipient }) => [messageId, recipient]));
  await db.batch([
    db
      .prepare(
        `INSERT INTO sent_messages (message_id, push, recipient, sent_at)
         SELECT value ->> 0, ?2, value ->> 1, ?3 FROM json_each(?1) WHERE true
             ON CONFLICT (message_id) DO NOTHING`,
      )
      .bind(rows, push, now),
    db
      .prepare(
        `DELETE FROM sent_messages WHERE message_id IN
           (SELECT message_id FROM sent_messages WHERE sent_at < ?1 ORDER BY sent_at LIMIT ?2)`,
      )
      .bind(now - KEPT_MS, 2 * messages.length),
  ]);
}

/** The deliveries of message ids, as far as they are known. */
export async function findSent(
  db: D1Database,
  messageIds: readonly string[],
): Promise<ReadonlyMap<string, { readonly push: string; readonly recipient: number }>> {
  const { results } = await db
    .prepare(
      `SELECT message_id AS messageId, push, recipient FROM sent_messages
       WHERE message_id IN (SELECT value FROM json_each(?1))`,
    )
    .bind(JSON.stringify([...new Set(messageIds)]))
    .all<{ messageId: string; push: string; recipient: number }>();
  return new Map(results.map(({ messageId, push, recipient }) => [messageId, { push, recipient }]));
}
