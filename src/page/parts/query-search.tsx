import { useEffect, useState } from "preact/hooks";
import { query, setQuery } from "../app/router.ts";
import { SearchField } from "./field.tsx";

const TYPING_MS = 300;

/** A search above a list, kept in the address bar under `search`. What is typed counts once the fingers rest. */
export function QuerySearch({ label }: { readonly label: string }) {
  const asked = query.value.get("search") ?? "";
  const [typed, setTyped] = useState(asked);
  useEffect(() => {
    if (typed.trim() === asked) return;
    const timer = setTimeout(() => setQuery({ search: typed.trim(), after: null }), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  // Cleared elsewhere; not while one types, where a space at the end is about to be followed by something.
  useEffect(() => setTyped((now) => (now.trim() === asked ? now : asked)), [asked]);
  return <SearchField label={label} value={typed} onInput={setTyped} />;
}
