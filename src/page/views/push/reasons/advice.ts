import { words } from "../../../words/dictionary.ts";
import { entryOf } from "../../../words/entry.ts";

/** What to do about deliveries of a state and class: in the page's words where it has some, else as the API says it. */
export function adviceIn(state: string, name: string | null, said: string): string {
  const known = entryOf(words().push.advice, state === "bounced" ? "failed" : state);
  if (known === undefined) return said;
  return (name === null ? undefined : entryOf(known, name)) ?? known.other ?? said;
}
