import { list } from "../../app/time/format.ts";
import { toast } from "../../app/toasts.ts";
import { Confirm } from "../../parts/forms/dialog.tsx";
import { words } from "../../words/dictionary.ts";
import { lift, type Reason, readOfAddress, type Suppression, suppressAgain } from "./suppressions.ts";

/** What else stands against an address; where nobody answers, as if nothing did. */
async function stillStanding(address: string): Promise<readonly Reason[]> {
  const found = await readOfAddress(address, new AbortController().signal).catch(() => null);
  return (found?.suppressions ?? []).map(({ reason }) => reason);
}

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
    const left = await stillStanding(address);
    const did =
      left.length === 0 ? w.lift.did(address) : w.lift.stillNone(address, list(left.map((one) => w.reasons[one])));
    toast(did, async () => {
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
