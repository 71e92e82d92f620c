import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { need, words as phrases } from "../words/dictionary.ts";
import type { Section } from "../words/shape.ts";
import { Skeleton } from "./lists/skeleton.tsx";

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
    // A newer version may have replaced this one's files.
    if (hasFailed) return <p role="alert">{phrases().shell.loadFailed.todo}</p>;
    const Found = found;
    return Found === null ? <Skeleton lines={2} /> : <Found {...props} />;
  };
}
