import { query, setQuery } from "../../app/router.ts";
import { SearchField } from "../forms/field.tsx";
import { useTyped } from "../forms/use-typed.ts";

/** A search above a list, kept in the address bar under `search`. */
export function QuerySearch({ label }: { readonly label: string }) {
  const [typed, setTyped] = useTyped(query.value.get("search") ?? "", (search) => setQuery({ search, after: null }));
  return <SearchField label={label} value={typed} onInput={setTyped} />;
}
