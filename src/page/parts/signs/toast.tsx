import { useEffect, useState } from "preact/hooks";
import { refusalOf } from "../../app/data/api.ts";
import { drop, type Toast, toast, toasts } from "../../app/toasts.ts";
import { words } from "../../words/dictionary.ts";
import { Button } from "../forms/button.tsx";
import { refusalText } from "./refusal-text.ts";

const SHOWN_MS = 8_000;
/** With an undo: as long as it takes to find it by keys, or by a screen reader. */
const SHOWN_WITH_UNDO_MS = 30_000;

/** Stands once in the page. */
export function Toasts() {
  return (
    <div class="toasts" role="status">
      {toasts.value.map((one) => (
        <Shown key={one.id} toast={one} />
      ))}
    </div>
  );
}

/** It does not go away under a pointer, or from under the focus. */
function Shown({ toast: { id, text, undo } }: { readonly toast: Toast }) {
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    if (isHeld) return;
    const wait = (): ReturnType<typeof setTimeout> =>
      setTimeout(
        () => {
          // Under a dialog it cannot be pressed: it waits until that is closed.
          if (document.querySelector("dialog[open]") === null) drop(id);
          else timer = wait();
        },
        undo === null ? SHOWN_MS : SHOWN_WITH_UNDO_MS,
      );
    let timer = wait();
    return () => clearTimeout(timer);
  }, [id, undo, isHeld]);
  const takeBack = async (): Promise<void> => {
    await undo?.().catch((thrown) => toast(refusalText(refusalOf(thrown))));
    drop(id);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only waits while somebody is there
    <div
      class="toast"
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocusIn={() => setHeld(true)}
      onFocusOut={() => setHeld(false)}
    >
      <span>{text}</span>
      {undo === null ? (
        <Button size="small" onPress={() => drop(id)}>
          {words().common.dismiss}
        </Button>
      ) : (
        <Button size="small" onPress={takeBack}>
          {words().common.undo}
        </Button>
      )}
    </div>
  );
}
