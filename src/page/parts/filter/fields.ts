import { api, ask, type Schemas } from "../../app/data/api.ts";
import { type Loaded, useLoaded } from "../../app/data/load.ts";
import { words } from "../../words/dictionary.ts";
import { entryOf } from "../../words/entry.ts";

export type KnownFields = Schemas["Fields"];
export type KnownField = KnownFields["fields"][number];

/** The fields that recipients have, and their values. `edition`: counts changes of recipients, after which they are read again. */
export function useFields(edition = 0): Loaded<KnownFields> {
  return useLoaded((signal) => ask(api.GET("/api/recipients/fields", { signal })), [edition]);
}

/** Whether all values of a field are known. `isSample`: what is known is of some people alone. */
export function hasAllValues({ values, distinct }: KnownField, isSample: boolean): boolean {
  return !isSample && values.length > 0 && values.length === distinct;
}

const ATTRIBUTE = "attributes.";

/** A field's name for people: "area", "plan". */
export function fieldWord(field: string): string {
  if (field.startsWith(ATTRIBUTE)) return field.slice(ATTRIBUTE.length);
  const word = entryOf<unknown>(words().audience, field);
  return typeof word === "string" ? word : field;
}
