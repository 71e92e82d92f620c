import { useLoaded } from "../../app/data/load.ts";
import { query } from "../../app/router.ts";
import { Read } from "../../parts/lists/read.tsx";
import { ViewHead } from "../../parts/view-head.tsx";
import { words } from "../../words/dictionary.ts";
import { Composer } from "./composer.tsx";
import type { Slot } from "./draft/kept-draft.ts";
import { readStart } from "./start.ts";

/**
 * A new push, one like an earlier push (`?from=`), of a template or to a segment (`?template=`, `?segment=`), or the
 * changes to a held one (`/pushes/:id/edit`).
 */
export default function NewPush({ params }: { readonly params: Readonly<Record<string, string>> }) {
  const slot: Slot = params.id !== undefined ? `edit:${params.id}` : slotOf(query.value);
  return <Opened key={slot} slot={slot} />;
}

function slotOf(asked: URLSearchParams): Slot {
  for (const name of ["from", "template", "segment"] as const) {
    const id = asked.get(name);
    if (id !== null) return `${name}:${id}`;
  }
  return "new";
}

function Opened({ slot }: { readonly slot: Slot }) {
  const w = words().compose;
  const read = useLoaded((signal) => readStart(slot, signal), [slot]);
  const title = slot.startsWith("edit:") ? w.titleEdit : slot.startsWith("from:") ? w.titleDuplicate : w.title;
  return (
    <>
      {read.value === undefined && <ViewHead title={title} crumbs={<a href="/">{w.crumb}</a>} />}
      <Read of={read} lines={8}>
        {(start) => <Composer key={read.at} slot={slot} title={title} start={start} onRestart={read.reload} />}
      </Read>
    </>
  );
}
