import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { api, ask } from "../../app/data/api.ts";
import { useLoaded } from "../../app/data/load.ts";
import { toPart } from "../../app/focus.ts";
import { setQuery } from "../../app/router.ts";
import { now } from "../../app/time/clock.ts";
import { percent, wholeTime } from "../../app/time/format.ts";
import { audienceOf } from "../../parts/audience.ts";
import { figuresOf } from "../../parts/figures/figures.tsx";
import { Button, LinkButton } from "../../parts/forms/button.tsx";
import { later } from "../../parts/later.tsx";
import { Skeleton } from "../../parts/lists/skeleton.tsx";
import { LiveRegion } from "../../parts/signs/live-region.tsx";
import { Notice, RefusalNotice } from "../../parts/signs/notice.tsx";
import { Pill } from "../../parts/signs/pill.tsx";
import { Time } from "../../parts/signs/time.tsx";
import { ViewHead } from "../../parts/view-head.tsx";
import { words } from "../../words/dictionary.ts";
import type { Delivery } from "./deliveries/deliveries.ts";
import { DeliveriesCard, NOT_NARROWED } from "./deliveries/deliveries-card.tsx";
import { FiguresCard } from "./figures-card.tsx";
import { HistoryCard } from "./history-card.tsx";
import { howOf } from "./how.ts";
import { LiveSign } from "./live/live-sign.tsx";
import { doneBy } from "./live/pace.ts";
import { PaceCard } from "./live/pace-card.tsx";
import { usePace } from "./live/use-pace.ts";
import { isOver, type Push, usePush, type WatchedPush } from "./live/use-push.ts";
import { MailCard } from "./mail/mail-card.tsx";
import { Situation } from "./reasons/situation.tsx";
import { WhyCard } from "./reasons/why-card.tsx";
import { ReturnedCard } from "./returned-card.tsx";
import { ActionBar } from "./steering/action-bar.tsx";
import { type Asked, EVERYTHING } from "./steering/asked.ts";

const StoryDialog = later(
  () => import("./deliveries/story-dialog.tsx").then((found) => found.StoryDialog),
  ["dialogs"],
);
const RetryDialog = later(() => import("./steering/retry-dialog.tsx").then((found) => found.RetryDialog), ["dialogs"]);
const ResolveDialog = later(
  () => import("./steering/resolve-dialog.tsx").then((found) => found.ResolveDialog),
  ["dialogs"],
);
const ExportDialog = later(
  () => import("./steering/export-dialog.tsx").then((found) => found.ExportDialog),
  ["dialogs"],
);

/** One push, live: how far, what is wrong, what can be done. */
export default function PushView({ params }: { readonly params: Readonly<Record<string, string>> }) {
  const watched = usePush(params.id ?? "");
  const { push, refusal, reload } = watched;
  if (push !== undefined) return <Shown push={push} watched={watched} />;
  return (
    <>
      <ViewHead title={words().push.title} crumbs={<Crumbs id={params.id ?? ""} />} />
      {refusal === null ? (
        <Skeleton lines={6} />
      ) : refusal.code === "not-found" ? (
        <Gone />
      ) : (
        <RefusalNotice refusal={refusal} onRetry={reload} />
      )}
    </>
  );
}

function Gone() {
  const w = words().push.gone;
  return (
    <Notice kind="warn" acts={<LinkButton to="/">{w.todo}</LinkButton>}>
      {w.says}
    </Notice>
  );
}

function Crumbs({ id }: { readonly id: string }) {
  return (
    <>
      <a href="/">{words().push.back}</a> / {id}
    </>
  );
}

function Shown({ push, watched }: { readonly push: Push; readonly watched: WatchedPush }) {
  const w = words().push;
  const { reload } = watched;
  const pace = usePace(push);
  const [retrying, setRetrying] = useState<Asked | null>(null);
  const [resolving, setResolving] = useState<"sent" | "failed" | null>(null);
  const [opened, setOpened] = useState<Delivery | null>(null);
  const [isExporting, setExporting] = useState(false);
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [edition, setEdition] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const done = (): void => {
    reload();
    setEdition((before) => before + 1);
    setChosen(new Set());
  };
  // The first page of a push that has just begun is empty.
  const isBegun = push.total > 0;
  useEffect(() => setEdition((before) => before + 1), [isBegun, push.status]);
  const figures = figuresOf(push.tallies);
  const through = useMemo(
    () =>
      push.status === "running" && push.waiting === null
        ? doneBy(pace.samples, push.tallies, pace.retries.at(-1)?.at ?? null, now.peek())
        : null,
    [pace.samples, pace.retries, push],
  );
  const ids = [...chosen];
  const hasStarted = push.startedAt !== null;
  // While it runs, its reasons grow below the chart; afterwards they are what one comes for.
  const why = (
    <WhyCard
      key="why"
      push={push}
      onShow={(narrowing) => {
        setQuery({ ...NOT_NARROWED, ...narrowing, after: null });
        list.current?.scrollIntoView({ block: "start" });
        toPart(list.current?.querySelector("section"));
      }}
      onRetry={(of) => setRetrying({ ...of, ids: null })}
    />
  );
  return (
    <>
      <ViewHead
        title={push.subject}
        beside={<Pill status={push.status} />}
        crumbs={<Crumbs id={push.id} />}
        acts={<ActionBar push={push} onRetry={() => setRetrying(EVERYTHING)} onDone={done} />}
      >
        <Facts push={push} />
        <span>
          <LiveSign watched={watched} />
          <span class="on-paper">{w.printed(wholeTime(now.value))}</span>
        </span>
      </ViewHead>
      <div class="unseen" role="status">
        {w.spokenState(words().states.push[push.status])}
      </div>
      <LiveRegion
        text={w.spoken(
          percent(push.total - figures.waiting, push.total),
          figures.success,
          figures.failure,
          figures.waiting,
        )}
      />
      <Situation push={push} resume={undefined} />
      {push.status === "held" && <MailCard push={push} />}
      <FiguresCard push={push} doneBy={through} resendAt={pace.resendAt} />
      {isOver(push) && hasStarted && why}
      {hasStarted ? (
        <div class="two" key="pace">
          <PaceCard push={push} samples={pace.samples} retries={pace.retries} />
          <div class="cards">
            <ReturnedCard push={push} />
            <HistoryCard push={push} />
          </div>
        </div>
      ) : (
        <HistoryCard push={push} />
      )}
      {!isOver(push) && hasStarted && why}
      {push.status !== "held" && <MailCard push={push} />}
      <div ref={list}>
        <DeliveriesCard
          push={push}
          chosen={chosen}
          onChoose={setChosen}
          onOpen={setOpened}
          onExport={() => setExporting(true)}
          edition={edition}
          acts={
            <>
              <Button size="small" onPress={() => setRetrying({ ...EVERYTHING, ids })}>
                {w.actions.chosenRetry}
              </Button>
              {push.tallies.in_doubt > 0 && (
                <>
                  <Button size="small" onPress={() => setResolving("sent")}>
                    {w.actions.resolveSent}
                  </Button>
                  <Button size="small" onPress={() => setResolving("failed")}>
                    {w.actions.resolveFailed}
                  </Button>
                </>
              )}
            </>
          }
        />
      </div>
      {retrying !== null && (
        <RetryDialog push={push} asked={retrying} onDone={done} onClose={() => setRetrying(null)} />
      )}
      {resolving !== null && (
        <ResolveDialog push={push.id} ids={ids} as={resolving} onDone={done} onClose={() => setResolving(null)} />
      )}
      {opened !== null && (
        <StoryDialog
          push={push.id}
          delivery={opened}
          onRetry={(id) => {
            setOpened(null);
            setRetrying({ ...EVERYTHING, ids: [id] });
          }}
          onClose={() => setOpened(null)}
        />
      )}
      {isExporting && <ExportDialog push={push} onClose={() => setExporting(false)} />}
    </>
  );
}

/** Who sent it, to whom, and since when. */
function Facts({ push }: { readonly push: Push }) {
  const w = words().push;
  const content = useLoaded(
    (signal) => ask(api.GET("/api/pushes/{id}/content", { params: { path: { id: push.id } }, signal })),
    [push.id, push.contentVersion],
  );
  const by = push.steering[0]?.by;
  const segment = useLoaded(
    async (signal) =>
      push.segment === null
        ? null
        : ask(api.GET("/api/segments/{id}", { params: { path: { id: push.segment } }, signal })),
    [push.segment],
  );
  // A segment that was deleted since has its id alone; what it selected is known in any case.
  const audience =
    push.segment === null
      ? audienceOf(push.filter)
      : words().audience.segment(segment.value?.name ?? push.segment, audienceOf(push.filter));
  return (
    <>
      {content.value !== undefined && <span>{w.from(content.value.from)}</span>}
      <span class="audience" title={audience}>
        {audience}
      </span>
      {by !== undefined && <span>{w.by(by)}</span>}
      {howOf(push).map((part) => (
        <span key={part}>{part}</span>
      ))}
      <span>
        {push.startedAt === null ? w.asked : w.started} <Time at={push.startedAt ?? push.createdAt} />
      </span>
    </>
  );
}
