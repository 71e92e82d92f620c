import type { Refusal } from "../../app/data/api.ts";
import { clauses } from "../../app/time/format.ts";
import { said } from "../../parts/signs/said.tsx";
import { words } from "../../words/dictionary.ts";
import { type Composed, type Place, placeOf } from "./message/preheader.ts";

/** A fault of one field of the form. */
export interface Fault {
  /** As the API names it: `subject`, `canary`; and `preheader`. */
  readonly field: string;
  /** In the words of the API. */
  readonly message: string;
  /** Where in a template; null: not in one. */
  readonly place: Place | null;
}

const IN_TEMPLATE = /^line (\d+), column (\d+): ([\s\S]*)$/;

/** The faults that the API found in a body, each at the field of the form that it came from. */
export function faultsOf(refusal: Refusal | null, html: Composed): Fault[] {
  return (refusal?.errors ?? []).map(({ path, message }) => {
    const field = /^\$\.(\w+)/.exec(path)?.[1] ?? "";
    const rest = path.slice(field.length + 2);
    const found = IN_TEMPLATE.exec(message);
    if (found === null) return { field, message: rest === "" ? message : `${rest}: ${message}`, place: null };
    const [line, column] = [Number(found[1]), Number(found[2])];
    const place =
      field === "html" ? placeOf(html, line, column) : ({ field: field as "html", line, column } satisfies Place);
    return { field: place.field, message: found[3] ?? "", place };
  });
}

/** What is wrong with these fields, in words; null: nothing. */
export function faultIn(faults: readonly Fault[], ...fields: readonly string[]): string | null {
  const mine = faults.filter(({ field }) => fields.includes(field)).map(textOf);
  return mine.length === 0 ? null : clauses(mine);
}

export function textOf({ message, place }: Fault): string {
  const text = said(message);
  return place === null ? text : words().compose.inTemplate(place.line, place.column, text);
}

/** The fields that have a place in the form where their faults stand. */
export const SHOWN_FIELDS: readonly string[] = [
  ...["filter", "segment", "template", "subject", "preheader", "html", "text", "from", "replyTo", "attachments"],
  ...["headers", "sendAt", "expiresIn", "rate", "relays", "canary", "onceKey"],
];
