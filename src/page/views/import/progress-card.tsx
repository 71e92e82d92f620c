import { bytes, number, percent } from "../../app/time/format.ts";
import { Card } from "../../parts/card.tsx";
import { Button, LinkButton } from "../../parts/forms/button.tsx";
import { FileButton } from "../../parts/forms/file-drop.tsx";
import { Table } from "../../parts/lists/table.tsx";
import { LiveRegion } from "../../parts/signs/live-region.tsx";
import { Notice, RefusalNotice } from "../../parts/signs/notice.tsx";
import { said } from "../../parts/signs/said.tsx";
import { words } from "../../words/dictionary.ts";
import { FILE_TYPES } from "./chosen.ts";
import type { Job, Progress, RejectedRow } from "./job.ts";
import { rejectedFile, saveFile } from "./rejected-file.ts";

const SHOWN_REJECTED = 20;

/** How far an import is, what became of the rows so far, and the way on. */
export function ProgressCard({ job, onFile }: { readonly job: Job; readonly onFile: (file: File) => void }) {
  const w = words().imports;
  const progress = job.progress.value;
  const { kind, file } = job.order;
  const { state, refusal, rejectedCount } = progress;
  const share = percent(Math.min(progress.bytesRead, file.size), file.size);
  return (
    <>
      <Card
        title={w.states[state](file.name)}
        note={
          state === "done"
            ? bytes(file.size)
            : `${bytes(Math.min(progress.bytesRead, file.size))} / ${bytes(file.size)}`
        }
        acts={<Acts job={job} state={state} />}
      >
        <progress
          class="import-progress"
          aria-label={w.progress}
          max={file.size}
          value={state === "done" ? file.size : progress.bytesRead}
        >
          {share}
        </progress>
        <Outcome progress={progress} kind={kind} />
        {refusal !== null && <RefusalNotice refusal={refusal} />}
        {state === "failed" && <p class="import-says">{w.failedSays}</p>}
        {state === "stopped" && refusal === null && <Notice kind="info">{w.stoppedSays}</Notice>}
        {state === "done" && rejectedCount === 0 && <Notice kind="good">{w.allTaken}</Notice>}
        <LiveRegion key={state} text={state === "running" ? w.spoken(share) : w.states[state](file.name)} />
      </Card>
      {rejectedCount > 0 && <RejectedCard job={job} progress={progress} />}
      {job.isOver && (
        <div class="import-foot">
          <LinkButton to={`/${kind}`} kind="primary">
            {w.look[kind]}
          </LinkButton>
          <FileButton accept={FILE_TYPES} onFile={onFile}>
            {w.another}
          </FileButton>
        </div>
      )}
    </>
  );
}

function Acts({ job, state }: { readonly job: Job; readonly state: Progress["state"] }) {
  const w = words().imports;
  if (job.isOver) return null;
  return (
    <>
      {state === "running" ? (
        <Button size="small" onPress={() => job.pause()}>
          {w.pause}
        </Button>
      ) : (
        <Button kind={state === "failed" ? "primary" : "plain"} size="small" onPress={() => job.goOn()}>
          {w.goOn}
        </Button>
      )}
      <Button size="small" onPress={() => job.stop()}>
        {w.stop}
      </Button>
    </>
  );
}

/** Rows, and what they add up from. */
function Outcome({ progress, kind }: { readonly progress: Progress; readonly kind: "recipients" | "suppressions" }) {
  const w = words().imports;
  const figures = [
    ["rows", progress.rows, w.rows],
    ["created", progress.created, w.created[kind]],
    ["updated", progress.updated, w.updated[kind]],
    ["rejected", progress.rejectedCount, w.rejected],
  ] as const;
  return (
    <dl class="figures">
      {figures.map(([name, count, text]) => (
        <div class="figure" key={name}>
          <dt>{text}</dt>
          <dd class={`count ${name === "rejected" && count > 0 ? "failure" : ""}`}>{number(count)}</dd>
        </div>
      ))}
    </dl>
  );
}

function RejectedCard({ job, progress }: { readonly job: Job; readonly progress: Progress }) {
  const w = words().imports;
  const { rejectedCount } = progress;
  const { rejected } = job;
  const save = (): void => {
    const blob = rejectedFile(
      rejected.map((row) => ({ ...row, reason: said(row.reason) })),
      [w.lineHead, w.reasonHead],
      job.order.names,
    );
    saveFile(blob, `rejected-${job.order.file.name.replace(/\.\w+$/, "")}.csv`);
  };
  return (
    <Card
      title={w.rejectedTitle(rejectedCount)}
      note={w.rejectedNote}
      acts={
        <Button size="small" onPress={save}>
          {w.saveRejected}
        </Button>
      }
    >
      <Table
        caption={w.rejectedTitle(rejectedCount)}
        columns={[
          {
            head: w.lineHead,
            kind: "short",
            phone: "below",
            cell: ({ line }: RejectedRow) => (
              <>
                <span class="unless-phone">{number(line)}</span>
                <span class="phone-head">{w.columns.line(line)}</span>
              </>
            ),
          },
          {
            head: w.row,
            phone: "below",
            cell: ({ cells }: RejectedRow) => <span class="sample small">{cells.join(" · ")}</span>,
          },
          { head: w.reasonHead, cell: ({ reason }: RejectedRow) => <span class="small">{said(reason)}</span> },
        ]}
        rows={rejected.slice(0, SHOWN_REJECTED)}
        keyOf={({ line }) => line}
      />
      {rejectedCount > SHOWN_REJECTED && <p class="table-foot">{w.moreRejected(rejectedCount - SHOWN_REJECTED)}</p>}
      {rejectedCount > rejected.length && progress.state === "done" && (
        <p class="table-foot">{w.cutRejected(rejected.length)}</p>
      )}
    </Card>
  );
}
