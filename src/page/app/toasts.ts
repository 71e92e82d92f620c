import { signal } from "@preact/signals";

/** What is said for a while of what was done. */
export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly undo: (() => Promise<unknown>) | null;
  /** Of what was done to the same thing, the last one alone is shown: an earlier one cannot be taken back by itself. */
  readonly about: string | null;
}

const MAX_SHOWN = 3;

/** Those that are shown now. */
export const toasts = signal<readonly Toast[]>([]);
let made = 0;

/** Says for a while what was done, `about` which thing; `undo` takes it back. */
export function toast(text: string, undo: Toast["undo"] = null, about: string | null = null): void {
  const id = ++made;
  const others = toasts.value.filter((one) => about === null || one.about !== about);
  toasts.value = [...others, { id, text, undo, about }].slice(-MAX_SHOWN);
}

export function drop(id: number): void {
  toasts.value = toasts.value.filter((one) => one.id !== id);
}
