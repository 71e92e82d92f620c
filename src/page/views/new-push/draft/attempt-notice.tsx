import { useState } from "preact/hooks";
import type { Refusal } from "../../../app/data/api.ts";
import { Button } from "../../../parts/forms/button.tsx";
import { Confirm } from "../../../parts/forms/dialog.tsx";
import { Notice } from "../../../parts/signs/notice.tsx";
import { refusalText } from "../../../parts/signs/refusal-text.ts";
import { Said } from "../../../parts/signs/said.tsx";
import { words } from "../../../words/dictionary.ts";

interface Props {
  /** Why the last call has no answer; null: it was made before the tab was closed. */
  readonly refusal: Refusal | null;
  readonly onAgain: () => Promise<void>;
  readonly onAnew: () => void;
}

/** A push was asked for, and nobody knows whether it was made. */
export function AttemptNotice({ refusal, onAgain, onAnew }: Props) {
  const w = words().compose.attempt;
  const [isAsked, setAsked] = useState(false);
  return (
    <>
      <Notice
        kind="warn"
        acts={
          <>
            {/* The view shows why, should it fail again. */}
            <Button size="small" onPress={() => onAgain().catch(() => {})}>
              {w.again}
            </Button>
            <Button kind="quiet" size="small" onPress={() => setAsked(true)}>
              {w.anew}
            </Button>
          </>
        }
      >
        {w.says}
        {refusal !== null && <Said>{refusalText(refusal)}</Said>}
      </Notice>
      {isAsked && (
        <Confirm title={w.anewTitle} act={w.anewAct} onAct={async () => onAnew()} onClose={() => setAsked(false)}>
          {w.anewSays}
        </Confirm>
      )}
    </>
  );
}
