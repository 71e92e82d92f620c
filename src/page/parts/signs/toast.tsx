import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { refusalOf } from "../../app/data/api.ts";
import { words } from "../../words/dictionary.ts";
import { Button } from "../forms/button.tsx";
import { refusalText } from "./notice.tsx";

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly undo: (() => Promise<unknown>) | null;
  /** Of what was done to the same thing, the last one alone is shown: an earlier one cannot be taken back by itself. */
  readonly about: string | null;
}

const SHOWN_MS = 8_000;
/** With an undo: as long as it takes to find it by keys, or by a screen reader. */
const SHOWN_WITH_UNDO_MS = 30_000;
const MAX_SHOWN = 3;

const toasts = signal<readonly Toast[]>([]);
let made = 0;

/** Says for a while what was done, `about` which thing; `undo` takes it back. */
export function toast(text: string, undo: Toast["undo"] = null, about: string | null = null): void {
  const id = ++made;
  const others = toasts.value.filter((one) => about === null || one.about !== about);
  toasts.value = [...others, { id, text, undo, about }].slice(-MAX_SHOWN);
}

function drop(id: number): void {
  toasts.value = toasts.value.filter((one) => one.id !== id);
}

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
