import type { ComponentChildren } from "preact";
import { words } from "../../words/dictionary.ts";
import { Button } from "../forms/button.tsx";

interface Props {
  /** `next` of the page that is shown; null: it is the last one. */
  readonly next: string | null;
  readonly isFirst: boolean;
  /** The cursor to go on after; null: the first page. */
  readonly onPage: (after: string | null) => void;
  /** What is shown: "1 to 100". */
  readonly children?: ComponentChildren;
}

/** The foot of a list in pages by cursor. Draws nothing where one page is all. */
export function Pager({ next, isFirst, onPage, children }: Props) {
  const w = words().common;
  if (isFirst && next === null && (children === undefined || children === false)) return null;
  return (
    <div class="table-foot">
      <span>{children}</span>
      {!isFirst && (
        <Button size="small" onPress={() => onPage(null)}>
          {w.previous}
        </Button>
      )}
      {next !== null && (
        <Button size="small" onPress={() => onPage(next)}>
          {w.next}
        </Button>
      )}
    </div>
  );
}
