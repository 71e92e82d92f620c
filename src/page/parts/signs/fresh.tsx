import type { Loaded } from "../../app/data/load.ts";
import { now } from "../../app/time/clock.ts";
import { words } from "../../words/dictionary.ts";
import { near } from "./time.tsx";

/** Beyond this, what a view reads again and again is no longer what is so now. */
const STALE_MS = 15_000;

/** How old what is shown is, of a list that is read again and again: never silently stale. */
export function Fresh({ of: { at } }: { readonly of: Loaded<unknown> }) {
  const w = words().common;
  if (at === null) return null;
  const isStale = now.value - at > STALE_MS;
  const age = near(Math.min(at, now.value), now.value);
  return (
    <span class={`live ${isStale ? "away" : ""}`}>
      <i aria-hidden="true" />
      {isStale ? w.stale(age) : w.fresh(age)}
    </span>
  );
}
