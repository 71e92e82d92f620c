// Crockford's base 32 in lower case: no i, l, o, u, so that ids can be read aloud.
const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
const TIME_DIGITS = 9;
const RANDOM_DIGITS = 7;

/**
 * A new push's id, 16 letters and digits: the time in milliseconds (until the year 3084), so that ids sort by age,
 * then 35 random bits.
 */
export function newPushId(now: number): string {
  let time = "";
  for (let rest = now; time.length < TIME_DIGITS; rest = Math.floor(rest / 32)) time = DIGITS.charAt(rest % 32) + time;
  const random = crypto.getRandomValues(new Uint8Array(RANDOM_DIGITS));
  return time + Array.from(random, (byte) => DIGITS.charAt(byte % 32)).join("");
}

/** Every id made at `now` or later is greater. */
export function earliestPushId(now: number): string {
  return newPushId(now).slice(0, TIME_DIGITS);
}

/** Whether `text` has a push id's form. */
export function isPushId(text: string): boolean {
  return /^[0-9a-hjkmnp-tv-z]{16}$/.test(text);
}
