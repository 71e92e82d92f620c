import { number, percent } from "../../app/time/format.ts";
import { Time } from "../../parts/signs/time.tsx";
import { words } from "../../words/dictionary.ts";

interface Quota {
  readonly limit: number;
  readonly seconds: number;
  /** null: its object does not answer. */
  readonly used: number | null;
  /** When the first of the used mails come free; null: none are used, or nobody knows. */
  readonly freesAt: string | null;
}

/** How much of what the relay allows in an hour, or a day, is used, and when it comes free again. */
export function Quotas({ quotas }: { readonly quotas: readonly Quota[] }) {
  const w = words().relays;
  if (quotas.length === 0) return null;
  return (
    <ul class="quotas">
      {quotas.map(({ limit, seconds, used, freesAt }) => (
        <li key={`${limit} ${seconds}`}>
          <span>{w.quota(number(limit), seconds)}</span>
          {used !== null && (
            <>
              <meter min={0} max={limit} value={used} high={limit * 0.9} optimum={0} aria-label={w.quotaUsed} />
              <span>
                <strong>{w.ofLimit(number(used), number(limit))}</strong>{" "}
                <span class="dim">{percent(used, limit)}</span>
                {freesAt !== null && (
                  <span class={used >= limit ? undefined : "dim"}>
                    {used >= limit ? w.quotaFull : w.quotaFrees} <Time at={freesAt} as="ahead" />
                  </span>
                )}
              </span>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
