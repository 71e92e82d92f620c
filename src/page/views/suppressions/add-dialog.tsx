import { useRef, useState } from "preact/hooks";
import { toast } from "../../app/toasts.ts";
import { Button } from "../../parts/forms/button.tsx";
import { Confirm, Dialog } from "../../parts/forms/dialog.tsx";
import { Field, TextArea } from "../../parts/forms/field.tsx";
import { Select } from "../../parts/forms/select.tsx";
import { Notice } from "../../parts/signs/notice.tsx";
import { said } from "../../parts/signs/said.tsx";
import { words } from "../../words/dictionary.ts";
import { pastedAddresses } from "./pasted.ts";
import { type Added, addSuppressions, lift, REASONS, type Reason } from "./suppressions.ts";

interface Props {
  /** In the field as the dialog opens. */
  readonly initial?: string;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Each is taken back by a call of its own. */
const MOST_UNDONE = 100;

/** Addresses that shall get no mail, one or many, typed or pasted. */
export function AddDialog({ initial = "", onDone, onClose }: Props) {
  const w = words().suppressions;
  const [text, setText] = useState(initial);
  const [reason, setReason] = useState<Reason>("manual");
  const [detail, setDetail] = useState("");
  const [rest, setRest] = useState<Added | null>(null);
  // Some were not taken: that stays open to be read.
  const hasRest = useRef(false);
  const { addresses, unread, unreadCount } = pastedAddresses(text);

  const run = async (): Promise<void> => {
    const result = await addSuppressions(addresses, reason, detail.trim() || null);
    onDone();
    // Which of them are new is known where all are.
    const isUndoable = result.known === 0 && result.rejected.length === 0 && addresses.length <= MOST_UNDONE;
    const undo = async (): Promise<void> => {
      for (const address of addresses) await lift({ address, reason });
      onDone();
    };
    if (result.rejected.length === 0) toast(w.add.did(result.added, result.known), isUndoable ? undo : null);
    else {
      hasRest.current = true;
      setRest(result);
    }
  };

  if (rest !== null) {
    return (
      <Dialog title={w.add.title} onClose={onClose} foot={<Button onPress={onClose}>{words().common.close}</Button>}>
        <Notice kind="warn">{w.add.rest(rest.added, rest.known, rest.rejected.length)}</Notice>
        <ul class="reasons">
          {rest.rejected.slice(0, MOST_UNDONE).map((one) => (
            <li key={one.address}>
              <span class="reason">
                <span class="cut">{one.address}</span>
                <span class="small dim">{said(one.reason)}</span>
              </span>
            </li>
          ))}
        </ul>
      </Dialog>
    );
  }
  return (
    <Confirm
      title={w.add.title}
      act={w.add.act(addresses.length)}
      disabled={addresses.length === 0}
      onAct={run}
      onClose={() => hasRest.current || onClose()}
    >
      <TextArea
        label={w.add.addresses}
        isCode
        rows={6}
        value={text}
        onInput={setText}
        hint={
          <span aria-live="polite">{text.trim() === "" ? w.add.hint : w.add.found(addresses.length, unreadCount)}</span>
        }
      />
      {unread.map((one) => (
        <code key={one.line} class="words">
          {w.add.unread(one.line)} {one.text.slice(0, 120)}
        </code>
      ))}
      <Select
        label={w.reason}
        value={reason}
        options={REASONS.toReversed().map((one) => [one, w.reasons[one]] as const)}
        onChange={setReason}
        hint={w.means[reason]}
      />
      <Field
        label={w.detail}
        optional
        maxLength={500}
        value={detail}
        onInput={setDetail}
        hint={w.add.detailHint}
        autocomplete="off"
      />
      <p class="dim small">{w.add.says}</p>
    </Confirm>
  );
}
