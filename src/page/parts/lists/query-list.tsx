import type { ComponentChildren } from "preact";
import type { Page } from "../../app/data/gather.ts";
import type { Loaded } from "../../app/data/load.ts";
import { query, setQuery } from "../../app/router.ts";
import { words } from "../../words/dictionary.ts";
import { Button } from "../forms/button.tsx";
import { Pages } from "./pages.tsx";
import { type Column, Table } from "./table.tsx";

interface Props<Row> {
  readonly of: Loaded<Page<Row>>;
  /** For screen readers: what the list is of. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string | number;
  /** Names in the address bar that narrow the list. */
  readonly narrowedBy?: readonly string[];
  /** Above the list, unless there is nothing at all. */
  readonly tools?: ComponentChildren;
  /** Of a list that can be narrowed. */
  readonly noMatch?: string;
  /** What stands in place of a list that has nothing in it. */
  readonly empty: ComponentChildren;
}

/** A list in pages, narrowed by what stands in the address bar; the place in it is `after` there. */
export function QueryList<Row>({ of, caption, columns, keyOf, narrowedBy = [], tools, noMatch, empty }: Props<Row>) {
  const w = words().common;
  const after = query.value.get("after");
  if (isEmptyList(of, narrowedBy)) return empty;
  return (
    <>
      {tools !== undefined && <div class="tools">{tools}</div>}
      <Pages
        of={of}
        label={caption}
        lines={8}
        next={({ next }) => next}
        isFirst={after === null}
        onPage={(to) => setQuery({ after: to })}
        shown={({ rows }) => rows.length > 0 && w.shown(rows.length)}
      >
        {({ rows }) =>
          rows.length > 0 ? (
            <Table caption={caption} columns={columns} rows={rows} keyOf={keyOf} />
          ) : (
            <div class="row dim">
              {noMatch}
              <Button
                kind="quiet"
                size="small"
                onPress={() => setQuery(Object.fromEntries(["after", ...narrowedBy].map((name) => [name, null])))}
              >
                {w.showAll}
              </Button>
            </div>
          )
        }
      </Pages>
    </>
  );
}

/** Whether there is nothing in the list, however one searches. */
export function isEmptyList(of: Loaded<Page<unknown>>, narrowedBy: readonly string[] = []): boolean {
  return (
    of.value?.rows.length === 0 &&
    of.value.next === null &&
    !["after", ...narrowedBy].some((name) => query.value.has(name))
  );
}
