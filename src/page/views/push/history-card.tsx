import { Card } from "../../parts/card.tsx";
import { Time } from "../../parts/signs/time.tsx";
import { words } from "../../words/dictionary.ts";
import { entryOf } from "../../words/entry.ts";
import type { Push } from "./live/use-push.ts";

/** Who made the push, and who steered it. */
export function HistoryCard({ push }: { readonly push: Push }) {
  const w = words().push;
  return (
    <Card title={w.section.history}>
      <ul class="history">
        {push.steering.map(({ action, by, at }) => (
          <li key={at + action}>
            <span class="dim">
              <Time at={at} />
            </span>
            <span>
              <strong>{by}</strong> {entryOf(w.history, action) ?? action}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
