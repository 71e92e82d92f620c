/**
 * How long a group waits for send times at least while others share its batch: about as long as a batch takes without a
 * rate. What is not sent comes back when its time has come.
 */
const SHORTEST_MS = 100;
/** The next batch, and with it the slower pushes' next mails, waits no longer than this. */
const LONGEST_MS = 1_000;
/** A slower push is given its mails one by one: a batch has nothing to send while it waits for the next. */
const DENSE_GAP_MS = 250;
/** Paces within this factor are about the same … */
const ALIKE = 1.5;
/** … and their groups wait for each other no less than this. */
const SHORTEST_ALIKE_MS = 250;
/** More pushes than are sent at once. */
const MOST_PUSHES = 1_000;

/** A push's part of a batch. */
export interface Part {
  readonly mails: number;
  /** Time between two mails of the push, as its last claim said; 0: no rate, or not known yet. */
  readonly gapMs: number;
}

/**
 * How long the groups of one batch wait for send times, milliseconds: as long as the fastest of them has mails for, so
 * that a slow push holds up nobody; and among pushes of about that pace until the first of them has no more, since its
 * next mails wait behind the others'. Undefined: one alone waits as long as is useful.
 */
export function patienceFor(parts: readonly Part[]): number | undefined {
  if (parts.length < 2) return undefined;
  const gapMs = Math.min(...parts.map((part) => part.gapMs));
  if (gapMs > DENSE_GAP_MS) return SHORTEST_MS;
  const alike = parts.filter((part) => part.gapMs <= gapMs * ALIKE);
  const lastsMs = Math.min(...alike.map((part) => part.mails * part.gapMs));
  return Math.min(LONGEST_MS, Math.max(alike.length > 1 && gapMs > 0 ? SHORTEST_ALIKE_MS : SHORTEST_MS, lastsMs));
}

/** The pace of each push as this isolate saw it last. Only a guess: it costs time where it is wrong, never a mail. */
export class Paces {
  /** Least recently noted first. */
  readonly #gaps = new Map<string, number>();

  of(push: string): number {
    return this.#gaps.get(push) ?? 0;
  }

  note(push: string, gapMs: number): void {
    this.#gaps.delete(push);
    this.#gaps.set(push, gapMs);
    if (this.#gaps.size <= MOST_PUSHES) return;
    for (const oldest of this.#gaps.keys()) {
      this.#gaps.delete(oldest);
      return;
    }
  }
}

export const paces = new Paces();
