import type { DeliveryState } from "../../../core/states.ts";
import { viewOf } from "../../index/deliveries.ts";
import type { DeliveryStory, StoryEvent } from "../../rpc.ts";
import type { Ledger } from "../ledger.ts";

// What happened to a delivery, beyond what its row still says. The row holds the present state; a state that it leaves
// is kept here. So a mail that is simply sent costs no row.

/** Entries of one delivery. Events that change something have the last places to themselves. */
export const MOST = 50;
export const MOST_NOTES = MOST - 4;

/** States that tell what the relay or a person did. A bounce and a complaint are kept as events instead. */
const TOLD: ReadonlySet<DeliveryState> = new Set(["deferred", "in_doubt", "sent", "failed", "skipped", "cancelled"]);

export function isTold(state: DeliveryState | undefined): boolean {
  return state !== undefined && TOLD.has(state);
}

/** Keeps the present states of these rows; a doubt also in a story that is full of notes: its person may have the mail. Call before the rows leave them. */
export function keepStates(sql: SqlStorage, ids: readonly number[]): void {
  if (ids.length === 0) return;
  sql.exec(
    `INSERT INTO story (delivery, event, at, kind, class, words)
     SELECT id, state || ' ' || updated_at, updated_at, state, class, reply FROM delivery
     WHERE id IN (SELECT value FROM json_each(?1))
     AND (SELECT count(*) FROM story WHERE story.delivery = delivery.id) < CASE state WHEN 'in_doubt' THEN ?3 ELSE ?2 END
     ON CONFLICT DO NOTHING`,
    JSON.stringify(ids),
    MOST_NOTES,
    MOST,
  );
}

/** A delivery and what happened to it, oldest first; null: the ledger has no such delivery. */
export function storyOf(ledger: Ledger, id: number): DeliveryStory | null {
  const row = ledger.push() === null ? undefined : ledger.rows([id])[0];
  if (row === undefined) return null;
  const kept = ledger.sql
    .exec<{ [field in keyof StoryEvent]: SqlStorageValue }>(
      "SELECT at, kind AS event, source, status, class, words FROM story WHERE delivery = ?1",
      id,
    )
    .toArray() as unknown as StoryEvent[];
  const claimedAt = ledger.sql
    .exec<{ at: number | null }>("SELECT at FROM claim WHERE n = ?1", row.claim)
    .toArray()[0]?.at;
  const of = (at: number, event: StoryEvent["event"]): StoryEvent => ({
    at,
    event,
    source: null,
    status: null,
    class: null,
    words: null,
  });
  const claimed = claimedAt == null ? [] : [of(claimedAt, "claimed")];
  const present = [
    ...(isTold(row.state) ? [{ ...of(row.updated_at, row.state), class: row.class, words: row.reply }] : []),
  ];
  return { delivery: viewOf(row), events: [...claimed, ...kept, ...present].toSorted((a, b) => a.at - b.at) };
}
