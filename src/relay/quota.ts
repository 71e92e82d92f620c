/** Most mails within a time: SES gives 50,000 in 24 h. */
export interface Quota {
  readonly limit: number;
  readonly seconds: number;
}

/** As "50,000 in 24 h". */
export function quotaWords({ limit, seconds }: Quota): string {
  const [count, unit] =
    seconds % 3_600 === 0 ? [seconds / 3_600, "h"] : seconds % 60 === 0 ? [seconds / 60, "min"] : [seconds, "s"];
  return `${limit.toLocaleString("en")} in ${count.toLocaleString("en")} ${unit}`;
}

/** Mails in a time that begins with unused quotas: each window of it that has begun gives its limit once. */
export function allowedIn(quotas: readonly Quota[], seconds: number): number {
  return Math.min(...quotas.map((quota) => quota.limit * Math.ceil(seconds / quota.seconds)), Infinity);
}

/**
 * The mails counted against one quota, by the bucket of time in which they were sent. A provider counts in a window
 * that slides or in one that starts at a fixed hour; a sliding one holds for both.
 */
export interface QuotaUse {
  /** Bucket number (time / bucket length) and mails, oldest first. */
  readonly buckets: readonly (readonly [bucket: number, mails: number])[];
}

/** More buckets would free used quota sooner by less than 2% of its time. */
const BUCKETS = 60;

export const NOTHING_USED: QuotaUse = { buckets: [] };

function bucketMs({ seconds }: Quota): number {
  return (seconds * 1000) / BUCKETS;
}

/** Counts `mails` more as sent at `now`; negative: a reservation that was not used. Old buckets are dropped. */
export function countUse(use: QuotaUse, quota: Quota, mails: number, now: number): QuotaUse {
  const bucket = Math.floor(now / bucketMs(quota));
  const kept = use.buckets.filter(([at]) => at >= bucket - BUCKETS);
  if (mails === 0) return { buckets: kept };
  const buckets = [...kept];
  if (mails > 0) {
    const last = buckets.at(-1);
    if (last !== undefined && last[0] >= bucket) buckets[buckets.length - 1] = [last[0], last[1] + mails];
    else buckets.push([bucket, mails]);
    return { buckets };
  }
  // What was reserved last is given back first.
  let left = -mails;
  for (let at = buckets.length - 1; at >= 0 && left > 0; at--) {
    const [number, count] = buckets[at] as readonly [number, number];
    const back = Math.min(count, left);
    buckets[at] = [number, count - back];
    left -= back;
  }
  return { buckets: buckets.filter(([, count]) => count > 0) };
}

export function usedOf(use: QuotaUse, quota: Quota, now: number): number {
  const oldest = Math.floor(now / bucketMs(quota)) - BUCKETS;
  return use.buckets.reduce((sum, [at, count]) => (at >= oldest ? sum + count : sum), 0);
}

/** When the first used mails leave the quota's window; null: none are used. Epoch milliseconds. */
export function freesAt(use: QuotaUse, quota: Quota, now: number): number | null {
  const oldest = Math.floor(now / bucketMs(quota)) - BUCKETS;
  const first = use.buckets.find(([at]) => at >= oldest);
  return first === undefined ? null : (first[0] + BUCKETS + 1) * bucketMs(quota);
}
