import { number, percent } from "../../app/time/format.ts";
import { Card } from "../../parts/card.tsx";
import { words } from "../../words/dictionary.ts";
import type { Push } from "./live/use-push.ts";

/** What came back of the mails that the relay took. */
export function ReturnedCard({ push }: { readonly push: Push }) {
  const w = words().push;
  const { bounced, complained, sent } = push.tallies;
  const taken = sent + bounced + complained;
  const parts = [
    [w.returned.bounced, bounced, "of-bounced"],
    [w.returned.complained, complained, "of-complained"],
    [w.returned.unsubscribed, push.unsubscribed, "of-skipped"],
  ] as const;
  return (
    <Card title={w.section.back}>
      {parts.every(([, count]) => count === 0) ? (
        <p class="dim">{w.returned.none}</p>
      ) : (
        <ul class="returned">
          {parts.map(([name, count, colour]) => (
            <li key={name}>
              <span class="state">
                <i class={`swatch ${colour}`} aria-hidden="true" />
                {name}
              </span>
              <strong>{number(count)}</strong>
              <span class="small dim">{count > 0 && w.returned.share(percent(count, taken))}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
