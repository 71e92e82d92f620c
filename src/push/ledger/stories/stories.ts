import type { FeedbackEvent } from "../../../feedback/event.ts";
import type { DeliveryRow, Ledger } from "../ledger.ts";
import { MOST, MOST_NOTES } from "./story.ts";

/** What is known of one delivery's story. */
interface Story {
  /** The ids of its entries. */
  readonly entries: Set<string>;
  readonly kinds: Set<string>;
}

/**
 * The stories of the deliveries that a group of events is about: read by one statement, and written by one. A statement
 * an event would take longer than all else.
 */
export class Stories {
  readonly #ledger: Ledger;
  readonly #stories = new Map<number, Story>();
  #added: (string | number | null)[][] = [];

  constructor(ledger: Ledger, deliveries: readonly number[]) {
    this.#ledger = ledger;
    const kept = ledger.sql.exec<{ delivery: number; event: string; kind: string }>(
      "SELECT delivery, event, kind FROM story WHERE delivery IN (SELECT value FROM json_each(?1))",
      JSON.stringify(deliveries),
    );
    for (const { delivery, event, kind } of kept) this.#add(delivery, event, kind);
  }

  /** Whether anything but its row tells of the delivery; `kind` null: of any kind. */
  has(delivery: number, kind: FeedbackEvent["kind"] | null = null): boolean {
    const story = this.#stories.get(delivery);
    return story !== undefined && (kind === null || story.kinds.has(kind));
  }

  /**
   * Keeps an event of a delivery, once `write` is called. False: it was kept before, or the story is full.
   *
   * @param matters the event changes a state or a count: it has a place in a full story too
   */
  keep({ id: delivery, erased }: DeliveryRow, event: FeedbackEvent, matters: boolean): boolean {
    const { kind, id, at, source } = event;
    // Ids come from outside: apart from those of states.
    const entry = `${source} ${id}`;
    const entries = this.#stories.get(delivery)?.entries;
    if (entries !== undefined && (entries.has(entry) || entries.size >= (matters ? MOST : MOST_NOTES))) return false;
    const status = "status" in event ? event.status : null;
    const words = "words" in event && erased === 0 ? event.words : null;
    this.#add(delivery, entry, kind);
    this.#added.push([delivery, entry, at, kind, source, status, kind === "bounced" ? event.class : null, words]);
    return true;
  }

  /** Call in the transaction that read them, before the rows leave their states. */
  write(): void {
    if (this.#added.length === 0) return;
    this.#ledger.sql.exec(
      `INSERT INTO story (delivery, event, at, kind, source, status, class, words)
       SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7
         FROM json_each(?1)`,
      JSON.stringify(this.#added),
    );
    this.#added = [];
  }

  #add(delivery: number, entry: string, kind: string): void {
    const story = this.#stories.get(delivery) ?? { entries: new Set(), kinds: new Set() };
    this.#stories.set(delivery, story);
    story.entries.add(entry);
    story.kinds.add(kind);
  }
}
