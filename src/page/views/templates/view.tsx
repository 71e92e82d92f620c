import { api, ask, type Schemas } from "../../app/data/api.ts";
import { useLoaded } from "../../app/data/load.ts";
import { may } from "../../app/data/session.ts";
import { query, setQuery } from "../../app/router.ts";
import { number } from "../../app/time/format.ts";
import { Card } from "../../parts/card.tsx";
import { apiCode } from "../../parts/forms/api-code.ts";
import { LinkButton } from "../../parts/forms/button.tsx";
import { lackOf } from "../../parts/forms/needs.tsx";
import { ToolSelect } from "../../parts/forms/select.tsx";
import { Empty } from "../../parts/lists/empty.tsx";
import { Pager } from "../../parts/lists/pager.tsx";
import { Read } from "../../parts/lists/read.tsx";
import { type Column, Table } from "../../parts/lists/table.tsx";
import { Time } from "../../parts/signs/time.tsx";
import { ViewHead } from "../../parts/view-head.tsx";
import { words } from "../../words/dictionary.ts";

type Summary = Schemas["TemplateSummary"];

/** Of the empty list. */
const EXAMPLE = { kind: "newsletter", subject: "Hello {{ username }}", html: "<p>Dear {{ username }}</p>" };

/** Mails that are written once and pushed again and again. */
export default function Templates() {
  const w = words().templates;
  const after = query.value.get("after");
  const kind = query.value.get("kind");
  const read = useLoaded(
    (signal) => {
      const asked = { after: after ?? undefined, kind: kind ?? undefined };
      return ask(api.GET("/api/templates", { params: { query: asked }, signal }));
    },
    [after, kind],
  );
  const open = may("write") ? (
    <LinkButton kind="primary" to="/templates/new">
      {w.create}
    </LinkButton>
  ) : (
    <span class="dim small">{lackOf("write")}</span>
  );
  const isEmpty = read.value?.data.length === 0 && after === null && kind === null;
  return (
    <>
      <ViewHead title={w.title} acts={!isEmpty && open}>
        <span>{w.intro}</span>
      </ViewHead>
      <Card label={w.title}>
        {isEmpty ? (
          <Empty title={w.none} act={open} code={apiCode("/api/templates", EXAMPLE)}>
            {w.noneSays}
          </Empty>
        ) : (
          <>
            <Kinds kind={kind} />
            <Read of={read}>
              {({ data, next }) => (
                <>
                  <Table caption={w.title} columns={columns()} rows={data} keyOf={({ id }) => id} />
                  <Pager next={next} isFirst={after === null} onPage={(to) => setQuery({ after: to })} />
                </>
              )}
            </Read>
          </>
        )}
      </Card>
    </>
  );
}

/** The kinds of the first templates, to choose among; nothing where none has one. */
function Kinds({ kind }: { readonly kind: string | null }) {
  const w = words().templates;
  const all = useLoaded(
    (signal) => ask(api.GET("/api/templates", { params: { query: { limit: 1_000 } }, signal })),
    [],
  );
  const found = new Set((all.value?.data ?? []).flatMap((one) => (one.kind === null ? [] : [one.kind])));
  if (kind !== null) found.add(kind);
  if (found.size === 0) return null;
  return (
    <div class="tools">
      <ToolSelect
        label={w.kind}
        value={kind ?? ""}
        options={[["", w.anyKind] as const, ...[...found].sort().map((one) => [one, one] as const)]}
        onChange={(chosen) => setQuery({ kind: chosen, after: null })}
      />
    </div>
  );
}

function columns(): readonly Column<Summary>[] {
  const w = words().templates;
  return [
    {
      head: w.name,
      cell: (row) => (
        <div class="template-name">
          <a href={`/templates/${row.id}`}>{row.name ?? row.subject}</a>
          {row.name !== null && <p class="small dim">{row.subject}</p>}
        </div>
      ),
    },
    { head: w.kind, kind: "short", cell: (row) => row.kind ?? <span class="dim unless-phone">–</span> },
    { head: w.version, kind: "number", phone: "hidden", cell: (row) => number(row.version) },
    {
      head: w.changed,
      cell: (row) => (
        <span class="small dim">
          <Time at={row.createdAt} /> · {words().push.by(row.createdBy)}
        </span>
      ),
    },
    {
      head: words().common.acts,
      isHeadUnseen: true,
      kind: "short",
      cell: (row) => (
        <div class="row tight">
          {may("write") && (
            <LinkButton kind="quiet" size="small" to={`/new?template=${row.id}`}>
              {w.push}
              <span class="unseen">: {row.name ?? row.subject}</span>
            </LinkButton>
          )}
        </div>
      ),
    },
  ];
}
