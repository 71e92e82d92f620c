import { useRef } from "preact/hooks";
import { now } from "../../app/clock.ts";
import { doneOf, type Sample, withSample } from "./pace.ts";
import type { Retry } from "./pace-card.tsx";
import type { Push } from "./use-push.ts";

export interface Pace {
  readonly samples: readonly Sample[];
  readonly retries: readonly Retry[];
}

/** How fast the push went: since its start on average, and from now on as it is seen. */
export function usePace(push: Push): Pace {
  const kept = useRef<{ readonly id: string; samples: readonly Sample[] }>({ id: push.id, samples: startOf(push) });
  if (kept.current.id !== push.id) kept.current = { id: push.id, samples: startOf(push) };
  const isMoving = push.status === "running";
  const at = isMoving ? now.value : Date.parse(push.finishedAt ?? push.createdAt);
  const sample = { at, done: doneOf(push.tallies), limit: isMoving ? push.currentRate : null };
  kept.current.samples = withSample(kept.current.samples, sample);
  return { samples: kept.current.samples, retries: [] };
}

function startOf(push: Push): readonly Sample[] {
  return push.startedAt === null ? [] : [{ at: Date.parse(push.startedAt), done: 0, limit: push.rate }];
}
