import { may } from "../../app/data/session.ts";
import { number } from "../../app/time/format.ts";
import type { Count } from "../../parts/filter/audience-count.ts";
import { Button } from "../../parts/forms/button.tsx";
import { lackOf } from "../../parts/forms/needs.tsx";
import { words } from "../../words/dictionary.ts";
import type { Way } from "./last-look.tsx";

interface Props {
  readonly isEdit: boolean;
  readonly count: Count | null;
  /** A condition of the audience is not finished. */
  readonly isOpen: boolean;
  readonly faults: number;
  readonly lacksContent: boolean;
  readonly isReady: boolean;
  /** A time of start is set. */
  readonly isScheduled: boolean;
  /** A push was asked for that has no answer yet. */
  readonly isLocked: boolean;
  readonly onOpen: (what: Way | "test") => void;
  readonly onSave: () => Promise<void>;
}

/** What can be done with the draft; each but the save asks once more. */
export function Foot(props: Props) {
  const { isEdit, count, isReady, isScheduled, isLocked, onOpen, onSave } = props;
  const w = words().compose;
  const canSend = may("send");
  const isOff = !isReady || isLocked;
  const hasNobody = count === null || count.count === 0;
  return (
    <div class="composer-foot">
      {canSend && (
        <Button disabled={!isReady} onPress={() => onOpen("test")}>
          {w.foot.test}
        </Button>
      )}
      <span class="dim small composer-state" role="status">
        {props.faults > 0 && !props.lacksContent ? (
          <Button kind="quiet" size="small" onPress={goToFault}>
            {w.foot.fix(props.faults)}
          </Button>
        ) : (
          stateOf(props)
        )}
      </span>
      {isEdit ? (
        <Button kind="primary" disabled={isOff} onPress={onSave}>
          {w.foot.save}
        </Button>
      ) : (
        <>
          <Button kind={canSend ? "plain" : "primary"} disabled={isOff || hasNobody} onPress={() => onOpen("hold")}>
            {w.foot.hold}
          </Button>
          {canSend ? (
            <>
              <Button
                kind={isScheduled ? "primary" : "plain"}
                disabled={isOff || hasNobody}
                onPress={() => onOpen("schedule")}
              >
                {w.foot.schedule}
              </Button>
              <Button
                kind={isScheduled ? "plain" : "primary"}
                disabled={isOff || hasNobody}
                onPress={() => onOpen("now")}
              >
                {count === null || count.count === 0 ? w.foot.pushNobody : w.foot.push(number(count.count))}
              </Button>
            </>
          ) : (
            <span class="dim small">{w.foot.rest(lackOf("send"))}</span>
          )}
        </>
      )}
    </div>
  );
}

/** To the first field that is marked, or where the fault has no field, to its words. */
function goToFault(): void {
  const marked = document.querySelector<HTMLElement>(".composer-form [aria-invalid=true]");
  (marked ?? document.querySelector(".composer-form .field-error"))?.scrollIntoView({ block: "center" });
  marked?.focus({ preventScroll: true });
}

/** Why nothing can be done yet; empty: it can. */
function stateOf({ isEdit, count, isOpen, lacksContent }: Props): string {
  const w = words().compose;
  if (lacksContent) return w.foot.lacksContent;
  if (isEdit) return "";
  if (isOpen) return w.audience.unfinished;
  return count?.count === 0 ? w.audience.nobody : "";
}
