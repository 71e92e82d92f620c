import type { Health } from "../health/health.ts";
import type { PushRow } from "../ledger/ledger.ts";
import type { RelayChoice } from "./choose.ts";

/** What a push's row says of its relays. */
export function choiceOf(push: PushRow, health: Health): RelayChoice {
  return {
    among: push.relays === null ? null : (JSON.parse(push.relays) as string[]),
    lost: health.lost,
    uses: health.relays,
  };
}
