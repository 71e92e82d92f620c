import { useEffect, useState } from "preact/hooks";
import type { Live } from "../../../app/data/live.ts";
import { number } from "../../../app/time/format.ts";
import { useSettled } from "../../../app/time/settled.ts";
import { near } from "../../../parts/signs/time.tsx";
import { words } from "../../../words/dictionary.ts";

const SHOWN_EVERY_MS = 500;
/** A line that is back within this is not worth a word to those who listen. */
const SAID_AFTER_MS = 3_000;

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
    <>
      <span class={`live ${isLive ? "" : "away"}`}>
        <i aria-hidden="true" />
        {isLive
          ? w.live(number(Math.max(0, now - heard) / 1000, 1, 1))
          : heard === null
            ? w.connecting
            : w.reconnecting(near(heard, now))}
      </span>
      <Lost isLost={live.connection.value === "reconnecting"} />
    </>
  );
}

/** Says to screen readers that the line is lost, and that it is back: once each, and not how long ago. */
function Lost({ isLost }: { readonly isLost: boolean }) {
  const w = words().push.live;
  const isLong = useSettled(isLost, SAID_AFTER_MS);
  const [said, setSaid] = useState("");
  useEffect(() => setSaid((before) => (isLong ? w.lost : before === "" ? "" : w.back)), [isLong, w]);
  return (
    <span class="unseen" role="status">
      {said}
    </span>
  );
}
