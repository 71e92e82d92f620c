import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Refusal } from "../../app/data/api.ts";
import { refusalOf } from "../../app/data/api.ts";
import { placeOf, returnTo } from "../../app/focus.ts";
import { words } from "../../words/dictionary.ts";
import { RefusalNotice } from "../signs/notice.tsx";
import { Button } from "./button.tsx";
import { Field } from "./field.tsx";

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  /** The buttons, the one that acts last. */
  readonly foot?: ComponentChildren;
  readonly wide?: boolean;
}

/**
 * A window over the page, while it is drawn. The browser keeps the focus in it and gives it back; Escape closes, and Enter
 * in a line of text presses the button that acts.
 */
export function Dialog({ title, onClose, children, foot, wide }: Props) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  // In a form, the Enter key presses the button of the type "submit".
  const Body = foot === undefined ? "div" : "form";
  useEffect(() => {
    const before = placeOf(document.activeElement);
    const element = dialog.current;
    element?.showModal();
    // Where the body scrolls, a browser focuses it before what can be written into.
    const body = document.activeElement?.closest(".dialog-body");
    if (body === document.activeElement) {
      body?.querySelector<HTMLElement>("input, select, textarea, button, a")?.focus();
    }
    return () => {
      // Until it is closed, nothing outside of it takes the focus.
      element?.close();
      returnTo(before);
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`dialog ${wide ? "wide" : ""}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <Body class="dialog-form" noValidate onSubmit={(event: Event) => event.preventDefault()} onKeyDown={keepBoxes}>
        <div class="dialog-head">
          <h2 id={id}>{title}</h2>
          {foot === undefined && (
            <Button kind="quiet" size="small" onPress={onClose}>
              {words().common.close}
            </Button>
          )}
        </div>
        <div class="dialog-body">{children}</div>
        {foot !== undefined && <div class="dialog-foot">{foot}</div>}
      </Body>
    </dialog>
  );
}

/** Enter on a box would act as in a line of text; whoever presses it there means the box. */
function keepBoxes(event: KeyboardEvent): void {
  const { target, key } = event;
  if (key === "Enter" && target instanceof HTMLInputElement && target.type === "checkbox") event.preventDefault();
}

interface Confirmed {
  readonly title: string;
  /** What will happen, in words and numbers. */
  readonly children: ComponentChildren;
  /** The button's words: the verb, never "OK". */
  readonly act: string;
  /** The words of the way out, where "Cancel" might mean the act. */
  readonly keep?: string;
  readonly danger?: boolean;
  /** Nothing is chosen yet that it could act on. */
  readonly disabled?: boolean;
  /** To be typed before the button acts, as it is shown. */
  readonly number?: string;
  readonly wide?: boolean;
  /** The dialog closes when this has ended well, and shows the refusal where it throws one. */
  readonly onAct: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** Says what an action will do, does it, and closes. */
export function Confirm({ title, children, act, keep, danger, disabled, number, wide, onAct, onClose }: Confirmed) {
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [typed, setTyped] = useState("");
  // Chinese input methods may write digits in full width.
  const digits = (text: string): string => text.normalize("NFKC").replace(/[^\d\p{L}]/gu, "");
  const isOff = disabled || (number !== undefined && digits(typed) !== digits(number));
  const run = async (): Promise<void> => {
    if (isOff) return;
    setRefusal(null);
    try {
      await onAct();
      onClose();
    } catch (thrown) {
      setRefusal(refusalOf(thrown));
    }
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      wide={wide}
      foot={
        <>
          <Button onPress={onClose}>{keep ?? words().common.cancel}</Button>
          <Button type="submit" kind={danger ? "danger" : "primary"} onPress={run} disabled={isOff}>
            {act}
          </Button>
        </>
      }
    >
      {/* What was refused is changed: it may be well now. */}
      <div class="stack" onInput={() => refusal !== null && setRefusal(null)}>
        {children}
      </div>
      {number !== undefined && (
        <Field label={words().common.typeNumber(number)} value={typed} onInput={setTyped} autocomplete="off" />
      )}
      {refusal !== null && <RefusalNotice refusal={refusal} />}
      {refusal?.mayPass && refusal.status !== 429 && <p class="dim">{words().common.maybeDone}</p>}
    </Dialog>
  );
}
