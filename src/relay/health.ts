import { exponential } from "../core/backoff.ts";

/** Whether the relay takes mail. Times in epoch milliseconds. */
export type Health =
  | {
      readonly kind: "up";
      /** Mails that may be leased at once, doubled by each good report after a rest; null: no limit. */
      readonly window: number | null;
      /** When it last came back, and after how many rests: a relay that fails again soon keeps its count. */
      readonly recoveredAt: number | null;
      readonly count: number;
      readonly why: "outage" | "quota" | null;
      /** Mails accepted since it came back. */
      readonly accepted: number;
    }
  | Away
  /** Some push has a probe out; `until` is when another push may try. */
  | (Omit<Away, "kind"> & { readonly kind: "probing"; readonly by: string; readonly probes: number })
  | { readonly kind: "stopped"; readonly words: string; readonly since: number; readonly by: "relay" | "person" };

interface Away {
  readonly kind: "resting";
  readonly why: "outage" | "quota";
  readonly words: string;
  readonly since: number;
  readonly until: number;
  /** Rests in a row without an accepted mail. */
  readonly count: number;
}

export const UP: Health = { kind: "up", window: null, recoveredAt: null, count: 0, why: null, accepted: 0 };

/** An outage is most often a restart: soon at first, then no more than one probe in five minutes. */
const OUTAGE = { baseSeconds: 5, capSeconds: 300 };
/** A used-up quota of our account comes back by the hour or the day. */
const QUOTA = { baseSeconds: 60, capSeconds: 3_600 };
/** After fewer the quota is still used up: it only frees single mails as older ones leave its window. */
const QUOTA_RENEWED = 10;
/** A relay that fails again within this time has not recovered. */
const RECOVERED_AFTER_MS = 60_000;
/** Mails of the one push that tries first after a rest. */
export const PROBE_SLOTS = 5;
/** A probe whose push says nothing for so long is given to another. */
const PROBE_MS = 30_000;
/** Mails at once after a rest: as at a push's careful start, or where each may meet the quota again. */
const WINDOW_AFTER = { outage: 100, quota: 10 };
/** Above this the window no longer matters. */
const WINDOW_END = 100_000;

/** The relay failed: nobody sends for a while that grows until a mail is accepted. */
export function rested(
  health: Health,
  why: "outage" | "quota",
  words: string,
  scale: number,
  random: () => number,
  now: number,
): Health {
  const away = health.kind === "resting" || health.kind === "probing" ? health : null;
  const count = countOf(health, why, now);
  const { baseSeconds, capSeconds } = why === "quota" ? QUOTA : OUTAGE;
  const seconds = exponential(baseSeconds, count, capSeconds);
  // An outage may end at any moment; a quota is not renewed before its time.
  const waits = why === "quota" ? seconds * (1 + random() / 4) : seconds / 2 + (random() * seconds) / 2;
  return {
    kind: "resting",
    why,
    words,
    since: away?.since ?? now,
    until: Math.ceil(now + waits * 1000 * scale),
    count,
  };
}

/** The number of this rest in a row. */
function countOf(health: Health, why: "outage" | "quota", now: number): number {
  if (health.kind === "resting" || health.kind === "probing") return health.count + 1;
  if (health.kind !== "up" || health.recoveredAt === null) return 1;
  // A quota that frees a mail now and then is the same quota: the wait is as long again, not longer.
  if (why === "quota" && health.why === "quota") return health.accepted < QUOTA_RENEWED ? health.count : 1;
  return now - health.recoveredAt < RECOVERED_AFTER_MS ? health.count + 1 : 1;
}

/** Mails were answered: the relay is up, and its window grows with what it accepts. */
export function answered(health: Health, accepted: number, now: number): Health {
  switch (health.kind) {
    case "probing":
    case "resting": {
      const { why, count } = health;
      return { kind: "up", window: WINDOW_AFTER[why], recoveredAt: now, count, why, accepted };
    }
    case "up": {
      if (health.window === null || accepted === 0) return health;
      const window = health.window * 2;
      return { ...health, window: window > WINDOW_END ? null : window, accepted: health.accepted + accepted };
    }
    case "stopped":
      return health;
  }
}

/** Lets `push` try a few mails once a rest is over; the same push may ask again. Null: it has to wait. */
export function probe(health: Health, push: string, now: number): Health | null {
  if (health.kind === "resting" && now >= health.until) {
    return { ...health, kind: "probing", by: push, until: now + PROBE_MS, probes: 1 };
  }
  if (health.kind !== "probing") return null;
  if (now >= health.until) return { ...health, by: push, until: now + PROBE_MS, probes: health.probes + 1 };
  return null;
}

/** A push that tried the relay has nothing to send any more: another push may try at once. */
export function probeGivenUp(health: Health, push: string, now: number): Health {
  return health.kind === "probing" && health.by === push ? { ...health, until: now } : health;
}

/** The words of a stop by hand. */
export const PAUSED_BY_HAND = "paused by a person";

export function stopped(words: string, by: "relay" | "person", now: number): Health {
  return { kind: "stopped", words, since: now, by };
}
