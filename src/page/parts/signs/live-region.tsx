import { useEffect, useRef, useState } from "preact/hooks";

interface Props {
  /** What is to be said; changes come often, and not each of them is said. */
  readonly text: string;
  /** At most once in this time. */
  readonly everyMs?: number;
}

/** Says to screen readers how things stand, now and then instead of at each number. */
export function LiveRegion({ text, everyMs = 15_000 }: Props) {
  const [said, setSaid] = useState("");
  const latest = useRef(text);
  latest.current = text;
  useEffect(() => {
    setSaid(latest.current);
    const timer = setInterval(() => setSaid(latest.current), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return (
    <div class="unseen" role="status">
      {said}
    </div>
  );
}
