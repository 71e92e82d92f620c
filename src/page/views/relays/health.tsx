import { now } from "../../app/time/clock.ts";
import { clock, sentences, span } from "../../app/time/format.ts";
import { Notice } from "../../parts/signs/notice.tsx";
import { Said } from "../../parts/signs/said.tsx";
import { words } from "../../words/dictionary.ts";
import type { Relay } from "./relay.ts";

/** Which of a push's states has the same colour. */
const LOOKS: Readonly<Record<Relay["health"], string>> = {
  up: "running",
  probing: "scheduled",
  resting: "paused",
  stopped: "stopped",
  paused: "paused",
  unknown: "",
};

export function HealthPill({ health }: { readonly health: Relay["health"] }) {
  return (
    <span class={`pill ${LOOKS[health]}`}>
      <i aria-hidden="true" />
      {words().relays.health[health]}
    </span>
  );
}

/** What it means for the mails, and what to do; quiet while it takes them. */
export function Health({ relay: { health, reason, since, nextTryInMs } }: { readonly relay: Relay }) {
  const w = words().relays;
  if (health === "up") return null;
  return (
    <Notice kind={health === "stopped" ? "bad" : "warn"} ticks>
      {sentences(
        w.means[health],
        since === null ? null : w.since(clock(Date.parse(since), now.value)),
        nextTryInMs === null ? null : w.nextTry(span(nextTryInMs)),
      )}
      {reason !== null && health !== "paused" && <Said>{reason}</Said>}
    </Notice>
  );
}
