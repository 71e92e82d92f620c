import { signal } from "@preact/signals";
import { api, ask, idempotencyKey } from "../../app/data/api.ts";
import { useLoaded } from "../../app/data/load.ts";
import { may } from "../../app/data/session.ts";
import { sentences } from "../../app/time/format.ts";
import { toast } from "../../app/toasts.ts";
import { figuresOf } from "../../parts/figures/figures.tsx";
import { Button } from "../../parts/forms/button.tsx";
import { Confirm } from "../../parts/forms/dialog.tsx";
import { lackOf } from "../../parts/forms/needs.tsx";
import { Read } from "../../parts/lists/read.tsx";
import { Notice } from "../../parts/signs/notice.tsx";
import { words } from "../../words/dictionary.ts";
import type { Summary } from "./use-pushes.ts";

interface PausedAll {
  readonly paused: readonly string[];
  readonly unreachable: readonly string[];
}

/** What the last "pause all" of this page did, until it is undone or closed. */
const last = signal<PausedAll | null>(null);

const LOOKED_AT = 1_000;
const AT_ONCE = 6;
const NAMED = 5;

/** Says which pushes would pause, and pauses all that send mail or will. */
export function PauseAllDialog({ onDone, onClose }: { readonly onDone: () => void; readonly onClose: () => void }) {
  const w = words().pushes.pauseAll;
  const active = useLoaded(async (signal) => {
    const pages = (["running", "scheduled"] as const).map((state) =>
      ask(api.GET("/api/pushes", { params: { query: { state, limit: LOOKED_AT } }, signal })),
    );
    return (await Promise.all(pages)).flatMap((page) => page.data);
  }, []);
  const run = async (): Promise<void> => {
    last.value = await pauseAll();
    onDone();
  };
  return (
    <Confirm title={w.title} act={w.act} danger disabled={active.value?.length === 0} onAct={run} onClose={onClose}>
      <Read of={active}>
        {(pushes) =>
          pushes.length === 0 ? (
            <p>{w.none}</p>
          ) : (
            <>
              <p>{w.says(pushes.length, waitingOf(pushes))}</p>
              <ul class="dim named">
                {pushes.slice(0, NAMED).map(({ id, subject }) => (
                  <li key={id}>{subject}</li>
                ))}
                {pushes.length > NAMED && <li>{w.more(pushes.length - NAMED)}</li>}
              </ul>
              <p class="dim">{w.after}</p>
            </>
          )
        }
      </Read>
    </Confirm>
  );
}

function waitingOf(pushes: readonly Summary[]): number {
  // Whom one that has not begun writes to is not in its tallies yet.
  return pushes.reduce((sum, { tallies, total, expected, snapshotDone }) => {
    const toCome = snapshotDone ? 0 : Math.max(0, expected - total);
    return sum + toCome + figuresOf(tallies).waiting - tallies.sending;
  }, 0);
}

/** What was paused, and the way back. */
export function PausedAllNotice({ onDone }: { readonly onDone: () => void }) {
  if (last.value === null) return null;
  const { paused, unreachable } = last.value;
  const w = words().pushes.pauseAll;
  const undo = async (): Promise<void> => {
    const resumed = await resumeAll(paused);
    last.value = null;
    onDone();
    toast(w.resumed(resumed, paused.length - resumed));
  };
  return (
    <Notice
      kind={unreachable.length > 0 ? "bad" : "warn"}
      acts={
        <>
          {paused.length > 0 && may("send") && (
            <Button size="small" onPress={undo}>
              {w.undo(paused.length)}
            </Button>
          )}
          <Button
            size="small"
            onPress={() => {
              last.value = null;
            }}
          >
            {words().common.dismiss}
          </Button>
        </>
      }
    >
      {sentences(
        w.did(paused.length),
        paused.length > 0 && !may("send") ? lackOf("send") : null,
        unreachable.length > 0 ? w.unreachable(unreachable.length) : null,
      )}
      {unreachable.length > 0 && <code class="words">{unreachable.join(" ")}</code>}
    </Notice>
  );
}

/** A call pauses 500; those it could not reach are asked once more by each further call. */
async function pauseAll(): Promise<PausedAll> {
  const paused = new Set<string>();
  for (;;) {
    const answer = await ask(api.POST("/api/pushes/pause", { params: { header: idempotencyKey() } }));
    for (const id of answer.paused) paused.add(id);
    // Without one paused, the next call would look at the same ones.
    if (!answer.hasMore || answer.paused.length === 0) {
      return { paused: [...paused], unreachable: answer.unreachable.filter((id) => !paused.has(id)) };
    }
  }
}

/** Resumes these, each by itself; how many did. */
async function resumeAll(ids: readonly string[]): Promise<number> {
  let resumed = 0;
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const calls = ids.slice(at, at + AT_ONCE).map((id) => {
      const params = { path: { id }, header: idempotencyKey() };
      return ask(api.POST("/api/pushes/{id}/resume", { params }));
    });
    resumed += (await Promise.allSettled(calls)).filter(({ status }) => status === "fulfilled").length;
  }
  return resumed;
}
