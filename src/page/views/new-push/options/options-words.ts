import { list, minute, span } from "../../../app/time/format.ts";
import { words } from "../../../words/dictionary.ts";
import type { Draft } from "../draft/draft.ts";

/** The options in a sentence: "now, at once, for 24h". What is as it always is stays unsaid. @param now epoch milliseconds */
export function optionsSentence(draft: Draft, now: number): string {
  const w = words().compose.options;
  const parts = [
    draft.sendAt === null ? w.now : w.at(minute(Date.parse(draft.sendAt), now)),
    draft.rate.trim() === "" ? w.atOnce : w.rate(draft.rate),
    w.for(span(draft.expiresIn * 1_000)),
    ...(draft.canary === null ? [] : [w.canary(draft.canary.count)]),
    ...(draft.priority === "normal" ? [] : [w.priority[draft.priority]]),
    ...(draft.relays === null ? [] : [w.relays(list(draft.relays))]),
    ...(draft.onceKey.trim() === "" ? [] : [w.once(draft.onceKey.trim())]),
    ...(draft.isList ? [] : [w.notList]),
  ];
  return parts.join(w.comma);
}
