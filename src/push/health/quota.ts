/** The rests of a push whose own account is over its quota at the relay. Pure and JSON-serialisable. */
export interface Quota {
  /** Rests in a row; each is twice as long as the one before. */
  readonly rests: number;
  /** Mails accepted since the last rest. */
  readonly accepted: number;
}

export const NO_QUOTA: Quota = { rests: 0, accepted: 0 };

/** After fewer, the quota is still used up: it only frees single mails as older ones leave its window. */
const ACCEPTED_TO_BEGIN_ANEW = 10;

/** True from the first rest until enough was accepted. */
export function isUsedUp({ rests, accepted }: Quota): boolean {
  return rests > 0 && accepted < ACCEPTED_TO_BEGIN_ANEW;
}

export function afterRest(quota: Quota): Quota {
  if (!isUsedUp(quota)) return { rests: 1, accepted: 0 };
  return { rests: quota.rests + (quota.accepted === 0 ? 1 : 0), accepted: 0 };
}
