import { list, minute, span } from "../../../app/time/format.ts";
import { ownZone, zoneWord } from "../../../app/time/zone.ts";
import { words } from "../../../words/dictionary.ts";
import type { Draft } from "../draft/draft.ts";

/** The options in a sentence: "now, 5 a second at most, given up after 24h". @param now epoch milliseconds */
export function optionsSentence(draft: Draft, now: number): string {
  const w = words().compose.options;
  return [
    draft.sendAt === null ? w.now : w.at(startTime(draft.sendAt, now)),
    ...(draft.rate.trim() === "" ? [w.atOnce] : []),
    ...specialsOf(draft),
    w.for(span(draft.expiresIn * 1_000)),
  ].join(w.comma);
}

/** What is not as it always is, beside its start and its end. */
export function specialsOf(draft: Draft): readonly string[] {
  const w = words().compose.options;
  return [
    ...(draft.rate.trim() === "" ? [] : [w.rate(draft.rate)]),
    ...(draft.canary === null ? [] : [w.canary(draft.canary.count)]),
    ...(draft.priority === "normal" ? [] : [w.priority[draft.priority]]),
    ...(draft.relays === null ? [] : [w.relays(list(draft.relays))]),
    ...(draft.onceKey.trim() === "" ? [] : [w.once(draft.onceKey.trim())]),
    ...(draft.isList ? [] : [w.notList]),
  ];
}

/** "28 Nov, 01:00 GMT+1", in the zone of this device. */
function startTime(sendAt: string, now: number): string {
  const at = Date.parse(sendAt);
  return `${minute(at, now)} ${zoneWord(at, ownZone())}`;
}
