import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Loaded } from "../../app/data/load.ts";
import { words } from "../../words/dictionary.ts";
import { Button } from "../forms/button.tsx";
import { Read } from "./read.tsx";

interface Props<Value> {
  readonly of: Loaded<Value>;
  /** For screen readers: what the list is of. */
  readonly label: string;
  /** The page's cursor to go on after; null: it is the last one. */
  readonly next: (value: Value) => string | null;
  readonly isFirst: boolean;
  /** The cursor to go on after; null: the first page. */
  readonly onPage: (after: string | null) => void;
  /** Beside the buttons, what is shown: "100 shown". */
  readonly shown?: (value: Value) => ComponentChildren;
  /** Lines of the skeleton. */
  readonly lines?: number;
  readonly children: (value: Value) => ComponentChildren;
}

/**
 * A list in pages by cursor. What was read before stays in sight until the next answer has come; a page that was
 * turned to begins at its top, and there is the focus.
 */
export function Pages<Value>({ of, label, next, isFirst, onPage, shown, lines, children }: Props<Value>) {
  const w = words().common;
  const frame = useRef<HTMLDivElement>(null);
  const before = useRef<Value | undefined>(undefined);
  const isTurned = useRef(false);
  if (of.value !== undefined || of.refusal !== null) before.current = of.value;
  useEffect(() => {
    if (of.value === undefined || !isTurned.current) return;
    isTurned.current = false;
    frame.current?.scrollIntoView({ block: "nearest" });
    if ((frame.current?.getBoundingClientRect().top ?? 0) < 0) frame.current?.scrollIntoView();
    frame.current?.focus({ preventScroll: true });
  }, [of.value]);
  const turn = (after: string | null): void => {
    isTurned.current = true;
    onPage(after);
  };
  const isOld = of.value === undefined && before.current !== undefined;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is a group of fields
    <div ref={frame} class="pages" role="group" aria-label={label} aria-busy={isOld} tabIndex={-1}>
      <Read of={{ ...of, value: before.current }} lines={lines}>
        {(value) => {
          const after = next(value);
          const text = shown?.(value);
          return (
            <>
              {children(value)}
              {(!isFirst || after !== null || text) && (
                <div class="table-foot">
                  <span>{text}</span>
                  {!isFirst && (
                    <Button size="small" onPress={() => turn(null)}>
                      {w.previous}
                    </Button>
                  )}
                  {after !== null && (
                    <Button size="small" onPress={() => turn(after)}>
                      {w.next}
                    </Button>
                  )}
                </div>
              )}
            </>
          );
        }}
      </Read>
    </div>
  );
}
