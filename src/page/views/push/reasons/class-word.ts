import { words } from "../../../words/dictionary.ts";
import { entryOf } from "../../../words/entry.ts";

/** "no such user"; a class that the page does not know stands as it is. */
export function classWord(name: string): string {
  return entryOf(words().push.classes, name) ?? name;
}
