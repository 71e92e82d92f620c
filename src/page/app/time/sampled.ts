import { useEffect, useRef, useState } from "preact/hooks";

/** A value that moves all the time, taken no more often than every so many milliseconds; at rest it is the last one. */
export function useSampled<Value>(value: Value, everyMs: number): Value {
  const [taken, setTaken] = useState(value);
  const takenAt = useRef(Date.now());
  const latest = useRef(value);
  latest.current = value;
  const isBehind = !Object.is(value, taken);
  useEffect(() => {
    if (!isBehind) return;
    const timer = setTimeout(
      () => {
        takenAt.current = Date.now();
        setTaken(latest.current);
      },
      Math.max(0, takenAt.current + everyMs - Date.now()),
    );
    return () => clearTimeout(timer);
  }, [isBehind, everyMs]);
  return taken;
}
