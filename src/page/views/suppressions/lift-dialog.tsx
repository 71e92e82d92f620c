import { Confirm } from "../../parts/forms/dialog.tsx";
import { toast } from "../../parts/signs/toast.tsx";
import { words } from "../../words/dictionary.ts";
import { lift, type Suppression, suppressAgain } from "./suppressions.ts";

interface Props {
  readonly suppression: Suppression;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Takes one suppression back, and says what that means for its reason. */
export function LiftDialog({ suppression, onDone, onClose }: Props) {
  const w = words().suppressions;
  const { address, reason, detail } = suppression;
  const run = async (): Promise<void> => {
    await lift(suppression);
    toast(w.lift.did(address), async () => {
      await suppressAgain(suppression);
      onDone();
    });
    onDone();
  };
  return (
    <Confirm title={w.lift.title(address)} act={w.lift.act} onAct={run} onClose={onClose}>
      <p>{w.lift.says(w.reasons[reason])}</p>
      {w.lift.care[reason] !== "" && <p>{w.lift.care[reason]}</p>}
      {detail !== null && <code class="words">{detail}</code>}
    </Confirm>
  );
}
