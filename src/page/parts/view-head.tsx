import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { visits } from "../app/router.ts";
import { words } from "../words/dictionary.ts";

interface Props {
  readonly title: string;
  /** Beside the title: a pill. */
  readonly beside?: ComponentChildren;
  /** The way up: a link and a name. */
  readonly crumbs?: ComponentChildren;
  /** Facts, an element each: `<span>`. */
  readonly children?: ComponentChildren;
  /** What can be done here. */
  readonly acts?: ComponentChildren;
}

let focusedAt = 0;

/** The head of a view: its `h1`, which is the document's title too and gets the focus when the reader comes here. */
export function ViewHead({ title, beside, crumbs, children, acts }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${words().common.product}`;
  }, [title]);
  useEffect(() => {
    // Not where the page opens: a browser begins at its top.
    if (visits.peek() === focusedAt) return;
    focusedAt = visits.peek();
    heading.current?.focus({ preventScroll: true });
  }, [title]);
  useEffect(
    () => () => {
      // A head that takes another's place takes its focus too.
      if (document.activeElement === heading.current) focusedAt = -1;
    },
    [],
  );
  return (
    <header class="head">
      {crumbs !== undefined && (
        <nav class="crumbs" aria-label={words().common.crumbs}>
          {crumbs}
        </nav>
      )}
      <div class="head-line">
        <h1 ref={heading} tabIndex={-1}>
          <span class="head-title" title={title}>
            {title}
          </span>{" "}
          {beside}
        </h1>
        {acts !== undefined && acts !== false && <div class="head-acts">{acts}</div>}
      </div>
      {children !== undefined && <div class="facts">{children}</div>}
    </header>
  );
}
