import { allowedIn } from "../../relay/quota.ts";
import { healthOf } from "../health/health.ts";
import type { PushRow } from "../ledger/ledger.ts";
import type { Limits } from "../limits.ts";
import { choiceOf } from "../relay/choice.ts";
import { type Candidate, candidatesOf, canSend } from "../relay/choose.ts";
import { scheduleAt } from "../relay/use.ts";
import type { RelayHealth, RelayView } from "../rpc.ts";

/** A push's relays, as its status shows them. */
export function relaysOf(push: PushRow, limits: Pick<Limits, "relays">, now: number): RelayView[] {
  const health = healthOf(push);
  return candidatesOf(limits, { ...choiceOf(push, health), lost: {} }).map((candidate) => ({
    id: candidate.terms.id,
    ...healthView(candidate, now),
    perSecond: perSecond(candidate, now),
    stopped: candidate.use.health.kind === "stopped",
    silent: candidate.use.silentSince !== null,
    lost: health.lost[candidate.terms.id] ?? null,
  }));
}

/** The one `relay` of a status: the push's own back-off, or the relay that is worst off. */
export function worstOf(push: PushRow, relays: readonly RelayView[]): RelayHealth {
  const { outage } = healthOf(push);
  if (outage.since !== null)
    return { ok: false, since: outage.since, error: outage.error, nextTryAt: outage.nextTryAt };
  // A stop is the reason of the pause, not an outage that ends by itself.
  const { ok, since, error, nextTryAt } = relays.find((relay) => !relay.ok && !relay.stopped) ?? {
    ok: true,
    since: null,
    error: null,
    nextTryAt: null,
  };
  return { ok, since, error, nextTryAt };
}

/** Why a running push sends nothing, in words; null: it does, or has nothing to send. */
export function waitingFor(push: PushRow, limits: Pick<Limits, "relays">, unsent: number, now: number): string | null {
  if (push.status !== "running" || unsent === 0) return null;
  const health = healthOf(push);
  if (health.outage.own === true) return health.outage.error;
  const candidates = candidatesOf(limits, choiceOf(push, health));
  if (candidates.some((candidate) => canSend(candidate, now))) return null;
  const next = candidates.filter(({ use }) => use.waiting !== null).toSorted((a, b) => freeAt(a) - freeAt(b))[0];
  if (next !== undefined) {
    const again = new Date(Math.ceil(freeAt(next) / 60_000) * 60_000).toISOString().slice(0, 16);
    const quota = `the quota of relay ${next.terms.id} (${next.use.waiting}) is used; goes on at about ${again}Z`;
    const late = expiring(push, candidates, unsent, freeAt(next));
    return late === 0 ? quota : `${quota}; ${late.toLocaleString("en")} will expire before`;
  }
  const [first] = candidates;
  return first === undefined ? null : `relay ${first.terms.id}: ${first.use.health.words ?? "not available"}`;
}

function freeAt({ use }: Candidate): number {
  return use.waitingUntil ?? use.askAt;
}

/** Of the deliveries that are not sent, those that the quotas do not allow before they expire, from `goesOnAt` on. */
function expiring(push: PushRow, candidates: readonly Candidate[], unsent: number, goesOnAt: number): number {
  if (push.expires_at === null) return 0;
  const seconds = Math.max(0, push.expires_at - goesOnAt) / 1000;
  const allowed = candidates.reduce((sum, { terms }) => sum + allowedIn(terms.quotas, seconds), 0);
  return Math.max(0, unsent - allowed);
}

function healthView({ use }: Candidate, now: number): RelayHealth {
  const { kind, words, until } = use.health;
  if (kind === "up") return { ok: true, since: null, error: null, nextTryAt: null };
  // The push asks its relay a little later, so that not all ask at once.
  const nextTryAt = kind === "resting" ? Math.max(until, use.askAt, now) : null;
  return { ok: false, since: use.faultSince, error: words, nextTryAt };
}

function perSecond({ terms, use }: Candidate, now: number): number | null {
  const schedule = scheduleAt(use, terms, now);
  return schedule === null || schedule.gapMs === 0 ? null : 1000 / schedule.gapMs;
}
