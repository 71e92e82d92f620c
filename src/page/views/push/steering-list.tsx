import { Time } from "../../parts/signs/time.tsx";
import { words } from "../../words/dictionary.ts";
import { entryOf } from "../../words/entry.ts";
import type { Push } from "./live/use-push.ts";

/** Who did what with a push, and when. */
export function SteeringList({ of }: { readonly of: Push["steering"] }) {
  const w = words().push.history;
  return (
    <ul class="history">
      {of.map(({ action, by, at }) => (
        <li key={at + action}>
          <span class="dim">
            <Time at={at} />
          </span>
          <span>
            <strong>{by}</strong> {entryOf(w, action) ?? action}
          </span>
        </li>
      ))}
    </ul>
  );
}
