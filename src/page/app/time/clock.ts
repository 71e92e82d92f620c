import { signal } from "@preact/signals";
import { currentTime } from "./server-time.ts";

/** `currentTime` to the second: what reads it is drawn again each second while the tab is seen. */
export const now = signal(currentTime());

function tick(): void {
  if (document.visibilityState === "visible") now.value = currentTime();
}

setInterval(tick, 1_000);
document.addEventListener("visibilitychange", tick);
