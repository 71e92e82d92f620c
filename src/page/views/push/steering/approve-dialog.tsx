import { useState } from "preact/hooks";
import { api, ask } from "../../../app/data/api.ts";
import { useLoaded } from "../../../app/data/load.ts";
import { wholeTime } from "../../../app/time/format.ts";
import { toast } from "../../../app/toasts.ts";
import { Confirm } from "../../../parts/forms/dialog.tsx";
import { words } from "../../../words/dictionary.ts";
import { howOf } from "../how.ts";
import type { Push } from "../live/use-push.ts";
import { SteeringList } from "../steering-list.tsx";
import { approve } from "./steering.ts";

interface Props {
  readonly push: Push;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Lets a held push go: to how many, who made and changed it, and how its audience has changed since. */
export function ApproveDialog({ push, onDone, onClose }: Props) {
  const w = words().dialogs.approveDialog;
  // The push goes on changing behind the dialog, and what was not seen when it opened is not approved.
  const [{ contentVersion, steering, total, sendAt }] = useState(push);
  const isNewer = push.contentVersion !== contentVersion;
  const matching = useLoaded(
    (signal) => ask(api.POST("/api/recipients/count", { body: { filter: push.filter as never }, signal })),
    [push.id],
  );
  const how = howOf(push);
  const act = async (): Promise<void> => {
    const { inSnapshot, matching: found } = await approve({ id: push.id, contentVersion });
    onDone();
    toast(w.did(inSnapshot, found), null, push.id);
  };
  return (
    <Confirm title={w.title} act={w.act} onAct={act} onClose={onClose}>
      <p>{w.says(total, sendAt === null ? null : wholeTime(Date.parse(sendAt)))}</p>
      {matching.value !== undefined && <p>{w.matching(matching.value.count, total, matching.value.isEstimate)}</p>}
      {how.length > 0 && (
        <p>
          {w.how} {how.join(" · ")}
        </p>
      )}
      <SteeringList of={steering} />
      <p class="dim">{w.look(contentVersion)}</p>
      {isNewer && (
        <p class="field-error" role="alert">
          {w.newer}
        </p>
      )}
    </Confirm>
  );
}
