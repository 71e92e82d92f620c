import { useState } from "preact/hooks";
import { api, ask, type Schemas } from "../../app/data/api.ts";
import { useLoaded } from "../../app/data/load.ts";
import { may } from "../../app/data/session.ts";
import { query, setQuery } from "../../app/router.ts";
import { number } from "../../app/time/format.ts";
import { toast } from "../../app/toasts.ts";
import { Card } from "../../parts/card.tsx";
import { apiFileCode } from "../../parts/forms/api-code.ts";
import { Button, LinkButton } from "../../parts/forms/button.tsx";
import { DropVeil, useFileDrop } from "../../parts/forms/file-drop.tsx";
import { Needs } from "../../parts/forms/needs.tsx";
import { ToolSelect } from "../../parts/forms/select.tsx";
import { Empty } from "../../parts/lists/empty.tsx";
import { isEmptyList, QueryList } from "../../parts/lists/query-list.tsx";
import { QuerySearch } from "../../parts/lists/query-search.tsx";
import type { Column } from "../../parts/lists/table.tsx";
import { addSamplePeople, SAMPLE_COUNT, triesOut } from "../../parts/sample-people.ts";
import { Clamped } from "../../parts/signs/clamped.tsx";
import { Time } from "../../parts/signs/time.tsx";
import { ViewHead } from "../../parts/view-head.tsx";
import { words } from "../../words/dictionary.ts";
import { importFile } from "../import/chosen.ts";
import { RunningImport } from "../import/running-import.tsx";
import { type Person, readPeople } from "./people.ts";
import { PersonDialog } from "./person-dialog.tsx";

const NARROWED_BY = ["search", "area"];

type Fields = Schemas["Fields"];

/** Everybody that a push can reach. */
export default function RecipientsView() {
  const w = words().recipients;
  const search = query.value.get("search");
  const area = query.value.get("area");
  const after = query.value.get("after");
  const [isAdding, setAdding] = useState(false);
  const people = useLoaded((signal) => readPeople({ search, area, after }, signal), [search, area, after]);
  const fields = useLoaded((signal) => ask(api.GET("/api/recipients/fields", { signal })), []);
  const isDragged = useFileDrop((file, count) => may("write") && importFile("recipients", file, count));
  const isMany = fields.value?.isSample === true;
  const counted = useLoaded(
    async (signal) =>
      isMany && may("write")
        ? (await ask(api.POST("/api/recipients/count", { body: { filter: {} }, signal }))).count
        : null,
    [isMany],
  );
  const reload = (): void => {
    people.reload();
    fields.reload();
    counted.reload();
  };
  const isEmpty = isEmptyList(people, NARROWED_BY);
  return (
    <>
      <ViewHead
        title={w.title}
        acts={
          !isEmpty && (
            <Needs scope="write" explain>
              <LinkButton to="/recipients/import">{w.importFile}</LinkButton>
              <Button kind="primary" onPress={() => setAdding(true)}>
                {w.addOne}
              </Button>
            </Needs>
          )
        }
      >
        {isEmpty ? (
          <span>{w.intro}</span>
        ) : (
          <Size fields={fields.value} counted={isMany ? counted.value : fields.value?.lookedAt} />
        )}
      </ViewHead>
      <RunningImport kind="recipients" />
      <Card label={w.title}>
        <QueryList
          of={people}
          caption={w.title}
          columns={columns()}
          keyOf={({ id }) => id}
          narrowedBy={NARROWED_BY}
          tools={
            <>
              <QuerySearch label={w.search} />
              <AreaSelect fields={fields.value} area={area} />
            </>
          }
          noMatch={w.noMatch}
          empty={<NobodyYet onAdd={() => setAdding(true)} onSamples={reload} />}
        />
      </Card>
      {isAdding && (
        <PersonDialog person={null} areas={areasOf(fields.value)} onDone={reload} onClose={() => setAdding(false)} />
      )}
      {isDragged && may("write") && <DropVeil>{w.drop}</DropVeil>}
    </>
  );
}

/** How many there are, as far as that is known at once. */
function Size({
  fields,
  counted,
}: {
  readonly fields: Fields | undefined;
  /** undefined, null: not known yet, or not to be known by this token. */
  readonly counted: number | null | undefined;
}) {
  const w = words().recipients;
  if (fields === undefined) return <span> </span>;
  return <span>{counted == null ? w.more(fields.lookedAt) : w.size(counted)}</span>;
}

export function areasOf(fields: Fields | undefined): readonly string[] {
  const values = fields?.fields.find(({ field }) => field === "area")?.values ?? [];
  return values.map(({ value }) => String(value));
}

/** The areas that most people are in. Draws nothing where there is nothing to choose. */
function AreaSelect({ fields, area }: { readonly fields: Fields | undefined; readonly area: string | null }) {
  const w = words().recipients;
  const known = areasOf(fields);
  const areas = area !== null && !known.includes(area) ? [area, ...known] : known;
  if (areas.length === 0) return null;
  return (
    <ToolSelect
      label={w.area}
      value={area ?? ""}
      options={[["", w.anyArea] as const, ...areas.map((one) => [one, one] as const)]}
      onChange={(chosen) => setQuery({ area: chosen, after: null })}
    />
  );
}

function NobodyYet({ onAdd, onSamples }: { readonly onAdd: () => void; readonly onSamples: () => void }) {
  const w = words().recipients.empty;
  const settings = useLoaded((signal) => ask(api.GET("/api/settings", { signal })), []);
  const addSamples = async (): Promise<void> => {
    toast(w.addedSamples(await addSamplePeople()));
    onSamples();
  };
  return (
    <Empty
      title={w.title}
      act={
        <Needs scope="write" explain>
          <div class="row">
            <LinkButton to="/recipients/import" kind="primary">
              {w.importFile}
            </LinkButton>
            <Button onPress={onAdd}>{w.add}</Button>
            {settings.value !== undefined && triesOut(settings.value) && (
              <Button onPress={addSamples}>{w.addSamples(SAMPLE_COUNT)}</Button>
            )}
          </div>
        </Needs>
      }
      code={apiFileCode("/api/recipients/import", "people.csv")}
    >
      {w.text}
    </Empty>
  );
}

const MOST_ATTRIBUTES = 4;

function columns(): readonly Column<Person>[] {
  const w = words().recipients;
  return [
    {
      head: w.address,
      kind: "name",
      cell: (person) => (
        <a class="clamped" title={person.address} href={`/recipients/${person.id}`}>
          {person.address}
        </a>
      ),
    },
    { head: w.area, phone: "beside", cell: ({ area }) => <Clamped>{area}</Clamped> },
    { head: w.username, cell: ({ username }) => <Clamped>{username}</Clamped> },
    { head: w.attributes.title, cell: ({ attributes }) => <Attributes attributes={attributes} /> },
    { head: w.changedAt, kind: "short", phone: "hidden", cell: ({ updatedAt }) => <Time at={updatedAt} /> },
  ];
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** The first few, on as little room as they take. */
function Attributes({ attributes }: Pick<Person, "attributes">) {
  const all = Object.entries(attributes);
  return (
    <span class="few-attributes small">
      {all.slice(0, MOST_ATTRIBUTES).map(([name, value]) => (
        <span key={name} class="cut" title={`${name} ${textOf(value)}`}>
          <span class="dim">{name}</span> {textOf(value)}
        </span>
      ))}
      {all.length > MOST_ATTRIBUTES && <span class="dim">+{number(all.length - MOST_ATTRIBUTES)}</span>}
    </span>
  );
}
