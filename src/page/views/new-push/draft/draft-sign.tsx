import { useState } from "preact/hooks";
import { now } from "../../../app/time/clock.ts";
import { ago, clock } from "../../../app/time/format.ts";
import { toast } from "../../../app/toasts.ts";
import { Button } from "../../../parts/forms/button.tsx";
import { Confirm } from "../../../parts/forms/dialog.tsx";
import { words } from "../../../words/dictionary.ts";
import type { Keeper } from "./kept-draft.ts";

interface Props {
  readonly keeper: Keeper;
  /** When the draft that was found here was kept; null: the form began afresh. */
  readonly leftAt: number | null;
  readonly onThrow: () => Promise<void>;
}

/** Says where the draft is, and throws it away when asked. */
export function DraftSign({ keeper: { savedAt, failed }, leftAt, onThrow }: Props) {
  const w = words().compose.draft;
  const [isAsked, setAsked] = useState(false);
  const text = failed
    ? w.failed
    : savedAt === null
      ? w.notYet
      : savedAt === leftAt
        ? w.found(ago(savedAt, now.value))
        : w.kept(clock(savedAt, now.value));
  return (
    <span class="row draft-sign">
      {text}
      {savedAt !== null && (
        <Button kind="quiet" size="small" onPress={() => setAsked(true)}>
          {w.throwAway}
        </Button>
      )}
      {isAsked && (
        <Confirm
          title={w.throwTitle}
          act={w.throwAct}
          danger
          onAct={async () => {
            await onThrow();
            toast(w.thrown);
          }}
          onClose={() => setAsked(false)}
        >
          {w.throwSays}
        </Confirm>
      )}
    </span>
  );
}
