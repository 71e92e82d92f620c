import { useEffect, useRef, useState } from "preact/hooks";
import { toast } from "../../app/toasts.ts";
import { Card } from "../../parts/card.tsx";
import { apiFileCode } from "../../parts/forms/api-code.ts";
import { DropVeil, FileButton, useFileDrop } from "../../parts/forms/file-drop.tsx";
import { Empty } from "../../parts/lists/empty.tsx";
import { ViewHead } from "../../parts/view-head.tsx";
import { words } from "../../words/dictionary.ts";
import { chosen, FILE_TYPES, type ImportKind, sayIfOneOf } from "./chosen.ts";
import { Job, jobs, type Order } from "./job.ts";
import { PrepareCards } from "./prepare-cards.tsx";
import { ProgressCard } from "./progress-card.tsx";
import { ImportElsewhere } from "./running-import.tsx";

/** A file of people or of suppressed addresses: how it is read, what its columns become, and what became of its rows. */
export function ImportView({ kind }: { readonly kind: ImportKind }) {
  const w = words().imports;
  const [file, setFile] = useState<File | null>(null);
  const job = jobs[kind].value;
  const take = (next: File): void => {
    if (job !== null && !job.isOver) {
      toast(w.busy(job.order.file.name));
      return;
    }
    jobs[kind].value = null;
    setFile(next);
  };
  // Chosen on the way here.
  useEffect(() => {
    const brought = chosen.value;
    chosen.value = null;
    if (brought !== null) take(brought);
  }, []);
  const isDragged = useFileDrop((next, count) => {
    sayIfOneOf(count, next);
    take(next);
  });
  const step = file !== null ? "prepare" : job !== null ? "progress" : "choose";
  const content = useFocusAtEach(step);
  const start = (order: Order): void => {
    const next = new Job(order);
    jobs[kind].value = next;
    setFile(null);
    next.run();
  };
  return (
    <>
      <ViewHead title={w.title[kind]} crumbs={<a href={`/${kind}`}>{words().shell[kind]}</a>}>
        <span>{w.about[kind]}</span>
      </ViewHead>
      <div class="import-step" ref={content} tabIndex={-1}>
        {job !== null && file === null ? (
          <ProgressCard job={job} onFile={take} />
        ) : file !== null ? (
          <PrepareCards
            key={`${file.name} ${file.size} ${file.lastModified}`}
            kind={kind}
            file={file}
            onFile={take}
            onStart={start}
          />
        ) : (
          <>
            <ImportElsewhere kind={kind} to={null} />
            <Card label={w.file}>
              <div class="drop-zone">
                <Empty
                  title={w.choose.title}
                  act={
                    <FileButton accept={FILE_TYPES} kind="primary" onFile={take}>
                      {w.choose.act}
                    </FileButton>
                  }
                  code={apiFileCode(`/api/${kind}/import`, `${kind}.csv`, "gbk")}
                >
                  {w.choose.text[kind]}
                </Empty>
              </div>
            </Card>
          </>
        )}
      </div>
      {isDragged && (job === null || job.isOver) && <DropVeil>{w.drop}</DropVeil>}
    </>
  );
}

/** Takes the focus at each step but the first: the button that led there is gone. */
function useFocusAtEach(step: string) {
  const content = useRef<HTMLDivElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current) content.current?.focus({ preventScroll: true });
    isFirst.current = false;
  }, [step]);
  return content;
}
