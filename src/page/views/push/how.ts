import { number, span, wholeTime } from "../../app/time/format.ts";
import { words } from "../../words/dictionary.ts";
import type { Push } from "./live/use-push.ts";

const DAY_SECONDS = 86_400;

/** How a push sends, of what is not as it always is: its start, rate, canary, priority, once key, expiry. */
export function howOf(push: Push): readonly string[] {
  const w = words().push.how;
  const { status, sendAt, rate, canary, priority, onceKey, list, expiresIn, inDoubt } = push;
  return [
    ...(status === "held" && sendAt !== null ? [w.starts(wholeTime(Date.parse(sendAt)))] : []),
    ...(rate === null ? [] : [w.rate(number(rate, 1))]),
    ...(canary === null ? [] : [w.canary(canary.count, span(canary.waitSeconds * 1_000))]),
    ...(priority === "normal" ? [] : [w.priority[priority]]),
    ...(onceKey === null ? [] : [w.once(onceKey)]),
    ...(list ? [] : [w.notList]),
    ...(expiresIn === null || expiresIn === DAY_SECONDS ? [] : [w.expires(span(expiresIn * 1_000))]),
    ...(inDoubt === "hold" ? [w.inDoubt] : []),
  ];
}
