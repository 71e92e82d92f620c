import { words } from "../../../words/dictionary.ts";

/** "no such user"; a class that the page does not know stands as it is. */
export function classWord(name: string): string {
  return words().push.classes[name] ?? name;
}
