import { blanked } from "../core/blanked.ts";

// Stored filters in D1.

/** A filter with a name. Times in epoch milliseconds. */
export interface Segment {
  readonly id: string;
  readonly name: string;
  /** As it was given. */
  readonly filter: unknown;
  readonly createdAt: number;
  readonly updatedAt: number;
}

type Row = Omit<Segment, "filter"> & { readonly filter: string };

const COLUMNS = "id, name, filter, created_at AS createdAt, updated_at AS updatedAt";

/** Stores a segment; one with this id stays as it is. */
export async function addSegment(
  db: D1Database,
  { id, name, filter, createdAt }: Omit<Segment, "updatedAt">,
): Promise<void> {
  await db
    .prepare(
      `INSERT INTO segments (id, name, filter, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4)
       ON CONFLICT (id) DO NOTHING`,
    )
    .bind(id, name, JSON.stringify(filter), createdAt)
    .run();
}

export async function findSegment(db: D1Database, id: string): Promise<Segment | null> {
  const row = await db.prepare(`SELECT ${COLUMNS} FROM segments WHERE id = ?1`).bind(id).first<Row>();
  return row === null ? null : segmentOf(row);
}

/** Oldest first, after the id `after`. */
export async function listSegments(db: D1Database, after: string, limit: number): Promise<Segment[]> {
  const { results } = await db
    .prepare(`SELECT ${COLUMNS} FROM segments WHERE id > ?1 ORDER BY id LIMIT ?2`)
    .bind(after, limit)
    .all<Row>();
  return results.map(segmentOf);
}

/** Sets the given fields only; null: there is no such segment. */
export async function changeSegment(
  db: D1Database,
  id: string,
  change: { readonly name: string | undefined; readonly filter: unknown },
  now: number,
): Promise<Segment | null> {
  const row = await db
    .prepare(
      `UPDATE segments SET name = coalesce(?2, name), filter = coalesce(?3, filter), updated_at = ?4
        WHERE id = ?1 RETURNING ${COLUMNS}`,
    )
    .bind(id, change.name ?? null, change.filter === undefined ? null : JSON.stringify(change.filter), now)
    .first<Row>();
  return row === null ? null : segmentOf(row);
}

/** Whether there was one. Pushes keep the filter that they took. */
export async function removeSegment(db: D1Database, id: string): Promise<boolean> {
  return (await db.prepare("DELETE FROM segments WHERE id = ?1").bind(id).run()).meta.changes > 0;
}

/** Takes an address out of the filters that name it, as out of those of pushes. May be repeated. */
export async function eraseFromSegments(db: D1Database, address: string): Promise<void> {
  const { results } = await db
    .prepare("SELECT id, filter FROM segments WHERE instr(lower(filter), lower(?1))")
    .bind(address)
    .all<{ id: string; filter: string }>();
  const changes = results.map(({ id, filter }) => {
    // One that was changed meanwhile: the second look finds it.
    return db
      .prepare("UPDATE segments SET filter = ?2 WHERE id = ?1 AND filter = ?3")
      .bind(id, blanked(filter, address), filter);
  });
  if (changes.length > 0) await db.batch(changes);
}

function segmentOf(row: Row): Segment {
  return { ...row, filter: JSON.parse(row.filter) };
}
