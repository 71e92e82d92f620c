import { Button, LinkButton } from "../../parts/forms/button.tsx";
import { Notice } from "../../parts/signs/notice.tsx";
import { words } from "../../words/dictionary.ts";
import type { ImportKind } from "./chosen.ts";
import { jobs } from "./job.ts";
import { useImportElsewhere } from "./left.ts";

/** Above a list: an import into it that goes on, waits for somebody, or ended with its tab. */
export function RunningImport({ kind }: { readonly kind: ImportKind }) {
  const w = words().imports.running;
  const job = jobs[kind].value;
  if (job === null || job.isOver) return <ImportElsewhere kind={kind} to={`/${kind}/import`} />;
  const { state, rows } = job.progress.value;
  const file = job.order.file.name;
  return (
    <Notice
      kind={state === "failed" ? "bad" : "info"}
      ticks={state === "running"}
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

/** What another tab imports, or did until it was closed. `to`: where the file can be chosen again; null: here. */
export function ImportElsewhere({ kind, to }: { readonly kind: ImportKind; readonly to: string | null }) {
  const w = words().imports.running;
  const [found, dismiss] = useImportElsewhere(kind);
  if (found === null) return null;
  if (found.isRunning) return <Notice>{w.elsewhere(found.file, found.rows)}</Notice>;
  return (
    <Notice
      kind="warn"
      acts={
        <>
          {to !== null && (
            <LinkButton to={to} size="small">
              {w.again}
            </LinkButton>
          )}
          <Button size="small" onPress={dismiss}>
            {words().common.dismiss}
          </Button>
        </>
      }
    >
      {w.left(found.file, found.rows)}
    </Notice>
  );
}
