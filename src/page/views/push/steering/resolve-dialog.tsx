import { toast } from "../../../app/toasts.ts";
import { Confirm } from "../../../parts/forms/dialog.tsx";
import { words } from "../../../words/dictionary.ts";
import { resolve } from "./steering.ts";

/** A person says what became of deliveries in doubt. */
export function ResolveDialog({
  push,
  ids,
  as,
  onDone,
  onClose,
}: {
  readonly push: string;
  readonly ids: readonly number[];
  readonly as: "sent" | "failed";
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const w = words().dialogs.resolveDialog;
  const run = async (): Promise<void> => {
    const resolved = await resolve(push, ids, as);
    onDone();
    toast(w.did(resolved, as), null, push);
  };
  return (
    <Confirm
      title={as === "sent" ? w.titleSent : w.titleFailed}
      act={as === "sent" ? w.actSent : w.actFailed}
      onAct={run}
      onClose={onClose}
    >
      {w.says(ids.length)}
    </Confirm>
  );
}
