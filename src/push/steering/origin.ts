import type { TemplateVersion } from "../../drafts/templates.ts";
import type { Ledger } from "../ledger/ledger.ts";

/** The stored parts of which a push took a copy; null: it came with its own. */
export interface Origin {
  readonly template: TemplateVersion | null;
  /** A segment's id. */
  readonly segment: string | null;
}

/** Writes the origin, also over an earlier one. */
export function recordOrigin(ledger: Ledger, { template, segment }: Origin): void {
  ledger.sql.exec("DELETE FROM origin");
  if (template === null && segment === null) return;
  ledger.sql.exec(
    "INSERT INTO origin (template, version, segment) VALUES (?1, ?2, ?3)",
    template?.id ?? null,
    template?.version ?? null,
    segment,
  );
}

export function originOf(ledger: Ledger): Origin {
  const [row] = ledger.sql
    .exec<{ template: string | null; version: number | null; segment: string | null }>(
      "SELECT template, version, segment FROM origin",
    )
    .toArray();
  const { template = null, version = null, segment = null } = row ?? {};
  return { template: template === null || version === null ? null : { id: template, version }, segment };
}
