import { useState } from "preact/hooks";
import { api, ask } from "../../app/api.ts";
import { number } from "../../app/format.ts";
import { useLoaded } from "../../app/load.ts";
import { may } from "../../app/session.ts";
import { Button } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { figuresOf } from "../../parts/figures.tsx";
import { Read } from "../../parts/read.tsx";
import { Choice } from "../../parts/select.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { words } from "../../words/dictionary.ts";
import type { Push } from "./use-push.ts";

/** Failures change with each batch; what to do about them does not. */
const EVERY_MS = 5_000;
const DOMAINS_SHOWN = 20;

interface Props {
  readonly push: Push;
  /** Shows the deliveries of a class, or of a domain. */
  readonly onShow: (narrowing: { readonly class?: string; readonly domain?: string }) => void;
  readonly onRetry: (reason: string) => void;
}

/** Why people did not get it: by reason and by domain, in the servers' words, with what to do about each. */
export function WhyCard({ push, onShow, onRetry }: Props) {
  const w = words().push.why;
  const [by, setBy] = useState<"class" | "domain">("class");
  const { failure } = figuresOf(push.tallies);
  return (
    <Card
      title={words().push.section.why}
      note={failure > 0 ? w.note(failure, push.tallies.deferred) : undefined}
      acts={
        failure > 0 && (
          <Choice
            label={words().push.section.why}
            value={by}
            options={[
              ["class", w.byClass],
              ["domain", w.byDomain],
            ]}
            onChange={setBy}
          />
        )
      }
    >
      {failure === 0 ? (
        <p class="dim">{w.none}</p>
      ) : (
        <Failures push={push} failure={failure} by={by} onShow={onShow} onRetry={onRetry} />
      )}
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

function Failures({
  push,
  failure,
  by,
  onShow,
  onRetry,
}: Props & { readonly failure: number; readonly by: "class" | "domain" }) {
  const w = words().push.why;
  const isMoving = push.status === "running";
  const read = useLoaded(
    (signal) => ask(api.GET("/api/pushes/{id}/failures", { params: { path: { id: push.id } }, signal })),
    // The end of the push, or of a retry, is read at once.
    [push.id, isMoving || failure],
    isMoving ? EVERY_MS : null,
  );
  return (
    <Read of={read}>
      {(found) => (
        <>
          {by === "class" ? (
            <Table
              caption={words().push.section.why}
              columns={reasonColumns(onShow, onRetry)}
              rows={found.classes}
              keyOf={(row) => row.class}
            />
          ) : (
            <>
              <Table
                caption={words().push.section.why}
                columns={domainColumns(onShow)}
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
  );
}

function Others({ count }: { readonly count: number }) {
  return count > 0 ? <p class="small dim">{words().push.why.otherDomains(count)}</p> : null;
}

function reasonColumns(onShow: Props["onShow"], onRetry: Props["onRetry"]): readonly Column<Reason>[] {
  const w = words().push.why;
  return [
    {
      head: w.said,
      cell: (row) => (
        <div class="reason">
          <strong>{classWord(row.class)}</strong>
          <Samples samples={row.samples} />
          <p class="small dim">{words().push.advice[row.class] ?? row.advice}</p>
        </div>
      ),
    },
    { head: w.people, kind: "number", cell: (row) => number(row.count) },
    {
      head: w.acts,
      isHeadUnseen: true,
      kind: "short",
      cell: (row) => (
        <div class="row tight">
          <Button
            kind="quiet"
            size="small"
            label={w.showOf(classWord(row.class))}
            onPress={() => onShow({ class: row.class })}
          >
            {w.show}
          </Button>
          {may("send") && (
            <Button
              kind="quiet"
              size="small"
              label={w.retryOf(classWord(row.class))}
              onPress={() => onRetry(row.class)}
            >
              {w.retry}
            </Button>
          )}
        </div>
      ),
    },
  ];
}

interface Domain {
  readonly domain: string;
  readonly count: number;
  readonly classes: readonly { readonly class: string; readonly count: number }[];
  readonly samples: readonly Sample[];
}

function domainColumns(onShow: Props["onShow"]): readonly Column<Domain>[] {
  const w = words().push.why;
  return [
    {
      head: w.domain,
      cell: (row) => (
        <div class="reason">
          <strong>{row.domain}</strong>
          <p class="small dim">
            {row.classes.map((one) => `${classWord(one.class)} ${number(one.count)}`).join(" · ")}
          </p>
          <Samples samples={row.samples.slice(0, 1)} />
        </div>
      ),
    },
    { head: w.people, kind: "number", cell: (row) => number(row.count) },
    {
      head: w.acts,
      isHeadUnseen: true,
      kind: "short",
      cell: (row) => (
        <Button kind="quiet" size="small" label={w.showOf(row.domain)} onPress={() => onShow({ domain: row.domain })}>
          {w.show}
        </Button>
      ),
    },
  ];
}

const SAMPLES_SHOWN = 2;

function Samples({ samples }: { readonly samples: readonly Sample[] }) {
  return (
    <>
      {samples.slice(0, SAMPLES_SHOWN).map((sample) => (
        <code class="words" key={sample.words}>
          {sample.words}
        </code>
      ))}
    </>
  );
}

/** "no such user"; a class that the page does not know stands as it is. */
export function classWord(name: string): string {
  return words().push.classes[name] ?? name;
}
