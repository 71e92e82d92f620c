import { useEffect, useRef } from "preact/hooks";
import { api, ask } from "../../../app/data/api.ts";
import { useLoaded } from "../../../app/data/load.ts";
import { now } from "../../../app/time/clock.ts";
import { doneOf, type Sample, untilLastMail, withSample } from "./pace.ts";
import type { Retry } from "./pace-card.tsx";
import type { Push } from "./use-push.ts";

/** The ledger notes a sample every three seconds; in between the page counts by itself. */
const READ_EVERY_MS = 10_000;

export interface Pace {
  readonly samples: readonly Sample[];
  readonly retries: readonly Retry[];
  /** When the first delivery in doubt is sent again, epoch milliseconds; null: none is. */
  readonly resendAt: number | null;
}

/** How fast the push went, from its start until now, and what is due next. */
export function usePace(push: Push): Pace {
  const isMoving = push.status === "running";
  const read = useLoaded(
    (signal) => ask(api.GET("/api/pushes/{id}/pace", { params: { path: { id: push.id } }, signal })),
    [push.id],
    isMoving ? READ_EVERY_MS : null,
  );
  // The ledger's last sample comes with the end of the push, or a little later.
  useEffect(() => {
    if (isMoving) return;
    const timer = setTimeout(read.reload, 1_500);
    return () => clearTimeout(timer);
  }, [isMoving]);
  const seen = useRef<{ readonly of: unknown; samples: readonly Sample[] }>({ of: undefined, samples: [] });
  if (seen.current.of !== read.value) {
    const told = (read.value?.samples ?? []).map(({ at, done, rate }) => ({ at: Date.parse(at), done, limit: rate }));
    const samples = [...startOf(push), ...told];
    seen.current = { of: read.value, samples: push.finishedAt === null ? samples : untilLastMail(samples) };
  }
  if (isMoving) {
    const sample = { at: now.value, done: doneOf(push.tallies), limit: push.currentRate };
    seen.current.samples = withSample(seen.current.samples, sample);
  }
  return {
    samples: seen.current.samples,
    retries: (read.value?.retries ?? []).map(({ at, count }) => ({ at: Date.parse(at), count })),
    resendAt: read.value?.resendAt ? Date.parse(read.value.resendAt) : null,
  };
}

function startOf({ startedAt, rate }: Push): readonly Sample[] {
  return startedAt === null ? [] : [{ at: Date.parse(startedAt), done: 0, limit: rate }];
}
