import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** Whether an element has been in sight: a place for its `ref`, and the answer. */
export function useSeen<Part extends Element>(): readonly [RefObject<Part>, boolean] {
  const place = useRef<Part>(null);
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    if (place.current === null || isSeen) return;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) setSeen(true);
    });
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [isSeen]);
  return [place, isSeen];
}
