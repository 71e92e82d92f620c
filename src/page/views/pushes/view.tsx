import { useState } from "preact/hooks";
import { may } from "../../app/data/session.ts";
import { setQuery } from "../../app/router.ts";
import { Card } from "../../parts/card.tsx";
import { Button, LinkButton } from "../../parts/forms/button.tsx";
import { SearchField } from "../../parts/forms/field.tsx";
import { lackOf } from "../../parts/forms/needs.tsx";
import { ToolSelect } from "../../parts/forms/select.tsx";
import { useTyped } from "../../parts/forms/use-typed.ts";
import { Pages } from "../../parts/lists/pages.tsx";
import { Table } from "../../parts/lists/table.tsx";
import { Fresh } from "../../parts/signs/fresh.tsx";
import { ViewHead } from "../../parts/view-head.tsx";
import { words } from "../../words/dictionary.ts";
import { FirstSteps } from "./first-steps.tsx";
import { HeldCard } from "./held-card.tsx";
import { PauseAllDialog, PausedAllNotice } from "./pause-all.tsx";
import { pushColumns } from "./row.tsx";
import { isWhole, type Narrowing, narrowing, STATES, useHeld, usePushes } from "./use-pushes.ts";

/** All pushes: what is going on? */
export default function Pushes() {
  const w = words().pushes;
  const [isPausing, setPausing] = useState(false);
  const asked = narrowing();
  const listed = usePushes(asked);
  const held = useHeld();
  const { read } = listed;
  // Those to approve stand above the list, unless somebody looks for them.
  const isPlain = isWhole(asked);
  const rows = isPlain ? listed.rows?.filter(({ status }) => status !== "held") : listed.rows;
  const isEmpty = listed.rows?.length === 0 && isPlain;
  const reload = (): void => {
    read.reload();
    held.reload();
  };
  return (
    <>
      <ViewHead
        title={w.title}
        acts={
          !isEmpty && (
            <>
              {may("write") && <Button onPress={() => setPausing(true)}>{w.pauseAll.open}</Button>}
              {may("write") && (
                <LinkButton kind="primary" to="/new">
                  {words().shell.newPush}
                </LinkButton>
              )}
              {!may("write") && (
                <span class="dim small">
                  {words().shell.newPush}
                  {words().common.colon}
                  {lackOf("write")}
                </span>
              )}
            </>
          )
        }
      >
        <span>
          <Fresh of={read} />
        </span>
      </ViewHead>
      <PausedAllNotice onDone={reload} />
      {isPlain && <HeldCard held={held.value?.data ?? []} />}
      {isEmpty ? (
        <FirstSteps />
      ) : (
        <Card label={w.title}>
          <Tools asked={asked} />
          <Pages
            of={{ ...read, value: rows }}
            label={w.title}
            lines={8}
            next={() => listed.next}
            isFirst={asked.after === null}
            onPage={(after) => setQuery({ after })}
          >
            {(found) => (
              <>
                {listed.newer > 0 && (
                  <div class="row newer" role="status">
                    <Button size="small" onPress={listed.showNewer}>
                      {w.newer(listed.newer)}
                    </Button>
                  </div>
                )}
                {found.length === 0 && isPlain ? (
                  <p class="dim">{w.onlyHeld}</p>
                ) : found.length === 0 ? (
                  <div class="row dim">
                    {w.noMatch}
                    {asked.search !== null && (
                      <LinkButton
                        kind="quiet"
                        size="small"
                        to={`/recipients?${new URLSearchParams({ search: asked.search })}`}
                      >
                        {w.person(asked.search)}
                      </LinkButton>
                    )}
                    <Button
                      kind="quiet"
                      size="small"
                      onPress={() => setQuery({ search: null, state: null, after: null })}
                    >
                      {w.clear}
                    </Button>
                  </div>
                ) : (
                  <Table caption={w.title} columns={pushColumns()} rows={found} keyOf={({ id }) => id} />
                )}
              </>
            )}
          </Pages>
        </Card>
      )}
      {isPausing && <PauseAllDialog onDone={reload} onClose={() => setPausing(false)} />}
    </>
  );
}

function Tools({ asked }: { readonly asked: Narrowing }) {
  const w = words().pushes;
  const [typed, setTyped] = useTyped(asked.search ?? "", (search) => setQuery({ search, after: null }));
  return (
    <div class="tools">
      <SearchField label={w.search} value={typed} onInput={setTyped} />
      <ToolSelect
        label={w.state}
        value={asked.state ?? ""}
        options={[["", w.anyState] as const, ...STATES.map((state) => [state, words().states.push[state]] as const)]}
        onChange={(state) => setQuery({ state, after: null })}
      />
    </div>
  );
}
