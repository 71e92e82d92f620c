/**
 * Finds the relay behind replies of "later" that each seem to concern one recipient: `451 Temporary lookup failure` at
 * every RCPT is an outage, `451 Too busy` for all mails above a rate is that rate. Pure and JSON-serialisable.
 */
export interface Deferrals {
  /**
   * Grows with each deferral that is worded alike, shrinks with each accepted mail. It reaches `SCORE_OF_A_RATE` after
   * ten in a row, and in the long run only if more than a third of the replies are such deferrals.
   */
  readonly score: number;
  /** The code and status that are counted in `score`. */
  readonly alike: string | null;
  /** Deferrals of any wording since the last accepted mail or cut, each delivery's first. */
  readonly run: number;
  /** A rate was cut because of deferrals, and nothing was accepted since. */
  readonly cut: boolean;
  /** The code and status by which this relay has refused above a rate; null: none known. */
  readonly ofRate: string | null;
  /** Cuts because of `ofRate`. */
  readonly cuts: number;
  /** Mails accepted in a row, none deferred with `ofRate` between them, now and at most since the last cut. */
  readonly clean: { readonly now: number; readonly longest: number };
  /** Since the second cut: deliveries passed over under `ofRate` that came again. A rate defers few of them twice. */
  readonly retried: { readonly accepted: number; readonly deferred: number };
  /** Cuts in a row that have not helped. */
  readonly vainCuts: number;
  /** The code and status that a slower rate did not make rarer: the recipients' own servers say it. */
  readonly ofRecipients: string | null;
  /** The newest deliveries counted in `score`, which were deferred with an attempt. */
  readonly ids: readonly number[];
}

/** What the deferrals say about the relay; null: nothing, each concerns its recipient. */
export type DeferralsReading = "outage" | "rate" | "recipients" | null;

const NOT_CLEAN = { now: 0, longest: 0 };
const NONE = { accepted: 0, deferred: 0 };

export const NO_DEFERRALS: Deferrals = {
  score: 0,
  alike: null,
  run: 0,
  cut: false,
  ofRate: null,
  cuts: 0,
  clean: NOT_CLEAN,
  retried: NONE,
  vainCuts: 0,
  ofRecipients: null,
  ids: [],
};

/** The classes counted here; greylisting and full mailboxes concern the recipient however many there are. */
const COUNTED_CLASS = "transient";

/**
 * With a growth of 2 for a deferral to a loss of 1 for an accepted mail, a list of which a tenth is deferred reaches 20 once in 10⁸ times that the score
 * leaves 0.
 */
const SCORE_OF_A_RATE = 20;
/** After a cut: the relay may refuse a few more before the slower pace is felt. */
const SCORE_AFTER_CUT = 10;
/** Deferrals in a row, with nothing accepted, that are an outage. */
const RUN_OF_AN_OUTAGE = 10;
const IDS_KEPT = 20;
/**
 * Below its rate a relay defers nothing, and a rate climbs slowly. If a third and more of the recipients' servers defer,
 * as it takes for a cut, two in a thousand mails begin such a row of accepted ones.
 */
const CLEAN_AFTER_A_CUT = 15;
/** The first cut of an unlimited rate may end above the relay's … */
const CUTS_TO_FIND_A_RATE = 2;
/** … and the second be measured in a burst. */
const VAIN_CUTS = 3;
/** So many deliveries deferred again, and next to none of those that came again accepted: their own servers' doing. */
const DEFERRED_AGAIN = 10;
const DEFERRED_AGAIN_SHARE = 0.8;

/** True for the class of deferrals that may be the relay's doing. */
export function isCounted(verdict: string | null): boolean {
  return verdict === COUNTED_CLASS;
}

/** @param retried it was passed over before */
export function afterAccepted(before: Deferrals, retried: boolean): Deferrals {
  const score = Math.max(0, before.score - 1);
  const clean = before.clean.now + 1;
  return {
    ...before,
    score,
    run: 0,
    cut: false,
    clean: { now: clean, longest: Math.max(clean, before.clean.longest) },
    retried: retried ? { ...before.retried, accepted: before.retried.accepted + 1 } : before.retried,
    ids: score === 0 ? [] : before.ids,
  };
}

/**
 * How new a delivery's deferral is. `again`: deferred before in this class, and come back alone. `confirmed`: passed
 * over before, and others were accepted since. Both may be the recipient's own server.
 */
export type Novelty = "first" | "confirmed" | "again";

const SCORE_OF: Readonly<Record<Novelty, number>> = { first: 2, confirmed: 1, again: 0 };

export function afterDeferral(before: Deferrals, id: number, reply: string | null, novelty: Novelty): Deferrals {
  const words = wordsOf(reply);
  const run = before.run + (novelty === "first" ? 1 : 0);
  if (words === before.ofRecipients) return { ...before, run };
  const alike = before.score === 0 || words === before.alike;
  const score = alike ? before.score + SCORE_OF[novelty] : before.score - 1;
  const first = novelty === "first";
  const isAgain = novelty === "confirmed" && words === before.ofRate;
  return {
    ...before,
    alike: alike ? words : before.alike,
    score: Math.min(SCORE_OF_A_RATE, score),
    run,
    retried: isAgain ? { ...before.retried, deferred: before.retried.deferred + 1 } : before.retried,
    clean: words === before.ofRate ? { ...before.clean, now: 0 } : before.clean,
    ids: first ? [...before.ids, id].slice(-IDS_KEPT) : before.ids,
  };
}

/** @param accepted mails accepted since the start or the last back-off */
export function readDeferrals(deferrals: Deferrals, accepted: number): DeferralsReading {
  if (isOutage(deferrals, accepted)) return "outage";
  if (areDeferredAgain(deferrals)) return "recipients";
  // A cut that nothing was accepted after has not helped; another one would not either.
  if (deferrals.score < SCORE_OF_A_RATE || deferrals.cut) return null;
  return isVain(deferrals) && deferrals.vainCuts + 1 >= VAIN_CUTS ? "recipients" : "rate";
}

/** True if the last cut has not made such deferrals rarer. */
function isVain({ alike, ofRate, clean }: Deferrals): boolean {
  return alike === ofRate && clean.longest < CLEAN_AFTER_A_CUT;
}

function areDeferredAgain({ cuts, retried: { accepted, deferred } }: Deferrals): boolean {
  return (
    cuts >= CUTS_TO_FIND_A_RATE &&
    deferred >= DEFERRED_AGAIN &&
    deferred >= DEFERRED_AGAIN_SHARE * (accepted + deferred)
  );
}

/** True while the relay defers everything; a single accepted mail ends it. */
export function isOutage({ run, cut }: Deferrals, accepted: number): boolean {
  return run >= RUN_OF_AN_OUTAGE && (accepted === 0 || cut);
}

/** The state after the push has acted on a reading. */
export function actedOn(deferrals: Deferrals, reading: DeferralsReading): Deferrals {
  switch (reading) {
    case null:
      return deferrals;
    case "outage":
      // The run stays, so that one deferral at the next try is enough.
      return { ...deferrals, ids: [] };
    case "rate": {
      const cuts = deferrals.alike === deferrals.ofRate ? deferrals.cuts + 1 : 1;
      return {
        ...deferrals,
        score: SCORE_AFTER_CUT,
        run: 0,
        cut: true,
        ofRate: deferrals.alike,
        clean: NOT_CLEAN,
        cuts,
        retried: cuts > CUTS_TO_FIND_A_RATE ? deferrals.retried : NONE,
        vainCuts: isVain(deferrals) ? deferrals.vainCuts + 1 : 0,
        ids: [],
      };
    }
    case "recipients":
      return { ...NO_DEFERRALS, ofRecipients: deferrals.ofRate };
  }
}

/** The part of a reply that is equal for all recipients: code and enhanced status. The text may hold an address. */
export function wordsOf(reply: string | null): string {
  return /^4\d\d(?: 4\.\d{1,3}\.\d{1,3})?/.exec(reply ?? "")?.[0] ?? "";
}
