import { useState } from "preact/hooks";
import { may } from "../../../app/data/session.ts";
import { now } from "../../../app/time/clock.ts";
import { number } from "../../../app/time/format.ts";
import { toast } from "../../../app/toasts.ts";
import { figuresOf } from "../../../parts/figures/figures.tsx";
import { Button, LinkButton } from "../../../parts/forms/button.tsx";
import { Confirm } from "../../../parts/forms/dialog.tsx";
import { lackOf } from "../../../parts/forms/needs.tsx";
import { later } from "../../../parts/later.tsx";
import { words } from "../../../words/dictionary.ts";
import type { Push } from "../live/use-push.ts";
import { isBegun, startOf } from "../start.ts";
import { type Command, steer } from "./steering.ts";

// What stops a push is there at once; what can wait is loaded when it is asked for.
const ApproveDialog = later(() => import("./approve-dialog.tsx").then((found) => found.ApproveDialog), ["dialogs"]);
const RateDialog = later(() => import("./rate-dialog.tsx").then((found) => found.RateDialog), ["dialogs"]);

type Asked = "approve" | "rate" | "pause" | "resume" | "cancel";

interface Props {
  readonly push: Push;
  readonly onRetry: () => void;
  /** After a command the push is read again, should its socket be away. */
  readonly onDone: () => void;
}

/** What can be done with the push as a whole. */
export function ActionBar({ push, onRetry, onDone }: Props) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const w = words().push.actions;
  const { status, tallies } = push;
  const isOpen = status !== "finished" && status !== "cancelled";
  const canRetry = status !== "cancelled" && tallies.failed + tallies.in_doubt + tallies.deferred + tallies.skipped > 0;
  const lacking = (["write", "send"] as const).filter((scope) => !may(scope));
  return (
    <>
      {may("send") && status === "held" && (
        <Button kind="primary" onPress={() => setAsked("approve")}>
          {w.approve}
        </Button>
      )}
      {may("write") && status === "held" && <LinkButton to={`/pushes/${push.id}/edit`}>{w.change}</LinkButton>}
      {may("write") && (status === "running" || status === "scheduled") && (
        <Button onPress={() => setAsked("pause")}>{w.pause}</Button>
      )}
      {may("send") && status === "paused" && (
        <Button kind="primary" onPress={() => setAsked("resume")}>
          {w.resume}
        </Button>
      )}
      {may("send") && isOpen && status !== "held" && <Button onPress={() => setAsked("rate")}>{w.rate}</Button>}
      {may("send") && canRetry && <Button onPress={onRetry}>{w.retry}</Button>}
      {may("write") && <LinkButton to={`/new?from=${push.id}`}>{w.duplicate}</LinkButton>}
      {may("write") && isOpen && (
        <Button kind="quiet danger" onPress={() => setAsked("cancel")}>
          {w.cancel}
        </Button>
      )}
      {lacking.length > 0 && (
        <span class="dim small">
          {w.others} {lackOf(...lacking)}
        </span>
      )}
      {asked !== null && <Ask asked={asked} push={push} onDone={onDone} onClose={() => setAsked(null)} />}
    </>
  );
}

function Ask({
  asked,
  push,
  onDone,
  onClose,
}: {
  readonly asked: Asked;
  readonly push: Push;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const w = words().push;
  const { waiting, success } = figuresOf(push.tallies);
  // What is to be typed stays as it was shown, while the audience is still being copied.
  const [total] = useState(push.total);
  const isBefore = !isBegun(push);
  const { sending } = push.tallies;
  const run = async (command: Command, did: string, undo: Command | null): Promise<void> => {
    await steer(push.id, command);
    onDone();
    const canUndo = undo !== null && may(undo === "resume" ? "send" : "write");
    toast(did, canUndo ? () => steer(push.id, undo).then(onDone) : null, push.id);
  };
  if (asked === "rate") return <RateDialog push={push} onDone={onDone} onClose={onClose} />;
  if (asked === "approve") return <ApproveDialog push={push} onDone={onDone} onClose={onClose} />;
  if (asked === "pause") {
    const d = w.pauseDialog;
    return (
      <Confirm
        title={d.title}
        act={d.act}
        onAct={() => run("pause", isBefore ? d.didBefore : d.did(waiting - sending), "resume")}
        onClose={onClose}
      >
        {isBefore ? d.before : d.says(sending, waiting - sending)}
      </Confirm>
    );
  }
  if (asked === "resume") {
    const d = w.resumeDialog;
    return (
      <Confirm title={d.title} act={d.act} onAct={() => run("resume", d.did, "pause")} onClose={onClose}>
        {isBefore ? d.before(push.sendAt === null ? null : startOf(push.sendAt, now.value)) : d.says(waiting)}
      </Confirm>
    );
  }
  const d = w.cancelDialog;
  return (
    <Confirm
      title={d.title}
      act={d.act}
      keep={d.keep}
      danger
      number={waiting > 0 ? number(total) : undefined}
      onAct={() => run("cancel", isBefore ? d.didBefore : d.did(waiting), null)}
      onClose={onClose}
    >
      {isBefore ? d.before(push.expected) : d.says(waiting, success, total)}
    </Confirm>
  );
}
