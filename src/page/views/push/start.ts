import { wholeTime } from "../../app/time/format.ts";
import { ahead, isNear } from "../../parts/signs/time.tsx";
import type { Push } from "./live/use-push.ts";

/** Whether its people are known, or being copied: before, all its figures are none. */
export function isBegun({ startedAt, snapshotDone, total }: Push): boolean {
  return startedAt !== null || snapshotDone || total > 0;
}

/** When it starts: soon as a span, else with its zone. @param now epoch milliseconds */
export function startOf(sendAt: string, now: number): string {
  const at = Date.parse(sendAt);
  return isNear(at, now) || at < now ? ahead(at, now) : wholeTime(at);
}
