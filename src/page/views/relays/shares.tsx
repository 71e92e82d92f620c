import { number } from "../../app/time/format.ts";
import { type Column, Table } from "../../parts/lists/table.tsx";
import { words } from "../../words/dictionary.ts";
import type { Relay } from "./relay.ts";

type Share = NonNullable<Relay["shares"]>[number];

/** Which pushes send by it now, and how fast each may. */
export function Shares({
  shares,
  subjects,
}: {
  readonly shares: readonly Share[];
  readonly subjects: ReadonlyMap<string, string>;
}) {
  const w = words().relays;
  if (shares.length === 0) return <p class="small dim">{w.noShares}</p>;
  const columns: readonly Column<Share>[] = [
    { head: w.push, cell: ({ push }) => <a href={`/pushes/${push}`}>{subjects.get(push) ?? push}</a> },
    {
      head: w.share,
      kind: "number",
      cell: ({ perSecond }) => (perSecond === null ? w.noLimit : w.perSecond(number(perSecond, 1))),
    },
    { head: w.wants, kind: "number", phone: "hidden", cell: ({ wants }) => number(wants) },
  ];
  return <Table caption={w.shares} columns={columns} rows={shares} keyOf={({ push }) => push} />;
}
