import { number, percent } from "../../app/format.ts";
import { words } from "../../words/dictionary.ts";

interface Quota {
  readonly limit: number;
  readonly seconds: number;
  /** null: its object does not answer. */
  readonly used: number | null;
}

/** How much of what the relay allows in an hour, or a day, is used. */
export function Quotas({ quotas }: { readonly quotas: readonly Quota[] }) {
  const w = words().relays;
  if (quotas.length === 0) return null;
  return (
    <ul class="quotas">
      {quotas.map(({ limit, seconds, used }) => (
        <li key={`${limit} ${seconds}`}>
          <span>{w.quota(number(limit), seconds)}</span>
          {used !== null && (
            <>
              <meter min={0} max={limit} value={used} high={limit * 0.9} optimum={0} aria-label={w.quotaUsed} />
              <strong>
                {w.ofLimit(number(used), number(limit))} <span class="dim">{percent(used, limit)}</span>
              </strong>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
