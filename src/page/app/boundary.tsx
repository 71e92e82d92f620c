import type { ComponentChildren } from "preact";
import { useErrorBoundary } from "preact/hooks";
import { Button } from "../parts/forms/button.tsx";
import { Notice } from "../parts/signs/notice.tsx";
import { ViewHead } from "../parts/view-head.tsx";
import { words } from "../words/dictionary.ts";

/** Stands in place of a view that a fault of the page's own has broken: the way to other views stays. */
export function Boundary({ children }: { readonly children: ComponentChildren }) {
  // Preact calls it as a method of its own, and `reportError` is one of the window.
  const [fault] = useErrorBoundary((error: unknown) => reportError(error));
  if (fault === undefined) return <>{children}</>;
  const w = words().shell.broken;
  return (
    <>
      <ViewHead title={w.title} />
      <Notice kind="bad" acts={<Button onPress={() => location.reload()}>{words().shell.loadFailed.reload}</Button>}>
        {w.says}
        <code class="words">{String(fault)}</code>
      </Notice>
    </>
  );
}
