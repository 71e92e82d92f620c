import { useLoaded } from "../../../app/data/load.ts";
import { may } from "../../../app/data/session.ts";
import { query, setQuery } from "../../../app/router.ts";
import { clock, number } from "../../../app/time/format.ts";
import { currentTime } from "../../../app/time/server-time.ts";
import { Card } from "../../../parts/card.tsx";
import { type DeliveryState, presentStates, StateWord, stateNamed } from "../../../parts/figures/state-bar.tsx";
import { Button } from "../../../parts/forms/button.tsx";
import { Check, SearchField } from "../../../parts/forms/field.tsx";
import { ToolSelect } from "../../../parts/forms/select.tsx";
import { useTyped } from "../../../parts/forms/use-typed.ts";
import { Pages } from "../../../parts/lists/pages.tsx";
import { type Column, Table } from "../../../parts/lists/table.tsx";
import { Said } from "../../../parts/signs/said.tsx";
import { Time } from "../../../parts/signs/time.tsx";
import { words } from "../../../words/dictionary.ts";
import type { Push } from "../live/use-push.ts";
import { classWord } from "../reasons/class-word.ts";
import { isBegun } from "../start.ts";
import { type Delivery, isRetryable, type Narrowing, readPage } from "./deliveries.ts";

const EVERY_MS = 10_000;

interface Props {
  readonly push: Push;
  readonly chosen: ReadonlySet<number>;
  readonly onChoose: (chosen: ReadonlySet<number>) => void;
  readonly onOpen: (delivery: Delivery) => void;
  readonly onExport: () => void;
  /** What may be done with the chosen ones. */
  readonly acts: preact.ComponentChildren;
  /** Counts what was done with deliveries, after which they are read again. */
  readonly edition: number;
}

/**
 * Every delivery, in pages, to be searched and narrowed. Its rows stand still while one reads: where all are shown, only
 * what is in them changes; of some, which ones they are would too, so these are read again when asked.
 */
export function DeliveriesCard({ push, chosen, onChoose, onOpen, onExport, acts, edition }: Props) {
  const w = words().push.deliveries;
  const narrowing = narrowingOf(query.value);
  const after = query.value.get("after");
  const isNarrowed = Object.values(narrowing).some((one) => one !== null);
  const read = useLoaded(
    (signal) => readPage(push.id, narrowing, after, signal),
    [push.id, narrowing, after, edition],
    push.status === "running" && !isNarrowed ? EVERY_MS : null,
  );
  const narrow = (changes: Partial<Narrowing>): void => setQuery({ ...changes, after: null });
  return (
    <Card
      title={words().push.section.deliveries}
      note={read.at !== null && w.asOf(clock(read.at, currentTime()))}
      acts={
        <>
          <Button kind="quiet" size="small" onPress={read.reload}>
            {w.refresh}
          </Button>
          <Button size="small" onPress={onExport}>
            {words().push.actions.export}
          </Button>
        </>
      }
    >
      <Tools push={push} narrowing={narrowing} onNarrow={narrow} />
      {chosen.size > 0 && (
        <div class="row chosen">
          <strong role="status">{w.chosen(chosen.size)}</strong>
          {acts}
          <Button kind="quiet" size="small" onPress={() => onChoose(new Set())}>
            {w.unchoose}
          </Button>
        </div>
      )}
      <Pages
        of={read}
        label={words().push.section.deliveries}
        lines={8}
        next={({ next }) => next}
        isFirst={after === null}
        onPage={(to) => setQuery({ after: to })}
        shown={({ rows }) => rows.length > 0 && w.shown(rows.length)}
      >
        {({ rows }) =>
          rows.length === 0 ? (
            <div class="row dim">
              {isNarrowed ? w.none : isBegun(push) ? w.nobody : w.notYet}
              {isNarrowed && (
                <Button kind="quiet" size="small" onPress={() => narrow(NOT_NARROWED)}>
                  {w.clear}
                </Button>
              )}
            </div>
          ) : (
            <>
              <ChooseShown rows={rows} chosen={chosen} onChoose={onChoose} />
              <Table
                caption={words().push.section.deliveries}
                columns={columns(chosen, onChoose, onOpen, rows.some(isChoosable))}
                rows={rows}
                keyOf={(row) => row.id}
              />
            </>
          )
        }
      </Pages>
    </Card>
  );
}

export const NOT_NARROWED: Narrowing = { state: null, search: null, class: null, domain: null };

function narrowingOf(asked: URLSearchParams): Narrowing {
  return {
    state: stateNamed(asked.get("state")),
    search: asked.get("search"),
    class: asked.get("class"),
    domain: asked.get("domain"),
  };
}

interface ToolsProps {
  readonly push: Push;
  readonly narrowing: Narrowing;
  readonly onNarrow: (changes: Partial<Narrowing>) => void;
}

function Tools({ push, narrowing, onNarrow }: ToolsProps) {
  const w = words().push.deliveries;
  const [typed, setTyped] = useTyped(narrowing.search ?? "", (search) => onNarrow({ search: search || null }));
  const states = new Set([
    ...presentStates(push.tallies).map(([state]) => state),
    ...(narrowing.state ? [narrowing.state] : []),
  ]);
  const reasons = new Set([...Object.keys(words().push.classes), ...(narrowing.class ? [narrowing.class] : [])]);
  return (
    <>
      <Chips push={push} narrowing={narrowing} onNarrow={onNarrow} />
      <div class="tools">
        <SearchField label={w.search} value={typed} onInput={setTyped} />
        <ToolSelect
          label={w.state}
          value={narrowing.state ?? ""}
          options={[
            ["", w.anyState] as const,
            ...[...states].map((state) => [state, stateOption(state, push)] as const),
          ]}
          onChange={(state) => onNarrow({ state: state === "" ? null : (state as DeliveryState) })}
        />
        {(soughtIn(push).length > 0 || narrowing.class !== null) && (
          <ToolSelect
            label={w.reason}
            value={narrowing.class ?? ""}
            options={[
              ["", w.anyReason] as const,
              ...[...reasons].map((reason) => [reason, classWord(reason)] as const),
            ]}
            onChange={(reason) => onNarrow({ class: reason === "" ? null : reason })}
          />
        )}
        {narrowing.domain !== null && (
          <Button size="small" onPress={() => onNarrow({ domain: null })}>
            {w.domain(narrowing.domain)} ×
          </Button>
        )}
      </div>
    </>
  );
}

/** Those that a person looks for. */
const SOUGHT: readonly DeliveryState[] = ["failed", "bounced", "complained", "in_doubt", "deferred", "skipped"];

function soughtIn({ tallies }: Push): readonly DeliveryState[] {
  return SOUGHT.filter((state) => tallies[state] > 0);
}

/** One press from the whole list to those that did not get it. */
function Chips({ push, narrowing, onNarrow }: ToolsProps) {
  const w = words().push.deliveries;
  const present = soughtIn(push);
  if (present.length === 0) return null;
  const isAll = Object.values(narrowing).every((one) => one === null);
  return (
    <fieldset class="chips" aria-label={w.chips}>
      <button type="button" class="chip" aria-pressed={isAll} onClick={() => onNarrow(NOT_NARROWED)}>
        {w.all} <strong>{number(push.total)}</strong>
      </button>
      {present.map((state) => (
        <button
          key={state}
          type="button"
          class="chip"
          aria-pressed={narrowing.state === state}
          onClick={() => onNarrow({ ...NOT_NARROWED, state })}
        >
          <StateWord state={state} /> <strong>{number(push.tallies[state])}</strong>
        </button>
      ))}
    </fieldset>
  );
}

function stateOption(state: DeliveryState, push: Push): string {
  return words().states.delivery[state] + words().common.aside(number(push.tallies[state] ?? 0));
}

function isChoosable(row: Delivery): boolean {
  return may("send") && isRetryable(row);
}

/** One press for all of a page that something can be done with. */
function ChooseShown({ rows, chosen, onChoose }: Pick<Props, "chosen" | "onChoose"> & { rows: readonly Delivery[] }) {
  const ids = rows.filter(isChoosable).map(({ id }) => id);
  if (ids.length < 2) return null;
  const isAll = ids.every((id) => chosen.has(id));
  const others = [...chosen].filter((id) => !ids.includes(id));
  return (
    <div class="choose-shown small">
      <Check
        label={words().push.deliveries.chooseShown(ids.length)}
        checked={isAll}
        onChange={(on) => onChoose(new Set(on ? [...others, ...ids] : others))}
      />
    </div>
  );
}

/** @param hasChoice some of the rows can be chosen: the others leave the room of a box */
function columns(
  chosen: ReadonlySet<number>,
  onChoose: Props["onChoose"],
  onOpen: Props["onOpen"],
  hasChoice: boolean,
): readonly Column<Delivery>[] {
  const w = words().push.deliveries;
  const toggle = (id: number, on: boolean): void => {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    onChoose(next);
  };
  return [
    {
      head: w.address,
      cell: (row) => (
        <span class="addressed">
          {hasChoice &&
            (isChoosable(row) ? (
              <label class="row-box">
                <input
                  type="checkbox"
                  aria-label={w.choose(row.address || w.erased)}
                  checked={chosen.has(row.id)}
                  onChange={(event) => toggle(row.id, event.currentTarget.checked)}
                />
              </label>
            ) : (
              <i class="no-choice" aria-hidden="true" />
            ))}
          <button type="button" class="link" aria-label={w.open(row.address || w.erased)} onClick={() => onOpen(row)}>
            {row.address || <span class="dim">{w.erased}</span>}
          </button>
        </span>
      ),
    },
    { head: w.state, kind: "short", cell: (row) => <StateWord state={row.state} /> },
    { head: w.attempts, kind: "number", phone: "hidden", cell: (row) => number(row.attempts) },
    {
      head: w.words,
      cell: (row) => (
        <>
          {row.reply !== null && <Said>{row.reply}</Said>}
          {row.reply === null && row.class !== null && <span class="dim">{classWord(row.class)}</span>}
          {row.dueAt !== null && row.state !== "pending" && (
            <span class="small dim due">
              <Due at={row.dueAt} />
            </span>
          )}
        </>
      ),
    },
    { head: w.when, kind: "short", phone: "hidden", cell: (row) => <Time at={row.updatedAt} /> },
  ];
}

function Due({ at }: { readonly at: string }) {
  const [before = "", after = ""] = words().push.deliveries.again("\u0000").split("\u0000");
  return (
    <>
      {before}
      <Time at={at} as="ahead" />
      {after}
    </>
  );
}
