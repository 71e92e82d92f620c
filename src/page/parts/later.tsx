import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Skeleton } from "./lists/skeleton.tsx";

/**
 * A component that is loaded when it is first drawn: for what few visits open.
 *
 * @example
 * const TestDialog = later(() => import("./test-dialog.tsx").then((found) => found.TestDialog));
 */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let loaded: ComponentType<Props> | null = null;
  return function Later(props: Props) {
    const [found, setFound] = useState(() => loaded);
    const [failed, setFailed] = useState<Error | null>(null);
    useEffect(() => {
      if (loaded !== null) return;
      load().then((component) => {
        loaded = component;
        setFound(() => component);
      }, setFailed);
    }, []);
    // As a fault of the page's own: a newer version may have replaced this one's files.
    if (failed !== null) return <p role="alert">{failed.message}</p>;
    const Found = found;
    return Found === null ? <Skeleton lines={2} /> : <Found {...props} />;
  };
}
