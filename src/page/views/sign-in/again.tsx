import { useEffect, useRef } from "preact/hooks";
import { session, signOut } from "../../app/data/session.ts";
import { Languages } from "../../app/top.tsx";
import { Button } from "../../parts/forms/button.tsx";
import { Notice } from "../../parts/signs/notice.tsx";
import { words } from "../../words/dictionary.ts";
import { SignInForm } from "./view.tsx";

/** Over the whole page once the session has ended: what stands under it, dialogs too, is as it was left. */
export function SignInAgain() {
  const w = words().signIn;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    // Escape would show what may not be shown any more.
    <dialog ref={dialog} class="sign-in-again" aria-label={w.title} onCancel={(event) => event.preventDefault()}>
      <div class="sign-in">
        <SignInForm>
          <Notice kind="warn">{w.ended(session.value?.name ?? "")}</Notice>
        </SignInForm>
        <div class="row">
          <Languages />
          <Button kind="quiet" size="small" onPress={signOut}>
            {w.leave}
          </Button>
        </div>
      </div>
    </dialog>
  );
}
