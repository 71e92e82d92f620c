import type { DeliveryState } from "../../core/states.ts";
import type { FeedbackEvent } from "../../feedback/event.ts";
import { viewOf } from "../index/deliveries.ts";
import type { DeliveryStory, StoryEvent } from "../rpc.ts";
import type { DeliveryRow, Ledger } from "./ledger.ts";

// What happened to a delivery, beyond what its row still says. The row holds the present state; a state that it leaves
// is kept here. So a mail that is simply sent costs no row.

/** Entries of one delivery. Events that change something have the last places to themselves. */
const MOST = 50;
const MOST_NOTES = MOST - 4;

/** States that tell what the relay or a person did. A bounce and a complaint are kept as events instead. */
const TOLD: ReadonlySet<DeliveryState> = new Set(["deferred", "in_doubt", "sent", "failed", "skipped", "cancelled"]);

export function isTold(state: DeliveryState | undefined): boolean {
  return state !== undefined && TOLD.has(state);
}

/** Keeps the present states of these rows. Call before the rows leave them. */
export function keepStates(sql: SqlStorage, ids: readonly number[]): void {
  if (ids.length === 0) return;
  sql.exec(
    `INSERT INTO story (delivery, event, at, kind, class, words)
     SELECT id, state || ' ' || updated_at, updated_at, state, class, reply FROM delivery
     WHERE id IN (SELECT value FROM json_each(?1))
     AND (SELECT count(*) FROM story WHERE story.delivery = delivery.id) < ?2
     ON CONFLICT DO NOTHING`,
    JSON.stringify(ids),
    MOST_NOTES,
  );
}

/**
 * Keeps an event of a delivery. False: it was kept before, or the story is full.
 *
 * @param matters the event changes a state or a count: it has a place in a full story too
 */
export function keepEvent(
  ledger: Ledger,
  { id: delivery, erased }: DeliveryRow,
  event: FeedbackEvent,
  matters: boolean,
): boolean {
  const { kind, id, at, source } = event;
  const status = "status" in event ? event.status : null;
  const words = "words" in event ? event.words : null;
  const verdict = kind === "bounced" ? event.class : null;
  return (
    ledger.sql
      .exec(
        `INSERT INTO story (delivery, event, at, kind, source, status, class, words)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE (SELECT count(*) FROM story WHERE delivery = ?1) < ?9
         ON CONFLICT DO NOTHING RETURNING 1`,
        delivery,
        // Ids come from outside: apart from those of states.
        `${source} ${id}`,
        at,
        kind,
        source,
        status,
        verdict,
        erased === 1 ? null : words,
        matters ? MOST : MOST_NOTES,
      )
      .toArray().length > 0
  );
}

/** Whether anything but its row tells of the delivery; `kind` null: of any kind. */
export function hasStory(ledger: Ledger, delivery: number, kind: FeedbackEvent["kind"] | null = null): boolean {
  const query = "SELECT 1 FROM story WHERE delivery = ?1 AND (?2 IS NULL OR kind = ?2) LIMIT 1";
  return ledger.sql.exec(query, delivery, kind).toArray().length > 0;
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
