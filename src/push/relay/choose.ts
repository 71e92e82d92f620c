import { PAUSED_BY_HAND } from "../../relay/health.ts";
import type { Limits } from "../limits.ts";
import { type Reason, reasonOf } from "../reason.ts";
import { type Pace, type RelayUse, scheduleAt, UNUSED } from "./use.ts";

/** A relay as a push's decisions see it. */
export interface RelayTerms extends Pace {
  readonly id: string;
  /** Share of the mails beside others; 0: a standby. */
  readonly weight: number;
}

/** A relay that a push may use, and what it knows of it. */
export interface Candidate {
  readonly terms: RelayTerms;
  readonly use: RelayUse;
}

/** What a push says of its relays: those it was restricted to, those that refused it. */
export interface RelayChoice {
  /** Ids; null: all that are configured. */
  readonly among: readonly string[] | null;
  /** Relays that refused this push's sender, and in which words. */
  readonly lost: Readonly<Record<string, string>>;
  readonly uses: Readonly<Record<string, RelayUse>>;
}

/** The configured relays that the push may use, lost ones left out. */
export function candidatesOf(limits: Pick<Limits, "relays">, choice: RelayChoice): Candidate[] {
  return limits.relays
    .filter(({ id }) => (choice.among === null || choice.among.includes(id)) && choice.lost[id] === undefined)
    .map((terms) => ({ terms, use: choice.uses[terms.id] ?? UNUSED }));
}

/** It may be given mails now, be it only a few to try. */
export function canSend({ use }: Candidate, now: number): boolean {
  const { kind, until } = use.health;
  const takes = kind === "up" || kind === "probing" || (kind === "resting" && until <= now);
  return takes && use.waiting === null && use.heldUntil <= now;
}

/**
 * Those that serve now: the weighted ones that can send, and while none of these is up, the standbys beside them. A
 * probe of a relay that is silent takes as long as its timeout: the others' mails need not wait for it.
 */
export function serving(candidates: readonly Candidate[], now: number): Candidate[] {
  const able = candidates.filter((candidate) => canSend(candidate, now));
  const weighted = able.filter(({ terms }) => terms.weight > 0);
  return weighted.some(({ use }) => use.health.kind === "up") ? weighted : able;
}

/**
 * The relays in the order in which a claim tries them: by chance according to their weights, and only those that have a
 * lease to draw from.
 *
 * @param random uniform in [0, 1)
 */
export function inTurn(candidates: readonly Candidate[], random: () => number, now: number): Candidate[] {
  return serving(candidates, now)
    .filter(({ terms, use }) => scheduleAt(use, terms, now) !== null)
    .map((candidate) => ({ candidate, key: -Math.log(1 - random()) / (candidate.terms.weight || 1) }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ candidate }) => candidate);
}

/** Mails per second that the leases of the serving relays allow together; null: no limit; 0: no lease. */
export function leasedRate(candidates: readonly Candidate[], now: number): number | null {
  let sum = 0;
  for (const { terms, use } of serving(candidates, now)) {
    const schedule = scheduleAt(use, terms, now) ?? (use.next !== null && use.next.to > now ? use.next : null);
    if (schedule === null) continue;
    if (schedule.gapMs === 0 && schedule.slots === null) return null;
    // Without a gap the slots are those of a window or a quota: all that are left may go at once.
    sum += schedule.gapMs === 0 ? (schedule.slots ?? 0) - schedule.drawn : 1000 / schedule.gapMs;
  }
  return sum;
}

/** When a relay may have something for this push again; null: nothing but an answer or a person will change that. */
export function nextTryAt(candidates: readonly Candidate[], now: number): number | null {
  const times = candidates.map(({ use }) => {
    if (use.health.kind === "stopped") return use.askAt;
    // Where the push wanted nothing, a new wish is reported at once.
    const askAt = use.idle ? now : use.askAt;
    return Math.max(use.heldUntil, use.health.kind === "resting" ? use.health.until : 0, use.next?.from ?? askAt);
  });
  return times.length === 0 ? null : Math.max(now, Math.min(...times));
}

/** Why nothing can be sent by any of them; null: something can, or will without anybody's help. */
export function stoppedFor(candidates: readonly Candidate[], choice: RelayChoice): Reason | null {
  if (candidates.length === 0) {
    const [words] = Object.values(choice.lost);
    if (words !== undefined) return reasonOf("relay-refuses", words, { said: words });
    const relays = (choice.among ?? []).join(", ");
    return reasonOf("no-relay", `none of its relays is configured any more: ${relays}`, { relays });
  }
  if (!candidates.every(({ use }) => use.health.kind === "stopped")) return null;
  const [first] = candidates;
  const said = first?.use.health.words ?? "stopped";
  if (said === PAUSED_BY_HAND) return reasonOf("relay-paused", said, { relay: first?.terms.id ?? "" });
  return reasonOf("relay-refuses", said, { said });
}
