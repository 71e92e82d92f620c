import type { ComponentChildren } from "preact";

export interface Column<Row> {
  readonly head: string;
  /** The head is for screen readers alone, as over buttons. */
  readonly isHeadUnseen?: boolean;
  readonly cell: (row: Row) => ComponentChildren;
  /** `number`: to the right; `short`: on one line; `name`: what a row is about, which keeps its room beside long texts. */
  readonly kind?: "text" | "number" | "short" | "name";
  /**
   * On a phone a row is a card: the first two columns stand beside each other, those `below` under them, and the
   * `hidden` ones are left out. Default: `below` from the third on.
   */
  readonly phone?: "beside" | "below" | "hidden";
}

interface Props<Row> {
  /** For screen readers: what the table is about. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string | number;
}

/** A table that becomes a list on a narrow screen. */
export function Table<Row>({ caption, columns, rows, keyOf }: Props<Row>) {
  return (
    <table class="table">
      <caption class="unseen">{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ head, kind, isHeadUnseen, phone }) => (
            <th key={head} scope="col" class={kind} data-phone={phone === "hidden" ? phone : undefined}>
              {isHeadUnseen ? <span class="unseen">{head}</span> : head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map(({ head, cell, kind, phone }, index) => {
              // The first one says which row it is, wherever in the row a screen reader is.
              const Cell = index === 0 ? "th" : "td";
              return (
                <Cell
                  key={head}
                  scope={index === 0 ? "row" : undefined}
                  class={kind}
                  data-phone={phone ?? (index > 1 ? "below" : "beside")}
                >
                  {cell(row)}
                </Cell>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
