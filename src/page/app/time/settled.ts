import { useEffect, useState } from "preact/hooks";
import { composing } from "../composing.ts";

/** A value once it has stood still for so long, in milliseconds, and no input method is at work; the first one at once. */
export function useSettled<Value>(value: Value, forMs: number): Value {
  const [settled, setSettled] = useState(value);
  const isHalf = composing.value;
  useEffect(() => {
    if (isHalf || Object.is(value, settled)) return;
    const timer = setTimeout(() => setSettled(value), forMs);
    return () => clearTimeout(timer);
  }, [value, forMs, settled, isHalf]);
  return settled;
}
