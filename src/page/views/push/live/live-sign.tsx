import { useEffect, useState } from "preact/hooks";
import type { Live } from "../../../app/data/live.ts";
import { number } from "../../../app/time/format.ts";
import { near } from "../../../parts/signs/time.tsx";
import { words } from "../../../words/dictionary.ts";

const SHOWN_EVERY_MS = 500;

/** "live, 0.2 s ago", or that what is shown may be old: never silently. */
export function LiveSign({ live }: { readonly live: Live<unknown> }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && setNow(Date.now()), SHOWN_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const w = words().push.live;
  const heard = live.heardAt.value;
  const isLive = live.connection.value === "live" && heard !== null;
  return (
    <span class={`live ${isLive ? "" : "away"}`}>
      <i aria-hidden="true" />
      {isLive
        ? w.live(number(Math.max(0, now - heard) / 1000, 1))
        : heard === null
          ? w.connecting
          : w.reconnecting(near(heard, now))}
    </span>
  );
}
