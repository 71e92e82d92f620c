import type { Refusal } from "../../app/data/api.ts";
import { clauses } from "../../app/time/format.ts";
import { said } from "../../parts/signs/said.tsx";
import { words } from "../../words/dictionary.ts";
import { type Composed, type Place, placeOf } from "./message/preheader.ts";

/** A fault of one field of the form. */
export interface Fault {
  /** As the API names it: `subject`, `canary`; and `preheader`. */
  readonly field: string;
  /** Which part of it: `count` of a canary; empty: all of it. */
  readonly part: string;
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
    const part = path.slice(field.length + 2).replace(/^\./, "");
    const found = IN_TEMPLATE.exec(message);
    if (found === null) return { field, part, message, place: null };
    const [line, column] = [Number(found[1]), Number(found[2])];
    const place =
      field === "html" ? placeOf(html, line, column) : ({ field: field as "html", line, column } satisfies Place);
    return { field: place.field, part, message: found[3] ?? "", place };
  });
}

/** What is wrong with these fields, in words; null: nothing. */
export function faultIn(faults: readonly Fault[], ...fields: readonly string[]): string | null {
  const mine = faults.filter(({ field }) => fields.includes(field)).map(textOf);
  return mine.length === 0 ? null : clauses(mine);
}

/** What is wrong with one part of a field, in words; null: nothing. */
export function faultInPart(faults: readonly Fault[], field: string, part: string): string | null {
  const found = faults.find((one) => one.field === field && one.part === part);
  return found === undefined ? null : said(found.message);
}

export function textOf({ part, message, place }: Fault): string {
  const text = part === "" ? said(message) : said(`${part}: ${message}`);
  return place === null ? text : words().compose.inTemplate(place.line, place.column, text);
}

/** The fields that have a place in the form where their faults stand. */
export const SHOWN_FIELDS: readonly string[] = [
  ...["filter", "segment", "template", "subject", "preheader", "html", "text", "from", "replyTo", "attachments"],
  ...["headers", "sendAt", "expiresIn", "rate", "relays", "canary", "onceKey"],
];
