import { may } from "../../app/data/session.ts";
import { number } from "../../app/time/format.ts";
import { Card } from "../../parts/card.tsx";
import { LinkButton } from "../../parts/forms/button.tsx";
import { type Column, Table } from "../../parts/lists/table.tsx";
import { words } from "../../words/dictionary.ts";
import { Name } from "./row.tsx";
import type { Summary } from "./use-pushes.ts";

/** Pushes that wait for somebody's approval stand apart: nothing moves in them until somebody looks. */
export function HeldCard({ held }: { readonly held: readonly Summary[] }) {
  if (held.length === 0) return null;
  const w = words().pushes.held;
  return (
    <Card title={w.title(held.length)} note={w.note}>
      <Table caption={w.title(held.length)} columns={columns()} rows={held} keyOf={({ id }) => id} />
    </Card>
  );
}

function columns(): readonly Column<Summary>[] {
  const w = words().pushes;
  return [
    { head: w.push, cell: (row) => <Name push={row} /> },
    { head: w.people, kind: "short", cell: (row) => number(row.snapshotDone ? row.total : row.expected) },
    {
      head: words().common.acts,
      isHeadUnseen: true,
      kind: "short",
      cell: (row) => (
        <div class="row tight held-act">
          <LinkButton to={`/pushes/${row.id}`} size="small">
            {may("send") ? w.held.look : w.held.read}
            <span class="unseen">: {row.subject}</span>
          </LinkButton>
        </div>
      ),
    },
  ];
}
