import { useMemo, useState } from "preact/hooks";
import { api, ask } from "../../../app/data/api.ts";
import { useLoaded } from "../../../app/data/load.ts";
import { may } from "../../../app/data/session.ts";
import { now } from "../../../app/time/clock.ts";
import { clock, list, minute, number } from "../../../app/time/format.ts";
import { Card } from "../../../parts/card.tsx";
import { Chart, type Line } from "../../../parts/figures/chart.tsx";
import { Choice } from "../../../parts/forms/select.tsx";
import { isNear, near } from "../../../parts/signs/time.tsx";
import { words } from "../../../words/dictionary.ts";
import { lastOf, meanPace, ratesOf, recentPace, type Sample } from "./pace.ts";
import { isOver, type Push } from "./use-push.ts";

export interface Retry {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly count: number;
}

/** How fast it goes and went, the limit it keeps to, and what comes next. */
export function PaceCard({
  push,
  samples,
  retries,
}: {
  readonly push: Push;
  readonly samples: readonly Sample[];
  readonly retries: readonly Retry[];
}) {
  const w = words().push;
  const [span, setSpan] = useState<"whole" | "last">("whole");
  const [first, last] = [samples[0], samples.at(-1)];
  const isLong = first !== undefined && last !== undefined && last.at - first.at > LAST_MS * 1.5;
  const rates = useMemo(
    () => ratesOf(isLong && span === "last" ? lastOf(samples, LAST_MS) : samples),
    [samples, isLong, span],
  );
  const lines: readonly Line[] = [
    { label: w.pace.series, colour: "--accent", filled: true, stepped: true },
    { label: w.pace.limitSeries, colour: "--deferred", dashed: true, stepped: true },
  ];
  const times = useMemo(() => rates.map(({ at }) => at), [rates]);
  const values = useMemo(() => [rates.map((one) => one.perSecond), rates.map((one) => one.limit)], [rates]);
  const most = Math.max(0, ...rates.map((one) => one.perSecond));
  const [from, to] = [rates[0], rates.at(-1)];
  return (
    <Card
      title={w.section.pace}
      note={<PaceNote push={push} samples={samples} />}
      acts={
        isLong && (
          <Choice
            label={w.pace.shown}
            value={span}
            options={[
              ["whole", w.pace.whole],
              ["last", w.pace.last],
            ]}
            onChange={setSpan}
          />
        )
      }
    >
      {from === undefined || to === undefined || most === 0 ? (
        <p class="dim no-chart">{w.pace.none}</p>
      ) : (
        <Chart
          times={times}
          values={values}
          lines={lines}
          label={w.pace.chart(minute(from.at, to.at), minute(to.at, to.at), perSecond(most))}
        />
      )}
      {isSlowed(push) && <p class="small dim under-chart">{w.pace.slowed}</p>}
      {push.status === "running" && may("master") && <Learned push={push} />}
      {!isOver(push) && (
        <p class="small dim under-chart">
          <Retries push={push} retries={retries} />
        </p>
      )}
    </Card>
  );
}

/** The choice is offered where it shows something else. */
const LAST_MS = 600_000;
const RELAYS_EVERY_MS = 30_000;

/** At which rate its relays refused: what mailpush climbs back to. */
function Learned({ push }: { readonly push: Push }) {
  const read = useLoaded((signal) => ask(api.GET("/api/relays", { signal })), [], RELAYS_EVERY_MS);
  const mine = new Set(push.relays.map(({ id }) => id));
  const met = (read.value?.data ?? []).filter(({ id, learnedLimit }) => mine.has(id) && learnedLimit !== null);
  if (met.length === 0) return null;
  const parts = met.map(({ id, learnedLimit }) => words().push.pace.learned(id, perSecond(learnedLimit ?? 0)));
  return <p class="small dim under-chart">{parts.join(" ")}</p>;
}

/** Below what was asked for: not the push's own rate is the limit. */
function isSlowed({ status, rate, currentRate }: Push): boolean {
  return status === "running" && currentRate !== null && (rate === null || currentRate < rate * ALMOST);
}

const ALMOST = 0.95;

/** What the lines of the chart are, and how they stand. */
function PaceNote({ push, samples }: { readonly push: Push; readonly samples: readonly Sample[] }) {
  const w = words().push.pace;
  const isRunning = push.status === "running";
  const pace = isRunning ? recentPace(samples) : meanPace(samples, Number.POSITIVE_INFINITY);
  const wasLimited = samples.some(({ limit }) => limit !== null);
  const limit = isRunning && push.currentRate !== null ? w.limit(perSecond(push.currentRate)) : w.limitSeries;
  // Where nothing was sent that could be measured, the card says so.
  if (pace === null || (pace === 0 && !isRunning)) return null;
  return (
    <span class="keys">
      <span>
        <i class="key" aria-hidden="true" />
        {isRunning ? (pace === 0 ? w.idle : w.now(perSecond(pace))) : w.average(perSecond(pace))}
      </span>
      {wasLimited && (
        <span>
          <i class="key dashed" aria-hidden="true" />
          {limit}
        </span>
      )}
    </span>
  );
}

/** Groups that are named; what comes after them is one number. */
const NAMED = 3;

function Retries({ push, retries }: { readonly push: Push; readonly retries: readonly Retry[] }) {
  const w = words().push.pace;
  if (retries.length === 0) return <>{w.noRetries}</>;
  // Their times pass while it stands.
  if (push.status === "paused") return <>{w.retriesStopped(sumOf(retries))}</>;
  return <NextRetries retries={retries} />;
}

function sumOf(some: readonly Retry[]): number {
  return some.reduce((sum, { count }) => sum + count, 0);
}

function NextRetries({ retries }: { readonly retries: readonly Retry[] }) {
  const w = words().push.pace;
  // Those that are due wait for their turn, or for the end of a pause.
  const due = sumOf(retries.filter(({ at }) => at <= now.value));
  const coming = retries.filter(({ at }) => at > now.value);
  const nextRetry = (at: number, count: number): string =>
    isNear(at, now.value) ? w.retry(count, near(at, now.value)) : w.retryAt(count, clock(at, now.value));
  const later = sumOf(coming.slice(NAMED));
  const parts = [
    ...(due > 0 ? [w.due(due)] : []),
    ...coming.slice(0, NAMED).map(({ at, count }) => nextRetry(at, count)),
    ...(later > 0 ? [w.later(later)] : []),
  ];
  return (
    <>
      {w.retries} {list(parts)}
    </>
  );
}

function perSecond(rate: number): string {
  return number(rate, rate < 10 ? 1 : 0);
}
