import { words } from "../../words/dictionary.ts";
import { entryOf } from "../../words/entry.ts";

/** A push's state in a word. */
export function Pill({ status }: { readonly status: string }) {
  return (
    <span class={`pill ${status}`}>
      <i aria-hidden="true" />
      {entryOf(words().states.push, status) ?? status}
    </span>
  );
}
