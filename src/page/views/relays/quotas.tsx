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

/** Of a quota: what is used beyond that stands out. */
const NEARLY = 0.9;

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
              {/* The words beside it say the same. */}
              <div class={`quota ${used > limit * NEARLY ? "nearly" : ""}`} aria-hidden="true">
                <i style={{ width: `${Math.min(100, (used / limit) * 100)}%` }} />
              </div>
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
