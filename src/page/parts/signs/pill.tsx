import { words } from "../../words/dictionary.ts";

/** A push's state in a word. */
export function Pill({ status }: { readonly status: string }) {
  const known: Readonly<Record<string, string>> = words().states.push;
  return (
    <span class={`pill ${status}`}>
      <i aria-hidden="true" />
      {known[status] ?? status}
    </span>
  );
}
