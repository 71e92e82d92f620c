import { api, ask, type Schemas } from "../../app/data/api.ts";
import { gather } from "../../app/data/gather.ts";
import { useLoaded } from "../../app/data/load.ts";
import { may } from "../../app/data/session.ts";
import { locale } from "../../app/language.ts";
import { query, setQuery } from "../../app/router.ts";
import { number } from "../../app/time/format.ts";
import { Card } from "../../parts/card.tsx";
import { apiCode } from "../../parts/forms/api-code.ts";
import { LinkButton } from "../../parts/forms/button.tsx";
import { Lacking } from "../../parts/forms/needs.tsx";
import { ToolSelect } from "../../parts/forms/select.tsx";
import { Empty } from "../../parts/lists/empty.tsx";
import { isEmptyList, QueryList } from "../../parts/lists/query-list.tsx";
import type { Column } from "../../parts/lists/table.tsx";
import { Time } from "../../parts/signs/time.tsx";
import { ViewHead } from "../../parts/view-head.tsx";
import { words } from "../../words/dictionary.ts";

type Summary = Schemas["TemplateSummary"];

/** Of the empty list. */
const EXAMPLE = { kind: "newsletter", subject: "Hello {{ username }}", html: "<p>Dear {{ username }}</p>" };

const NARROWED_BY = ["kind"];

/** Mails that are written once and pushed again and again. */
export default function Templates() {
  const w = words().templates;
  const after = query.value.get("after");
  const kind = query.value.get("kind");
  const read = useLoaded(
    (signal) =>
      gather(after, (from, limit) => {
        const asked = { after: from ?? undefined, kind: kind ?? undefined, limit };
        return ask(api.GET("/api/templates", { params: { query: asked }, signal }));
      }),
    [after, kind],
  );
  const kinds = useKinds(kind);
  const open = may("write") ? (
    <LinkButton kind="primary" to="/templates/new">
      {w.create}
    </LinkButton>
  ) : (
    <Lacking scope="write" />
  );
  const isEmpty = isEmptyList(read, NARROWED_BY);
  return (
    <>
      <ViewHead title={w.title} acts={!isEmpty && open}>
        <span>{w.intro}</span>
      </ViewHead>
      <Card label={w.title}>
        <QueryList
          of={read}
          caption={w.title}
          columns={columns()}
          keyOf={({ id }) => id}
          narrowedBy={NARROWED_BY}
          tools={
            kinds.length === 0 ? undefined : (
              <ToolSelect
                label={w.kind}
                value={kind ?? ""}
                options={[["", w.anyKind] as const, ...kinds.map((one) => [one, one] as const)]}
                onChange={(chosen) => setQuery({ kind: chosen, after: null })}
              />
            )
          }
          noMatch={w.noMatch}
          empty={
            <Empty title={w.none} act={open} code={apiCode("/api/templates", EXAMPLE)}>
              {w.noneSays}
            </Empty>
          }
        />
      </Card>
    </>
  );
}

/** The kinds of the first templates, to choose among, with the one that is chosen; none where none has one. */
function useKinds(chosen: string | null): readonly string[] {
  const all = useLoaded(
    (signal) => ask(api.GET("/api/templates", { params: { query: { limit: 1_000 } }, signal })),
    [],
  );
  const found = new Set((all.value?.data ?? []).flatMap(({ kind }) => (kind === null ? [] : [kind])));
  if (chosen !== null) found.add(chosen);
  return [...found].sort(new Intl.Collator(locale()).compare);
}

function columns(): readonly Column<Summary>[] {
  const w = words().templates;
  return [
    {
      head: w.name,
      cell: (row) => (
        <div class="template-name">
          <a href={`/templates/${row.id}`}>{row.name ?? row.subject}</a>
          {row.name !== null && (
            <p class="small dim clamped" title={row.subject}>
              {row.subject}
            </p>
          )}
        </div>
      ),
    },
    { head: w.kind, kind: "short", cell: (row) => row.kind ?? <span class="dim unless-phone">–</span> },
    { head: w.version, kind: "number", phone: "hidden", cell: (row) => number(row.version) },
    {
      head: w.changed,
      kind: "short",
      phone: "beside",
      cell: (row) => (
        <>
          <Time at={row.createdAt} />
          <p class="small dim cut author" title={row.createdBy}>
            {words().templates.by(row.createdBy)}
          </p>
        </>
      ),
    },
    {
      head: words().common.acts,
      isHeadUnseen: true,
      kind: "short",
      phone: "beside",
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
