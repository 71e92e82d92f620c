import { useState } from "preact/hooks";
import { api, ask } from "../../app/data/api.ts";
import { gather } from "../../app/data/gather.ts";
import { useLoaded } from "../../app/data/load.ts";
import { may } from "../../app/data/session.ts";
import { query } from "../../app/router.ts";
import { useSeen } from "../../app/seen.ts";
import { number } from "../../app/time/format.ts";
import { toast } from "../../app/toasts.ts";
import { audienceOf } from "../../parts/audience.ts";
import { Card } from "../../parts/card.tsx";
import { useCount } from "../../parts/filter/audience-count.ts";
import { apiCode } from "../../parts/forms/api-code.ts";
import { Button, LinkButton } from "../../parts/forms/button.tsx";
import { Confirm } from "../../parts/forms/dialog.tsx";
import { Lacking } from "../../parts/forms/needs.tsx";
import { Empty } from "../../parts/lists/empty.tsx";
import { isEmptyList, QueryList } from "../../parts/lists/query-list.tsx";
import type { Column } from "../../parts/lists/table.tsx";
import { Time } from "../../parts/signs/time.tsx";
import { ViewHead } from "../../parts/view-head.tsx";
import { words } from "../../words/dictionary.ts";
import type { Segment } from "./segment.ts";
import { SegmentDialog } from "./segment-dialog.tsx";

/** Of the empty list. */
const EXAMPLE = { name: "Beijing, paying", filter: { area: "beijing", "attributes.plan": "pro" } };

/** Filters that have a name: whom does each select now? */
export default function Segments() {
  const w = words().segments;
  const after = query.value.get("after");
  const read = useLoaded(
    (signal) =>
      gather(after, (from, limit) =>
        ask(api.GET("/api/segments", { params: { query: { after: from ?? undefined, limit } }, signal })),
      ),
    [after],
  );
  const [editing, setEditing] = useState<Segment | "new" | null>(null);
  const [deleting, setDeleting] = useState<Segment | null>(null);
  const open = may("write") ? (
    <Button kind="primary" onPress={() => setEditing("new")}>
      {w.create}
    </Button>
  ) : (
    <Lacking scope="write" />
  );
  const isEmpty = isEmptyList(read);
  return (
    <>
      <ViewHead title={w.title} acts={!isEmpty && open}>
        <span>{w.intro}</span>
      </ViewHead>
      <Card label={w.title}>
        <QueryList
          of={read}
          caption={w.title}
          columns={columns(setEditing, setDeleting)}
          keyOf={({ id }) => id}
          empty={
            <Empty title={w.none} act={open} code={apiCode("/api/segments", EXAMPLE)}>
              {w.noneSays}
            </Empty>
          }
        />
      </Card>
      {editing !== null && (
        <SegmentDialog
          segment={editing === "new" ? null : editing}
          onDone={read.reload}
          onClose={() => setEditing(null)}
        />
      )}
      {deleting !== null && <DeleteDialog segment={deleting} onDone={read.reload} onClose={() => setDeleting(null)} />}
    </>
  );
}

function columns(onEdit: (segment: Segment) => void, onDelete: (segment: Segment) => void): readonly Column<Segment>[] {
  const w = words().segments;
  return [
    {
      head: w.name,
      cell: (row) => (
        <>
          <strong class="segment-name">{row.name}</strong>
          <span class="dim small">{audienceOf(row.filter)}</span>
        </>
      ),
    },
    // A token that may not write may not count.
    ...(may("write")
      ? [{ head: w.people, kind: "number", cell: (row) => <People filter={row.filter} /> } satisfies Column<Segment>]
      : []),
    { head: w.changed, kind: "short", phone: "hidden", cell: (row) => <Time at={row.updatedAt} /> },
    {
      head: words().common.acts,
      isHeadUnseen: true,
      kind: "short",
      cell: (row) => (
        <div class="row tight">
          {may("write") && (
            <>
              <LinkButton kind="quiet" size="small" to={`/new?segment=${row.id}`}>
                {w.push}
                <span class="unseen">: {row.name}</span>
              </LinkButton>
              <Button kind="quiet" size="small" label={w.editOf(row.name)} onPress={() => onEdit(row)}>
                {words().common.edit}
              </Button>
              <Button kind="quiet danger" size="small" label={w.deleteOf(row.name)} onPress={() => onDelete(row)}>
                {w.delete}
              </Button>
            </>
          )}
        </div>
      ),
    },
  ];
}

/** How many it selects now, counted when the row is seen: a page has a hundred of them. */
function People({ filter }: { readonly filter: unknown }) {
  const w = words().segments;
  const [place, isSeen] = useSeen<HTMLSpanElement>();
  const { value } = useCount(isSeen ? filter : null);
  return (
    <span ref={place} class={value == null ? "dim" : undefined}>
      <span>{value == null ? "…" : value.isEstimate ? w.about(number(value.count)) : number(value.count)}</span>
      {value != null && <span class="phone-head"> {w.peopleOf(value.count)}</span>}
    </span>
  );
}

function DeleteDialog({
  segment: { id, name, filter },
  onDone,
  onClose,
}: {
  readonly segment: Segment;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const w = words().segments.deleteDialog;
  const run = async (): Promise<void> => {
    await ask(api.DELETE("/api/segments/{id}", { params: { path: { id } } }));
    onDone();
    toast(w.did(name), async () => {
      await ask(api.POST("/api/segments", { body: { name, filter: filter as never } }));
      onDone();
    });
  };
  return (
    <Confirm title={w.title(name)} act={w.act} danger onAct={run} onClose={onClose}>
      <p>{w.says}</p>
    </Confirm>
  );
}
