import type { ComponentChildren } from "preact";
import type { Refusal } from "../../app/data/api.ts";
import { words } from "../../words/dictionary.ts";
import { Button } from "../forms/button.tsx";
import { refusalText } from "./refusal-text.ts";
import { saidAt } from "./said.tsx";

interface Props {
  /** `info`: good to know; `warn`: look at it; `bad`: it did not work; `good`: it did. */
  readonly kind?: "info" | "warn" | "bad" | "good";
  readonly children: ComponentChildren;
  /** What to do about it. */
  readonly acts?: ComponentChildren;
  /** It has a countdown or a count in it: a screen reader would say it again at each change. */
  readonly ticks?: boolean;
}

const MARKS = { info: "i", warn: "!", bad: "×", good: "✓" };

/** Words where a person might act or wonder: what happened, what it means, what to do. */
export function Notice({ kind = "info", children, acts, ticks }: Props) {
  return (
    <div class={`notice ${kind}`} role={ticks ? undefined : kind === "bad" ? "alert" : "status"}>
      <span class="notice-mark" aria-hidden="true">
        {MARKS[kind]}
      </span>
      <div>{children}</div>
      {acts !== undefined && acts !== false && <div class="notice-acts">{acts}</div>}
    </div>
  );
}

/** Why the API refused, in its own words, field by field. `onRetry`: left out where the same would be refused again. */
export function RefusalNotice({ refusal, onRetry }: { readonly refusal: Refusal; readonly onRetry?: () => void }) {
  // The detail is the first one of them.
  const several = refusal.errors.length > 1 ? refusal.errors : [];
  return (
    <Notice
      kind="bad"
      acts={
        onRetry &&
        !refusal.isFinal && (
          <Button size="small" onPress={onRetry}>
            {words().common.again}
          </Button>
        )
      }
    >
      {refusalText(refusal)}
      {several.map((fault) => (
        <code key={`${fault.path} ${fault.message}`} class="words">
          {saidAt(fault)}
        </code>
      ))}
    </Notice>
  );
}
