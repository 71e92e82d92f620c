import { useEffect, useState } from "preact/hooks";
import { composing } from "../../app/composing.ts";

const TYPING_MS = 300;

/**
 * A text while it is typed, and what is made of it once the fingers rest.
 *
 * @param settled what it was made to last: a change of it from elsewhere is shown
 */
export function useTyped(settled: string, onSettle: (text: string) => void): [string, (text: string) => void] {
  const [typed, setTyped] = useState(settled);
  const isHalf = composing.value;
  useEffect(() => {
    if (isHalf || typed.trim() === settled) return;
    const timer = setTimeout(() => onSettle(typed.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, isHalf]);
  // While one types, a space at the end is about to be followed by something.
  useEffect(() => setTyped((now) => (now.trim() === settled ? now : settled)), [settled]);
  return [typed, setTyped];
}
