import { signal } from "@preact/signals";
import { refusalOf } from "../../app/data/api.ts";
import { words } from "../../words/dictionary.ts";
import { Button } from "../forms/button.tsx";
import { said } from "./said.tsx";

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly undo: (() => Promise<unknown>) | null;
}

const SHOWN_MS = 8_000;
const MAX_SHOWN = 3;

const toasts = signal<readonly Toast[]>([]);
let made = 0;

/** Says for eight seconds what was done; `undo` takes it back. */
export function toast(text: string, undo: (() => Promise<unknown>) | null = null): void {
  const id = ++made;
  toasts.value = [...toasts.value, { id, text, undo }].slice(-MAX_SHOWN);
  setTimeout(() => dropWhenSeen(id), SHOWN_MS);
}

/** Under a dialog it cannot be pressed: it waits until that is closed. */
function dropWhenSeen(id: number): void {
  if (document.querySelector("dialog[open]") === null) drop(id);
  else setTimeout(() => dropWhenSeen(id), SHOWN_MS);
}

function drop(id: number): void {
  toasts.value = toasts.value.filter((one) => one.id !== id);
}

/** Stands once in the page. */
export function Toasts() {
  return (
    <div class="toasts" role="status">
      {toasts.value.map(({ id, text, undo }) => (
        <div class="toast" key={id}>
          <span>{text}</span>
          {undo === null ? (
            <Button size="small" onPress={() => drop(id)}>
              {words().common.dismiss}
            </Button>
          ) : (
            <Button
              size="small"
              onPress={async () => {
                await undo().catch((thrown) => toast(said(refusalOf(thrown).detail)));
                drop(id);
              }}
            >
              {words().common.undo}
            </Button>
          )}
        </div>
      ))}
    </div>
  );
}
