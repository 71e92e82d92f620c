import { useState } from "preact/hooks";
import { useLoaded } from "../../app/data/load.ts";
import { may } from "../../app/data/session.ts";
import { query, setQuery } from "../../app/router.ts";
import { Card } from "../../parts/card.tsx";
import { apiCode } from "../../parts/forms/api-code.ts";
import { Button, LinkButton } from "../../parts/forms/button.tsx";
import { DropVeil, useFileDrop } from "../../parts/forms/file-drop.tsx";
import { Needs } from "../../parts/forms/needs.tsx";
import { ToolSelect } from "../../parts/forms/select.tsx";
import { Empty } from "../../parts/lists/empty.tsx";
import { isEmptyList, QueryList } from "../../parts/lists/query-list.tsx";
import { QuerySearch } from "../../parts/lists/query-search.tsx";
import type { Column } from "../../parts/lists/table.tsx";
import { Time } from "../../parts/signs/time.tsx";
import { ViewHead } from "../../parts/view-head.tsx";
import { words } from "../../words/dictionary.ts";
import { importFile } from "../import/chosen.ts";
import { RunningImport } from "../import/running-import.tsx";
import { AddDialog } from "./add-dialog.tsx";
import { LiftDialog } from "./lift-dialog.tsx";
import { REASONS, type Reason, readSuppressions, type Suppression } from "./suppressions.ts";
import { Cause } from "./why.tsx";
import { WhyDialog } from "./why-dialog.tsx";

const NARROWED_BY = ["search", "reason"];

/** Addresses that get no mail. */
export default function SuppressionsView() {
  const w = words().suppressions;
  const selection = selectionOf(query.value);
  const after = query.value.get("after");
  const [isAdding, setAdding] = useState(false);
  const [lifting, setLifting] = useState<Suppression | null>(null);
  const [asked, setAsked] = useState<string | null>(null);
  const read = useLoaded(
    (signal) => readSuppressions(selection, after, signal),
    [selection.search, selection.reason, after],
  );
  const isDragged = useFileDrop((file, count) => may("write") && importFile("suppressions", file, count));
  const isNarrowed = selection.search !== null || selection.reason !== null;
  const isEmpty = isEmptyList(read, NARROWED_BY);
  return (
    <>
      <ViewHead
        title={w.title}
        acts={
          !isEmpty && (
            <>
              {read.value?.rows.length !== 0 && (
                <LinkButton to={exportUrl(selection)} download>
                  {isNarrowed ? w.exportThese : w.exportAll}
                </LinkButton>
              )}
              <Needs scope="write" explain>
                <LinkButton to="/suppressions/import">{w.importFile}</LinkButton>
                <Button kind="primary" onPress={() => setAdding(true)}>
                  {w.add.open}
                </Button>
              </Needs>
            </>
          )
        }
      >
        <span>{w.about}</span>
      </ViewHead>
      <RunningImport kind="suppressions" />
      <Card label={w.title}>
        <QueryList
          of={read}
          caption={w.title}
          columns={columns(setAsked, setLifting)}
          keyOf={({ address, reason }) => `${address} ${reason}`}
          narrowedBy={NARROWED_BY}
          tools={
            <>
              <QuerySearch label={w.search} />
              <ToolSelect
                label={w.reason}
                value={selection.reason ?? ""}
                options={[["", w.anyReason] as const, ...REASONS.map((one) => [one, w.reasons[one]] as const)]}
                onChange={(reason) => setQuery({ reason, after: null })}
              />
            </>
          }
          noMatch={w.noMatch}
          empty={<NoneYet onAdd={() => setAdding(true)} />}
        />
      </Card>
      {isAdding && <AddDialog onDone={read.reload} onClose={() => setAdding(false)} />}
      {lifting !== null && <LiftDialog suppression={lifting} onDone={read.reload} onClose={() => setLifting(null)} />}
      {asked !== null && <WhyDialog address={asked} onChange={read.reload} onClose={() => setAsked(null)} />}
      {isDragged && may("write") && <DropVeil>{w.drop}</DropVeil>}
    </>
  );
}

function selectionOf(asked: URLSearchParams) {
  const reason = asked.get("reason");
  return { search: asked.get("search"), reason: REASONS.find((one) => one === reason) ?? null };
}

function exportUrl({ search, reason }: { readonly search: string | null; readonly reason: Reason | null }): string {
  const chosen = new URLSearchParams({ mark: "true" });
  if (search !== null) chosen.set("search", search);
  if (reason !== null) chosen.set("reason", reason);
  return `/api/suppressions/export?${chosen}`;
}

function NoneYet({ onAdd }: { readonly onAdd: () => void }) {
  const w = words().suppressions.empty;
  return (
    <Empty
      title={w.title}
      act={
        <Needs scope="write" explain>
          <div class="row">
            <Button kind="primary" onPress={onAdd}>
              {words().suppressions.add.open}
            </Button>
            <LinkButton to="/suppressions/import">{words().suppressions.importFile}</LinkButton>
          </div>
        </Needs>
      }
      code={apiCode("/api/suppressions", { address: "bo@example.com", detail: "by phone" })}
    >
      {w.text}
    </Empty>
  );
}

function columns(
  onOpen: (address: string) => void,
  onLift: (one: Suppression) => void,
): readonly Column<Suppression>[] {
  const w = words().suppressions;
  return [
    {
      head: w.address,
      kind: "name",
      cell: ({ address }) => (
        <span class="addressed">
          <button
            type="button"
            class="link clamped"
            title={address}
            aria-label={w.why.open(address)}
            onClick={() => onOpen(address)}
          >
            {address}
          </button>
        </span>
      ),
    },
    { head: w.reason, kind: "short", cell: ({ reason }) => w.reasons[reason] },
    {
      head: w.detail,
      cell: (one) => (
        <>
          {one.detail !== null && (
            <code class="words clamped" title={one.detail}>
              {one.detail}
            </code>
          )}
          <p class="small">
            <Cause of={one} />
          </p>
        </>
      ),
    },
    { head: w.since, kind: "short", phone: "beside", cell: ({ createdAt }) => <Time at={createdAt} /> },
    ...(may("write")
      ? [
          {
            head: w.lift.column,
            isHeadUnseen: true,
            kind: "number",
            phone: "beside",
            cell: (one) => (
              <span class="cell-act">
                <Button kind="quiet" size="small" label={w.lift.ofAddress(one.address)} onPress={() => onLift(one)}>
                  {w.lift.open}
                </Button>
              </span>
            ),
          } satisfies Column<Suppression>,
        ]
      : []),
  ];
}
