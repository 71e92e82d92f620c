import type { Schemas } from "../../../app/data/api.ts";

/** Mails a second that can be expected, and how that is known. */
export interface Speed {
  readonly perSecond: number;
  readonly source: "asked" | "relay" | "last";
}

type Past = Pick<
  Schemas["PushSummary"],
  "success" | "failure" | "startedAt" | "finishedAt" | "rate" | "canary" | "steering"
>;
type Relay = Pick<Schemas["Relay"], "id" | "perSecond" | "learnedLimit" | "weight">;

/** A push of fewer says nothing of a rate: it ends before it has one. */
const MEANINGFUL_MAILS = 100;

/**
 * How fast a push may go.
 *
 * @param asked its own limit, mails a second; null: none
 * @param relays those that it may use, as they are now; empty: they are not known
 * @param past earlier pushes, newest first
 */
export function speedOf(asked: number | null, relays: readonly Relay[], past: readonly Past[]): Speed | null {
  const known = relayRate(relays) ?? pastRate(past);
  if (asked !== null && (known === null || asked < known.perSecond)) return { perSecond: asked, source: "asked" };
  return known;
}

/** Of relays without a limit nothing is known. */
function relayRate(relays: readonly Relay[]): Speed | null {
  const active = relays.filter(({ weight }) => weight > 0);
  const rates = active.map(({ perSecond, learnedLimit }) => perSecond ?? learnedLimit);
  if (rates.length === 0 || rates.includes(null)) return null;
  return { perSecond: rates.reduce<number>((sum, rate) => sum + (rate ?? 0), 0), source: "relay" };
}

const SLOWING: ReadonlySet<string> = new Set(["pause", "rate", "retry"]);

function pastRate(past: readonly Past[]): Speed | null {
  for (const { success, failure, startedAt, finishedAt, rate, canary, steering } of past) {
    // Who set its pace, had it wait or stopped it made it slower than the relays are.
    const isHeldBack = rate !== null || canary !== null || steering.some(({ action }) => SLOWING.has(action));
    if (isHeldBack) continue;
    if (startedAt === null || finishedAt === null || success + failure < MEANINGFUL_MAILS) continue;
    const seconds = Math.max(1, (Date.parse(finishedAt) - Date.parse(startedAt)) / 1_000);
    return { perSecond: (success + failure) / seconds, source: "last" };
  }
  return null;
}
