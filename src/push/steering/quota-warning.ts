import type { RelaySettings } from "../../config/relays.ts";
import { allowedIn } from "../../relay/quota.ts";

/** The audience is larger than what the quotas of a push's relays allow before its deliveries expire. */
export interface QuotaWarning {
  readonly path: "$.expiresIn";
  readonly message: string;
  /** Mails that the quotas allow in that time, if nothing else is sent. */
  readonly allowed: number;
}

/**
 * @param among ids of the relays that the push may use; null: all of them
 * @param expected recipients
 * @returns null: a relay without a quota is among them, or the quotas suffice
 */
export function quotaWarning(
  relays: readonly RelaySettings[],
  among: readonly string[] | null,
  expected: number,
  expiresInSeconds: number,
): QuotaWarning | null {
  const used = relays.filter(({ id }) => among === null || among.includes(id));
  const allowed = used.reduce((sum, relay) => sum + allowedIn(relay.limits.quotas, expiresInSeconds), 0);
  if (expected <= allowed) return null;
  const names = used.map(({ id }) => id).join(", ");
  const message =
    `the quotas of ${names} allow ${allowed} mails within ${expiresInSeconds} s, and less if others use them: ` +
    `of ${expected} at least ${expected - allowed} will expire`;
  return { path: "$.expiresIn", message, allowed };
}
