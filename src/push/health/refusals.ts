import { effectOf, isVerdict } from "../../core/verdict.ts";
import type { Outcome } from "../rpc.ts";

/**
 * Refusals of us (sender, relaying, size) that came as the reply to one delivery. Some servers give them for single
 * recipients; then only these fail. Pure and JSON-serialisable.
 */
export interface Refusals {
  readonly class: string | null;
  /** Different deliveries refused so, in a row: since the last accepted mail. */
  readonly ids: readonly number[];
}

export const NO_REFUSALS: Refusals = { class: null, ids: [] };

/** This many different deliveries in a row are no coincidence on a list of which a few percent are refused so. */
export const REFUSALS_IN_A_ROW = 5;

/** True if the reply to this delivery would concern all others. A session's fault has no address. */
export function refusesUs({ kind, class: verdict, address }: Outcome): boolean {
  if (kind === "unauthorised") return address !== null;
  return kind === "failed" && isVerdict(verdict) && effectOf(verdict).push === "pause";
}

export function afterRefusal(before: Refusals, { id, class: verdict }: Outcome): Refusals {
  if (before.class !== verdict) return { class: verdict, ids: [id] };
  return before.ids.includes(id) ? before : { class: verdict, ids: [...before.ids, id] };
}

/**
 * True if the refusals concern the push.
 *
 * @param accepted mails accepted since the start, resume or last back-off
 */
export function concernAll({ ids }: Refusals, accepted: number): boolean {
  return ids.length >= (accepted === 0 ? 1 : REFUSALS_IN_A_ROW);
}
