import { useEffect, useState } from "preact/hooks";
import { LIVE_MS } from "../../../app/data/live.ts";
import { number } from "../../../app/time/format.ts";
import { currentTime } from "../../../app/time/server-time.ts";
import { useSettled } from "../../../app/time/settled.ts";
import { near } from "../../../parts/signs/time.tsx";
import { words } from "../../../words/dictionary.ts";
import { POLL_MS, type WatchedPush } from "./use-push.ts";

const SHOWN_EVERY_MS = 500;
/** A line that is back within this is not worth a word to those who listen. */
const SAID_AFTER_MS = 3_000;

/** A read that is older than this is no longer one of every few seconds. */
const READ_MS = 3 * POLL_MS;

/** "live, 0.2 s ago", or that what is shown is read from time to time, or may be old: never silently. */
export function LiveSign({ watched: { live, readAt } }: { readonly watched: Pick<WatchedPush, "live" | "readAt"> }) {
  const [now, setNow] = useState(currentTime());
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && setNow(currentTime()), SHOWN_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const w = words().push.live;
  const heard = live.heardAt.value;
  const isLive = live.connection.value === "live" && heard !== null && now - heard < LIVE_MS;
  const isRead = !isLive && readAt !== null && readAt > (heard ?? 0) && now - readAt < READ_MS;
  const last = Math.max(heard ?? 0, readAt ?? 0);
  return (
    <>
      <span class={`live ${isLive ? "" : "away"}`}>
        <i aria-hidden="true" />
        {isLive
          ? w.live(number(Math.max(0, now - heard) / 1000, 1, 1))
          : live.connection.value === "connecting"
            ? w.connecting
            : isRead
              ? w.polled(near(Math.min(readAt, now), now), POLL_MS / 1_000)
              : last > 0
                ? w.reconnecting(near(Math.min(last, now), now))
                : w.away}
      </span>
      <Lost isLost={live.connection.value === "reconnecting" && !isRead} />
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
