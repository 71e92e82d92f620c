import { useEffect, useState } from "preact/hooks";

/** A value once it has stood still for so long, in milliseconds; the first one at once. */
export function useSettled<Value>(value: Value, forMs: number): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    if (Object.is(value, settled)) return;
    const timer = setTimeout(() => setSettled(value), forMs);
    return () => clearTimeout(timer);
  }, [value, forMs, settled]);
  return settled;
}
