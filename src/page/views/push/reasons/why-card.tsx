import { useEffect, useState } from "preact/hooks";
import { api, ask } from "../../../app/data/api.ts";
import { useLoaded } from "../../../app/data/load.ts";
import { may } from "../../../app/data/session.ts";
import { number } from "../../../app/time/format.ts";
import { useSampled } from "../../../app/time/sampled.ts";
import { Card } from "../../../parts/card.tsx";
import { StateWord, type Tallies } from "../../../parts/figures/state-bar.tsx";
import { Button } from "../../../parts/forms/button.tsx";
import { Choice } from "../../../parts/forms/select.tsx";
import { Read } from "../../../parts/lists/read.tsx";
import { type Column, Table } from "../../../parts/lists/table.tsx";
import { Said } from "../../../parts/signs/said.tsx";
import { words } from "../../../words/dictionary.ts";
import { KINDS, type Kind, mayRetry, shownState } from "../deliveries/kinds.ts";
import { isOver, type Push } from "../live/use-push.ts";
import type { Asked } from "../steering/asked.ts";
import { adviceIn } from "./advice.ts";
import { classWord } from "./class-word.ts";

/** Counts change with each batch; what to do about them does not. A few are counted again nearly as fast as the legend. */
const EVERY_OF_FEW_MS = 1_500;
const FEW = 1_000;
const EVERY_MS = 5_000;
/** Of many, a look costs the push's object more. */
const EVERY_OF_MANY_MS = 30_000;
const MANY = 20_000;
const DOMAINS_SHOWN = 20;

export interface Shown {
  readonly state: string | null;
  readonly class?: string;
  readonly domain?: string;
}

interface Props {
  readonly push: Push;
  /** Shows the deliveries of a state and class, or domain. */
  readonly onShow: (narrowing: Shown) => void;
  readonly onRetry: (asked: Omit<Asked, "ids">) => void;
}

/** Why people did not get it, or not yet: by reason and by domain, in the servers' words, with what to do about each. */
export function WhyCard({ push, onShow, onRetry }: Props) {
  const w = words().push.why;
  const [by, setBy] = useState<"class" | "domain">("class");
  const present = KINDS.filter(({ countOf }) => countOf(push.tallies) > 0);
  if (present.length === 0) return isOver(push) ? null : <Card title={words().push.section.why} note={w.none} />;
  return (
    <Card
      title={words().push.section.why}
      acts={
        <Choice
          label={words().push.section.why}
          value={by}
          options={[
            ["class", w.byClass],
            ["domain", w.byDomain],
          ]}
          onChange={setBy}
        />
      }
    >
      {present.map((kind, n) => (
        <Reasons key={kind.state} isFirst={n === 0} kind={kind} push={push} by={by} onShow={onShow} onRetry={onRetry} />
      ))}
    </Card>
  );
}

type Reason = {
  readonly class: string;
  readonly count: number;
  readonly advice: string;
  readonly samples: readonly Sample[];
};
type Sample = { readonly words: string; readonly count: number };
interface Acts {
  /** Its table has the heads that the others have too. */
  readonly isFirst: boolean;
  readonly kind: Kind;
  readonly push: Push;
  readonly onShow: Props["onShow"];
  readonly onRetry: Props["onRetry"];
}

/** Of one kind: failed, to be tried again, in doubt, skipped. */
function Reasons({ by, ...acts }: Acts & { readonly by: "class" | "domain" }) {
  const { kind, push } = acts;
  const w = words().push.why;
  const count = kind.countOf(push.tallies);
  const everyMs = count > MANY ? EVERY_OF_MANY_MS : count > FEW ? EVERY_MS : EVERY_OF_FEW_MS;
  const version = useSampled(`${count} ${push.status}`, everyMs);
  const read = useLoaded(
    (signal) =>
      ask(
        api.GET("/api/pushes/{id}/failures", {
          params: { path: { id: push.id }, query: { state: kind.state } },
          signal,
        }),
      ),
    [push.id, kind.state],
  );
  useEffect(() => {
    if (read.at !== null) read.reload();
  }, [version]);
  const caption = words().push.section.why + words().common.colon + words().states.delivery[kind.state];
  return (
    <section class="kind">
      <h3>
        <StateWord state={kind.state} /> <strong>{number(count)}</strong> <span class="dim">{w.kinds[kind.state]}</span>
      </h3>
      <Read of={read}>
        {(found) => (
          <>
            {by === "class" ? (
              <Table caption={caption} columns={reasonColumns(acts)} rows={found.classes} keyOf={(row) => row.class} />
            ) : (
              <>
                <Table
                  caption={caption}
                  columns={domainColumns(acts)}
                  rows={found.domains.slice(0, DOMAINS_SHOWN)}
                  keyOf={(row) => row.domain}
                />
                <Others count={found.domains.length - DOMAINS_SHOWN + found.otherDomains} />
              </>
            )}
            {found.hasMore && <p class="small dim">{w.more(found.lookedAt)}</p>}
          </>
        )}
      </Read>
    </section>
  );
}

function Others({ count }: { readonly count: number }) {
  return count > 0 ? <p class="small dim">{words().push.why.otherDomains(count)}</p> : null;
}

function reasonColumns({ isFirst, kind, push, onShow, onRetry }: Acts): readonly Column<Reason>[] {
  const w = words().push.why;
  const { state } = kind;
  const [retry, retryOf] = state === "deferred" ? [w.now, w.nowOf] : [w.retry, w.retryOf];
  return [
    {
      head: w.said,
      isHeadUnseen: !isFirst,
      cell: (row) => (
        <div class="reason">
          <strong>{classWord(row.class)}</strong>
          <Samples samples={row.samples} />
        </div>
      ),
    },
    {
      head: w.todo,
      isHeadUnseen: !isFirst,
      phone: "below",
      cell: (row) => <p class="label dim">{adviceIn(kind.state, row.class, row.advice)}</p>,
    },
    { head: w.people, isHeadUnseen: !isFirst, kind: "number", phone: "beside", cell: (row) => number(row.count) },
    {
      head: words().common.acts,
      isHeadUnseen: true,
      kind: "short",
      cell: (row) => (
        <div class="row tight">
          <Button
            kind="quiet"
            size="small"
            label={w.showOf(classWord(row.class))}
            onPress={() => onShow({ state: shownState(kind, push.tallies), ...ofClass(row.class) })}
          >
            {w.show}
          </Button>
          {may("send") && mayRetry(push.status, kind, row.class) && (
            <Button
              kind="quiet"
              size="small"
              label={retryOf(classWord(row.class))}
              onPress={() => onRetry({ state, reason: ofClass(row.class).class ?? null, count: row.count })}
            >
              {retry}
            </Button>
          )}
        </div>
      ),
    },
  ];
}

/** Deliveries without a class are counted under this name, and no filter finds them by it. */
const NO_CLASS = "none";

function ofClass(name: string): { readonly class?: string } {
  return name === NO_CLASS ? {} : { class: name };
}

interface Domain {
  readonly domain: string;
  readonly count: number;
  readonly classes: readonly { readonly class: string; readonly count: number }[];
  readonly samples: readonly Sample[];
}

function domainColumns({ isFirst, kind, push, onShow }: Acts): readonly Column<Domain>[] {
  const w = words().push.why;
  const stateFor = (tallies: Tallies): string | null => shownState(kind, tallies);
  return [
    {
      head: w.domain,
      isHeadUnseen: !isFirst,
      cell: (row) => (
        <div class="reason">
          <strong>{row.domain}</strong>
          <Samples samples={row.samples.slice(0, 1)} />
        </div>
      ),
    },
    {
      head: w.reasons,
      isHeadUnseen: !isFirst,
      phone: "below",
      cell: (row) => (
        <p class="facts">
          {row.classes.map((one) => (
            <span key={one.class}>
              {classWord(one.class)} {number(one.count)}
            </span>
          ))}
        </p>
      ),
    },
    { head: w.people, isHeadUnseen: !isFirst, kind: "number", phone: "beside", cell: (row) => number(row.count) },
    {
      head: words().common.acts,
      isHeadUnseen: true,
      kind: "short",
      cell: (row) => (
        <div class="row tight">
          <Button
            kind="quiet"
            size="small"
            label={w.showOf(row.domain)}
            onPress={() => onShow({ state: stateFor(push.tallies), domain: row.domain })}
          >
            {w.show}
          </Button>
        </div>
      ),
    },
  ];
}

const SAMPLES_SHOWN = 2;

function Samples({ samples }: { readonly samples: readonly Sample[] }) {
  return (
    <>
      {samples.slice(0, SAMPLES_SHOWN).map((sample) => (
        <Said key={sample.words}>{sample.words}</Said>
      ))}
    </>
  );
}
