/**
 * The period of a relay that counts mails per window (Postfix's anvil: 600 in 60 s): it accepts a burst, then nothing
 * until the window ends. One measured cycle gives the rate that never meets the limit. Times in epoch milliseconds.
 */
export interface AcceptanceWindow {
  /** When the relay last began to accept after it had refused everything; null: it has accepted nothing yet. */
  readonly openedAt: number | null;
  /** Mails accepted since then. */
  readonly accepted: number;
  /** When it began to refuse everything; null: it accepts. */
  readonly closedAt: number | null;
  /** Its last refusal since then. */
  readonly refusedAt: number;
  /** The accepted rate just before it closed, mails per second. */
  readonly rateAtClose: number;
}

export const NEVER_CLOSED: AcceptanceWindow = {
  openedAt: null,
  accepted: 0,
  closedAt: null,
  refusedAt: 0,
  rateAtClose: 0,
};

/** A shorter refusal is that of a limit per second, which the rate's own cut deals with. */
const SHORTEST_CLOSED_MS = 3_000;
/** Slack of the first cycle, whose true start is unknown: it began at most about as long before as it was closed. */
const FIRST_CYCLE_SLACK_MS = 5_000;

/** The relay refused. */
export function closed(window: AcceptanceWindow, acceptedPerSecond: number, now: number): AcceptanceWindow {
  if (window.closedAt !== null) return { ...window, refusedAt: now };
  return { ...window, closedAt: now, refusedAt: now, rateAtClose: acceptedPerSecond };
}

/**
 * The relay accepted mails.
 *
 * @param refusedAgain everything was refused more than once since it closed: else it was only one cut of the rate
 * @returns `perSecond`: what the relay takes over a whole cycle, if one has just ended; else null
 */
export function opened(
  window: AcceptanceWindow,
  accepted: number,
  refusedAgain: boolean,
  now: number,
): { readonly window: AcceptanceWindow; readonly perSecond: number | null } {
  const { openedAt, closedAt } = window;
  // It opened some time after it refused last.
  const reopenedAt = closedAt === null ? now : (window.refusedAt + now) / 2;
  const closedMs = closedAt === null ? 0 : reopenedAt - closedAt;
  if (!refusedAgain || closedMs < SHORTEST_CLOSED_MS || openedAt === null) {
    const more = { openedAt: openedAt ?? now, accepted: window.accepted + accepted, closedAt: null };
    return { window: { ...window, ...more }, perSecond: null };
  }
  const cycleMs = reopenedAt - openedAt;
  const longestMs = 2 * closedMs + FIRST_CYCLE_SLACK_MS;
  const perSecond =
    cycleMs <= longestMs
      ? window.accepted / (cycleMs / 1000)
      : (window.rateAtClose * (longestMs - closedMs)) / longestMs;
  return { window: { ...NEVER_CLOSED, openedAt: reopenedAt, accepted }, perSecond };
}

/** Mails that were claimed before the last cut were accepted: they belong to the cycle, and say nothing of now. */
export function lateAccepted(window: AcceptanceWindow, accepted: number): AcceptanceWindow {
  return window.openedAt === null || accepted === 0 ? window : { ...window, accepted: window.accepted + accepted };
}
