import { allowedIn, quotaWords } from "../../relay/quota.ts";
import { healthOf } from "../health/health.ts";
import type { PushRow } from "../ledger/ledger.ts";
import type { Limits } from "../limits.ts";
import { type Reason, reasonOf } from "../reason.ts";
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

/** Why a running push sends nothing; null: it does, or has nothing to send. */
export function waitingFor(push: PushRow, limits: Pick<Limits, "relays">, unsent: number, now: number): Reason | null {
  if (push.status !== "running" || unsent === 0) return null;
  const health = healthOf(push);
  if (health.outage.own === true) {
    const said = health.outage.error ?? "no answer";
    return reasonOf("own-fault", said, { said });
  }
  const candidates = candidatesOf(limits, choiceOf(push, health));
  if (candidates.some((candidate) => canSend(candidate, now))) return null;
  const next = candidates.filter(({ use }) => use.waiting !== null).toSorted((a, b) => freeAt(a) - freeAt(b))[0];
  if (next !== undefined) return quotaUsed(next, expiring(push, candidates, unsent, freeAt(next)));
  const [first] = candidates;
  if (first === undefined) return null;
  const said = first.use.health.words ?? "not available";
  return reasonOf("relay-away", `relay ${first.terms.id}: ${said}`, { relay: first.terms.id, said });
}

function quotaUsed(candidate: Candidate, expiring: number): Reason {
  const { terms, use } = candidate;
  const until = Math.ceil(freeAt(candidate) / 60_000) * 60_000;
  const quota = terms.quotas.find((one) => quotaWords(one) === use.waiting);
  const goesOn = `the quota of relay ${terms.id} (${use.waiting}) is used; goes on at about ${new Date(until).toISOString().slice(0, 16)}Z`;
  return reasonOf("quota", expiring === 0 ? goesOn : `${goesOn}; ${expiring.toLocaleString("en")} will expire before`, {
    relay: terms.id,
    until,
    expiring,
    ...(quota === undefined ? {} : { limit: quota.limit, seconds: quota.seconds }),
  });
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
