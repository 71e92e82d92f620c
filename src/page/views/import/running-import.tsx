import { LinkButton } from "../../parts/forms/button.tsx";
import { Notice } from "../../parts/signs/notice.tsx";
import { words } from "../../words/dictionary.ts";
import type { ImportKind } from "./chosen.ts";
import { jobs } from "./job.ts";

/** Above a list: an import into it that goes on, or waits for somebody, meanwhile. */
export function RunningImport({ kind }: { readonly kind: ImportKind }) {
  const w = words()[kind].importing;
  const job = jobs[kind].value;
  if (job === null || job.isOver) return null;
  const { state, rows } = job.progress.value;
  const file = job.order.file.name;
  return (
    <Notice
      kind={state === "failed" ? "bad" : "info"}
      acts={
        <LinkButton to={`/${kind}/import`} size="small">
          {w.look}
        </LinkButton>
      }
    >
      {state === "running" ? w.runs(file, rows) : w.waits(file, rows)}
    </Notice>
  );
}
