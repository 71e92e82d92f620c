import { signal } from "@preact/signals";

/** Now, in epoch milliseconds, to the second: what reads it is drawn again each second while the tab is seen. */
export const now = signal(Date.now());

function tick(): void {
  if (document.visibilityState === "visible") now.value = Date.now();
}

setInterval(tick, 1_000);
document.addEventListener("visibilitychange", tick);
