import type { TemplateSources } from "../message/template/template.ts";

// Stored templates in D1. Each change is a row of its own; rows never change.

/** A version of a stored template, without what a mail shows. */
export interface TemplateSummary {
  readonly id: string;
  /** From 1. */
  readonly version: number;
  readonly name: string | null;
  /** A word of the user's own: "newsletter". */
  readonly kind: string | null;
  readonly subject: string;
  /** When this version was made, epoch milliseconds, and the name of the token that made it. */
  readonly createdAt: number;
  readonly createdBy: string;
}

/** A version of a stored template. */
export type StoredTemplate = TemplateSummary & TemplateSources;

/** What a person sets in a version. */
export type TemplateFields = Pick<StoredTemplate, "name" | "kind" | "subject" | "html" | "text">;

/** Names a version, as a push does. */
export interface TemplateVersion {
  readonly id: string;
  readonly version: number;
}

const SUMMARY = "id, version, name, kind, subject, created_at AS createdAt, created_by AS createdBy";

/** Stores a version unless it is there, as after a lost answer or when somebody else was faster: then false. */
export async function addTemplateVersion(db: D1Database, template: StoredTemplate): Promise<boolean> {
  const { id, version, name, kind, subject, html, text, createdAt, createdBy } = template;
  // A version that follows none would bring a deleted template back.
  const { meta } = await db
    .prepare(
      `INSERT INTO templates (id, version, name, kind, subject, html, text, created_at, created_by)
       SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
        WHERE ?2 = 1 OR EXISTS (SELECT 1 FROM templates WHERE id = ?1 AND version = ?2 - 1)
           ON CONFLICT (id, version) DO NOTHING`,
    )
    .bind(id, version, name, kind, subject, html, text, createdAt, createdBy)
    .run();
  return meta.changes > 0;
}

/** A version; `version` null: the newest. Null: there is none. */
export async function findTemplate(db: D1Database, id: string, version: number | null): Promise<StoredTemplate | null> {
  return await db
    .prepare(
      `SELECT ${SUMMARY}, html, text FROM templates WHERE id = ?1 AND (?2 IS NULL OR version = ?2)
        ORDER BY version DESC LIMIT 1`,
    )
    .bind(id, version)
    .first<StoredTemplate>();
}

/** The newest version of each template, oldest template first, after the id `after`; null `kind`: of any. */
export async function listTemplates(
  db: D1Database,
  { after, limit, kind }: { readonly after: string; readonly limit: number; readonly kind: string | null },
): Promise<TemplateSummary[]> {
  const { results } = await db
    .prepare(
      `SELECT ${SUMMARY} FROM templates
        WHERE id > ?1 AND (?3 IS NULL OR kind = ?3) AND (id, version) IN (
              SELECT id, max(version) FROM templates WHERE id > ?1 GROUP BY id)
        ORDER BY id LIMIT ?2`,
    )
    .bind(after, limit, kind)
    .all<TemplateSummary>();
  return results;
}

/** The versions of one template, newest first, before the version `before`; null: from the newest on. */
export async function listTemplateVersions(
  db: D1Database,
  id: string,
  before: number | null,
  limit: number,
): Promise<TemplateSummary[]> {
  const { results } = await db
    .prepare(
      `SELECT ${SUMMARY} FROM templates WHERE id = ?1 AND (?2 IS NULL OR version < ?2) ORDER BY version DESC LIMIT ?3`,
    )
    .bind(id, before, limit)
    .all<TemplateSummary>();
  return results;
}

/** Deletes a template with all versions; pushes keep what they took. Whether there was one. */
export async function removeTemplate(db: D1Database, id: string): Promise<boolean> {
  return (await db.prepare("DELETE FROM templates WHERE id = ?1").bind(id).run()).meta.changes > 0;
}

/** Outcome of a change: the version that is the newest now, or why there is none. */
export type ChangedTemplate =
  | { readonly kind: "changed"; readonly template: StoredTemplate }
  | { readonly kind: "unknown" }
  /** The newest is another than the change was made to. */
  | { readonly kind: "outdated"; readonly newest: number }
  | { readonly kind: "too-large" };

/** A row of D1 has at most 2,000,000 bytes; the rest is for the other columns. */
export const MAX_TEMPLATE_BYTES = 1_900_000;

/**
 * Makes a version with these fields changed; without a difference there is no new one, so that a repeat makes none.
 *
 * @param basedOn the version that the change was made to; null: the newest, whichever it is
 */
export async function changeTemplate(
  db: D1Database,
  id: string,
  change: Partial<TemplateFields>,
  basedOn: number | null,
  made: Pick<StoredTemplate, "createdAt" | "createdBy">,
): Promise<ChangedTemplate> {
  for (;;) {
    const newest = await findTemplate(db, id, null);
    if (newest === null) return { kind: "unknown" };
    const isSame = Object.entries(change).every(([name, value]) => newest[name as keyof TemplateFields] === value);
    if (isSame) return { kind: "changed", template: newest };
    if (basedOn !== null && basedOn !== newest.version) return { kind: "outdated", newest: newest.version };
    const template = { ...newest, ...change, ...made, version: newest.version + 1 };
    if (bytesOf(template) > MAX_TEMPLATE_BYTES) return { kind: "too-large" };
    if (await addTemplateVersion(db, template)) return { kind: "changed", template };
    // Somebody else made that version, or deleted the template.
  }
}

/** The size of what a mail shows, in bytes of UTF-8. */
export function bytesOf({ subject, html, text }: TemplateSources): number {
  return Buffer.byteLength(subject) + Buffer.byteLength(html) + Buffer.byteLength(text ?? "");
}
