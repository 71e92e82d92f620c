/** How many SMTP sessions the relay takes from us at once, learned as its rate is: cut on refusal, raised step by step. */
export interface SessionBudget {
  /** null: no limit met. */
  readonly limit: number | null;
  /** Time of the last change, epoch milliseconds. */
  readonly changedAt: number;
}

export const NO_SESSION_LIMIT: SessionBudget = { limit: null, changedAt: 0 };

/** One more session is tried after this time without a refusal. */
const RAISE_AFTER_MS = 30_000;
/** Refusals within this time of a cut were asked for before it. */
const SAME_CUT_MS = 2_000;

/** Postfix: "too many connections from …"; Exim: "Too many concurrent SMTP connections". */
const TOO_MANY =
  /too many (concurrent |simultaneous |open )?(smtp )?(connections|sessions)|(connection|session)s? limit/i;

export function saysTooManySessions(words: string): boolean {
  return TOO_MANY.test(words);
}

/**
 * @param open sessions that may have been open when the relay refused some
 * @param refused sessions that it refused
 */
export function cutSessions(budget: SessionBudget, open: number, refused: number, now: number): SessionBudget {
  if (budget.limit !== null && now - budget.changedAt < SAME_CUT_MS) return budget;
  const taken = Math.max(1, open - refused);
  const limit = budget.limit === null ? taken : Math.min(taken, Math.max(1, budget.limit - 1));
  return { limit, changedAt: now };
}

export function raiseSessions(budget: SessionBudget, configured: number | null, now: number): SessionBudget {
  if (budget.limit === null || now - budget.changedAt < RAISE_AFTER_MS) return budget;
  if (configured !== null && budget.limit >= configured) return budget;
  return { limit: budget.limit + 1, changedAt: now };
}

/** The lower of what was learned and what is configured; null: no limit. */
export function sessionLimit(budget: SessionBudget, configured: number | null): number | null {
  if (budget.limit === null || configured === null) return budget.limit ?? configured;
  return Math.min(budget.limit, configured);
}

/**
 * Divides the sessions among pushes, given in the order in which their turn is: all get one as far as they go round,
 * the rest goes round again up to `most` each.
 */
export function sessionShares(limit: number, pushes: readonly string[], most: number): Map<string, number> {
  const shares = new Map<string, number>(pushes.map((push) => [push, 0]));
  let left = limit;
  for (let round = 0; round < most && left > 0; round++) {
    for (const push of pushes) {
      if (left === 0) break;
      shares.set(push, round + 1);
      left--;
    }
  }
  return shares;
}
