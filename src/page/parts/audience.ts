import { ERASED } from "../../core/blanked.ts";
import { oneOf, together } from "../app/time/format.ts";
import { words } from "../words/dictionary.ts";
import { entryOf } from "../words/entry.ts";
import { fieldWord } from "./filter/fields.ts";

/** A filter, as the API takes it, in words. */
export function audienceOf(filter: unknown): string {
  const w = words().audience;
  if (typeof filter !== "object" || filter === null) return w.everybody;
  const tests = Object.entries(filter).flatMap(([field, given]) => testsOf(given).map((test) => ({ field, ...test })));
  if (tests.length === 0) return w.everybody;
  return tests
    .map(({ field, operator, value }) => {
      const name = fieldWord(field);
      const says = entryOf<(name: string, value: string) => string>(w.operators, operator);
      return says === undefined ? `${name} ${operator} ${textOf(value)}` : says(name, textOf(value));
    })
    .reduce((all, test) => (all === "" ? test : together(all, w.and, test)), "");
}

function testsOf(given: unknown): { readonly operator: string; readonly value: unknown }[] {
  if (Array.isArray(given)) return [{ operator: "in", value: given }];
  if (typeof given !== "object" || given === null) return [{ operator: "eq", value: given }];
  return Object.entries(given).map(([operator, value]) => ({ operator, value }));
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return oneOf(value.map(textOf));
  if (value === ERASED) return words().audience.erased;
  return value === "" ? "“”" : String(value);
}
