import { blanked } from "../../core/blanked.ts";
import type { Ledger } from "./ledger.ts";

/**
 * Takes a person out of the ledger: address, replies, words, noted suppression, and what the push itself says of the
 * address. The row stays in its state, so that the tallies stay true.
 *
 * @param address the person's last one
 */
export function eraseDelivery(ledger: Ledger, id: number, address: string): void {
  const push = ledger.push();
  if (push === null) return;
  const row = ledger.rows([id])[0];
  // A page of the snapshot that was read before may still bring them.
  ledger.sql.exec("INSERT OR IGNORE INTO erased (id) VALUES (?1)", id);
  if (row !== undefined) {
    ledger.sql.exec("UPDATE delivery SET address = '', reply = NULL, erased = 1 WHERE id = ?1", id);
    ledger.sql.exec("UPDATE story SET words = NULL WHERE delivery = ?1", id);
    ledger.sql.exec("DELETE FROM suppress WHERE id = ?1", id);
  }
  const named = new Set([address, row?.address ?? ""].filter((one) => one !== ""));
  for (const one of named) {
    const { filter, health, reason, reason_detail: detail } = ledger.push() ?? push;
    const names = (text: string | null) => text?.toLowerCase().includes(one.toLowerCase()) === true;
    if (names(filter)) ledger.updatePush({ filter: blanked(filter, one) });
    if (names(health)) ledger.updatePush({ health: blanked(health, one) });
    if (names(detail)) ledger.updatePush({ reason_detail: blanked(detail ?? "", one) });
    if (names(reason)) ledger.updatePush({ reason: JSON.parse(blanked(JSON.stringify(reason), one)) });
  }
}
