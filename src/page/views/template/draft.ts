import type { Schemas } from "../../app/data/api.ts";
import { stored } from "../../app/data/stored.ts";

export type Template = Schemas["Template"];

/** A template as it is edited: an empty text is none. */
export interface Draft {
  readonly name: string;
  readonly kind: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

const FIELDS = ["name", "kind", "subject", "html", "text"] as const;
export const EMPTY: Draft = { name: "", kind: "", subject: "", html: "", text: "" };

export function draftOf(template: Template | null): Draft {
  if (template === null) return EMPTY;
  const { name, kind, subject, html, text } = template;
  return { name: name ?? "", kind: kind ?? "", subject, html, text: text ?? "" };
}

export function isSame(one: Draft, other: Draft): boolean {
  return FIELDS.every((field) => one[field] === other[field]);
}

/** As the API takes it. */
export function bodyOf({ name, kind, subject, html, text }: Draft) {
  return {
    name: name.trim() === "" ? null : name.trim(),
    kind: kind.trim() === "" ? null : kind.trim(),
    subject,
    html,
    text: text.trim() === "" ? null : text,
  };
}

export interface KeptDraft {
  readonly draft: Draft;
  /** The version that it was made from; null: of a new template. */
  readonly base: number | null;
}

/** What was typed and not stored yet, kept by the browser under the template's id. */
export function keptDraft(id: string): { read(): KeptDraft | null; write(kept: KeptDraft | null): void } {
  const kept = stored(`template.${id}`);
  return {
    read() {
      const text = kept.read();
      if (text === null) return null;
      try {
        const found: unknown = JSON.parse(text);
        if (typeof found !== "object" || found === null) return null;
        const given = found as Record<string, unknown>;
        const fields = FIELDS.map((field) => [field, typeof given[field] === "string" ? given[field] : ""]);
        const draft: Draft = { ...EMPTY, ...Object.fromEntries(fields) };
        return { draft, base: typeof given.base === "number" ? given.base : null };
      } catch {
        return null;
      }
    },
    write: (made) => kept.write(made === null ? null : JSON.stringify({ ...made.draft, base: made.base })),
  };
}
