/** How far the server's clock is ahead of this device's, in milliseconds. */
let ahead = 0;
/** A difference that the header's whole seconds and the way of an answer may make up. */
const NO_DIFFERENCE_MS = 2_000;

/** Now by the server's clock, in epoch milliseconds: what the API says of times is compared with this. */
export function currentTime(): number {
  return Date.now() + ahead;
}

/**
 * Learns the server's clock from an answer, since that of a device may be wrong by hours.
 *
 * @param date the header `Date`; null: the answer has none
 * @param askedAt by this device's clock, in epoch milliseconds, as `answeredAt` is
 */
export function setClock(date: string | null, askedAt: number, answeredAt: number): void {
  const told = Date.parse(date ?? "");
  if (Number.isNaN(told)) return;
  // The header leaves out half a second on average.
  const difference = told + 500 - (askedAt + answeredAt) / 2;
  const next = Math.abs(difference) <= NO_DIFFERENCE_MS + (answeredAt - askedAt) / 2 ? 0 : difference;
  if (Math.abs(next - ahead) <= NO_DIFFERENCE_MS) return;
  ahead = next;
}
