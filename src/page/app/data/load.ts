import { useEffect, useRef, useState } from "preact/hooks";
import { currentTime } from "../time/server-time.ts";
import { type Refusal, refusalOf } from "./api.ts";
import { hasEnded, signIns } from "./session.ts";

/** What a view shows of something it reads. */
export interface Loaded<Value> {
  /** The last answer; it stays while a new one is on its way. undefined: none yet. */
  readonly value: Value | undefined;
  /** Why the last read failed. */
  readonly refusal: Refusal | null;
  readonly isLoading: boolean;
  /** When `value` came, in epoch milliseconds. */
  readonly at: number | null;
  reload(): void;
}

/** How long after a read that nobody answered, or nobody had time for, the next one is made. */
const AWAY_MS = 5_000;
/** Where too many were made. */
const TOO_MANY_MS = 10_000;

/**
 * Reads when the component appears and whenever `of` changes; of several reads only the last one counts.
 *
 * Where nobody answered, or said that it may pass, it reads again until somebody does; what is refused for ever is not
 * read again by itself.
 *
 * @param of texts and numbers that the read depends on; another thing's value is dropped at once
 * @param everyMs reads again this often while the tab is seen; null: only when asked
 * @example
 * const page = useLoaded((signal) => ask(api.GET("/api/pushes", { signal })), []);
 */
export function useLoaded<Value>(
  read: (signal: AbortSignal) => Promise<Value>,
  of: readonly unknown[],
  everyMs: number | null = null,
): Loaded<Value> {
  const key = JSON.stringify(of);
  const [state, setState] = useState<Omit<Loaded<Value>, "reload"> & { key: string }>(() => nothing(key));
  const latest = useRef(read);
  latest.current = read;
  const reload = useRef(() => {});

  useEffect(() => {
    let running: AbortController | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isDue = false;
    const load = async (): Promise<void> => {
      running?.abort();
      clearTimeout(timer);
      const mine = new AbortController();
      running = mine;
      setState((before) => (before.key === key ? { ...before, isLoading: true } : nothing(key)));
      let nextMs = everyMs;
      try {
        const value = await latest.current(mine.signal);
        if (running === mine) setState({ key, value, refusal: null, isLoading: false, at: currentTime() });
      } catch (thrown) {
        if (running !== mine) return;
        const refusal = refusalOf(thrown);
        setState((before) => ({ ...before, refusal, isLoading: false }));
        if (refusal.isFinal) nextMs = null;
        if (refusal.mayPass) nextMs = refusal.status === 429 ? TOO_MANY_MS : Math.min(nextMs ?? AWAY_MS, AWAY_MS);
      }
      isDue = nextMs !== null;
      if (nextMs !== null) timer = setTimeout(again, nextMs);
    };
    const again = (): void => {
      // A hidden tab reads when it is seen again.
      if (isDue && document.visibilityState === "visible" && !hasEnded.peek()) load();
    };
    reload.current = () => void load();
    load();
    document.addEventListener("visibilitychange", again);
    addEventListener("online", again);
    return () => {
      running?.abort();
      running = null;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", again);
      removeEventListener("online", again);
    };
  }, [key, everyMs, signIns.value]);

  const shown = state.key === key ? state : nothing<Value>(key);
  return { ...shown, reload: () => reload.current() };
}

function nothing<Value>(key: string): Omit<Loaded<Value>, "reload"> & { key: string } {
  return { key, value: undefined, refusal: null, isLoading: true, at: null };
}
