import type { Health } from "../health/health.ts";
import type { Ledger, PushRow } from "../ledger/ledger.ts";
import type { Limits } from "../limits.ts";
import { choiceOf } from "./choice.ts";
import { candidatesOf, inTurn, nextTryAt } from "./choose.ts";
import { withUse } from "./reporting.ts";
import { draw } from "./schedule.ts";
import { drawn } from "./use.ts";

/** The relay of the SMTP_* variables, and of claims from before there were several. */
export const DEFAULT_RELAY = "default";
/** Sessions are free again soon: claims end within seconds. */
const SESSIONS_AGAIN_MS = 1_000;
/** A claim that gets nothing does not come again at once, whatever the reason. */
const AGAIN_MS = 100;

export interface Drawing {
  readonly ledger: Ledger;
  readonly limits: Limits;
  readonly push: PushRow;
  readonly health: Health;
  /** Relays that the consumer knows. */
  readonly known: readonly string[];
  /** How long the consumer waits for send times, milliseconds; absent: as long as is useful. */
  readonly patienceMs: number | undefined;
}

/** What a claim gets: from one relay, under the push's own rate. */
export interface Drawn {
  readonly granted: number;
  readonly relay: string;
  readonly sendTimes: { readonly startInMs: number; readonly gapMs: number } | null;
  readonly sessions: number | null;
  /** For those that got nothing: when the first may be sent, and the time between two. */
  readonly nextAt: number;
  readonly gapMs: number;
  readonly health: Health;
}

/** Draws up to `wanted` mails for a claim, from the first relay in turn that has something. */
export function drawFor(drawing: Drawing, wanted: number, now: number): Drawn {
  const { ledger, limits, push, health, known, patienceMs } = drawing;
  const candidates = candidatesOf(limits, choiceOf(push, health)).filter(({ terms }) => known.includes(terms.id));
  const nothing = { granted: 0, relay: DEFAULT_RELAY, sendTimes: null, sessions: null, gapMs: 0, health };
  const own = health.own === null ? null : draw(health.own, wanted, now, patienceMs);
  if (own !== null && own.granted === 0) return { ...nothing, nextAt: own.nextAt, gapMs: health.own?.gapMs ?? 0 };
  const most = own === null ? wanted : own.granted;
  let nextAt: number | null = null;
  let gapMs = 0;
  for (const { terms, use } of inTurn(candidates, limits.random, now)) {
    const { sessions: open } = ledger.openClaims.out(terms.id, 0, now);
    const sessions = use.sessions === null ? null : use.sessions - open;
    if (sessions !== null && sessions < 1) {
      nextAt = earlier(nextAt, now + SESSIONS_AGAIN_MS);
      continue;
    }
    const taken = drawn(use, most, terms, now, patienceMs);
    if (taken === null) continue;
    if (taken.granted === 0) {
      nextAt = earlier(nextAt, taken.nextAt);
      gapMs = Math.max(gapMs, taken.gapMs);
      continue;
    }
    // What the relay did not grant stays with the push's own rate.
    const ownDrawn = health.own === null ? null : draw(health.own, taken.granted, now, patienceMs);
    return {
      granted: taken.granted,
      relay: terms.id,
      sendTimes: slower(ownDrawn?.sendTimes ?? null, taken.sendTimes),
      sessions,
      nextAt: Math.max(taken.nextAt, ownDrawn?.nextAt ?? 0),
      gapMs: Math.max(taken.gapMs, health.own?.gapMs ?? 0),
      health: withUse({ ...health, own: ownDrawn?.schedule ?? null }, terms.id, taken.use),
    };
  }
  const soonest = now + AGAIN_MS;
  return { ...nothing, nextAt: Math.ceil(Math.max(soonest, nextAt ?? nextTryAt(candidates, now) ?? now)), gapMs };
}

function earlier(one: number | null, other: number): number {
  return one === null ? other : Math.min(one, other);
}

type SendTimes = Drawn["sendTimes"];

/** Mails begin no sooner than both allow. */
function slower(one: SendTimes, other: SendTimes): SendTimes {
  if (one === null || other === null) return one ?? other;
  return { startInMs: Math.max(one.startInMs, other.startInMs), gapMs: Math.max(one.gapMs, other.gapMs) };
}
