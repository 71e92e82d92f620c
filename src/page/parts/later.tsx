import type { ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { sentences } from "../app/time/format.ts";
import { need, words as phrases } from "../words/dictionary.ts";
import type { Section } from "../words/shape.ts";
import { Button } from "./forms/button.tsx";
import { Skeleton } from "./lists/skeleton.tsx";
import { Notice } from "./signs/notice.tsx";

/**
 * A component that is loaded when it is first drawn: for what few visits open.
 *
 * @param words sections of the words that it says and the view's route does not name
 * @example
 * const TestDialog = later(() => import("./test-dialog.tsx").then((found) => found.TestDialog), ["sending"]);
 */
export function later<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  words: readonly Section[] = [],
): ComponentType<Props> {
  let loaded: ComponentType<Props> | null = null;
  return function Later(props: Props) {
    const [found, setFound] = useState(() => loaded);
    const [hasFailed, setFailed] = useState(false);
    useEffect(() => {
      if (loaded !== null) return;
      Promise.all([load(), need(words)]).then(
        ([component]) => {
          loaded = component;
          setFound(() => component);
        },
        () => setFailed(true),
      );
    }, []);
    // A newer version may have replaced this one's files. Not loaded anew by itself: somebody is at work around it.
    if (hasFailed) return <LoadFailed />;
    const Found = found;
    return Found === null ? <Skeleton lines={2} /> : <Found {...props} />;
  };
}

/** Where a part of a view did not come; it may be a window that was asked for, so it is brought into sight. */
function LoadFailed() {
  const w = phrases().shell.loadFailed;
  const here = useRef<HTMLDivElement>(null);
  useEffect(() => here.current?.scrollIntoView({ block: "center" }), []);
  return (
    <div ref={here}>
      <Notice
        kind="bad"
        acts={
          <Button size="small" onPress={() => location.reload()}>
            {w.reload}
          </Button>
        }
      >
        {sentences(w.part, w.todo)}
      </Notice>
    </div>
  );
}
