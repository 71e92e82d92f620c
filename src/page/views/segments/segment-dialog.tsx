import { useState } from "preact/hooks";
import { api, ask, type Refusal, refusalOf } from "../../app/data/api.ts";
import { useLoaded } from "../../app/data/load.ts";
import { list, number } from "../../app/time/format.ts";
import { toast } from "../../app/toasts.ts";
import { useCount } from "../../parts/filter/audience-count.ts";
import { type Condition, conditionsOf, filterOf } from "../../parts/filter/conditions.ts";
import { useFields } from "../../parts/filter/fields.ts";
import { FilterBuilder } from "../../parts/filter/filter-builder.tsx";
import { Button } from "../../parts/forms/button.tsx";
import { Dialog } from "../../parts/forms/dialog.tsx";
import { Field } from "../../parts/forms/field.tsx";
import { RefusalNotice } from "../../parts/signs/notice.tsx";
import { words } from "../../words/dictionary.ts";
import type { Segment } from "./segment.ts";

interface Props {
  /** null: a new one. */
  readonly segment: Segment | null;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

const NAMED = 3;

/** A segment's name and filter, with how many it selects while it is built. */
export function SegmentDialog({ segment, onDone, onClose }: Props) {
  const w = words().segments.dialog;
  const fields = useFields();
  const [name, setName] = useState(segment?.name ?? "");
  const [conditions, setConditions] = useState<readonly Condition[]>(conditionsOf(segment?.filter ?? {}));
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const filter = filterOf(conditions);
  const isReady = name.trim() !== "" && filter !== null;
  const save = async (): Promise<void> => {
    if (!isReady) return;
    const body = { name: name.trim(), filter: filter as never };
    try {
      if (segment === null) await ask(api.POST("/api/segments", { body }));
      else await ask(api.PATCH("/api/segments/{id}", { params: { path: { id: segment.id } }, body }));
    } catch (thrown) {
      setRefusal(refusalOf(thrown));
      return;
    }
    onDone();
    onClose();
    toast(segment === null ? w.made(body.name) : w.changed(body.name), segment === null ? null : () => back(segment));
  };
  const back = async ({ id, name: before, filter: then }: Segment): Promise<void> => {
    const body = { name: before, filter: then as never };
    await ask(api.PATCH("/api/segments/{id}", { params: { path: { id } }, body }));
    onDone();
  };
  return (
    <Dialog
      title={segment === null ? w.titleNew : w.title(segment.name)}
      wide
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>{words().common.cancel}</Button>
          <Button type="submit" kind="primary" disabled={!isReady} onPress={save}>
            {w.save}
          </Button>
        </>
      }
    >
      <Field
        label={words().segments.name}
        error={refusal?.errors.find(({ path }) => path === "$.name")?.message}
        value={name}
        maxLength={100}
        autocomplete="off"
        onInput={setName}
      />
      <div class="stack tight">
        <span class="field-label">{w.whom}</span>
        <FilterBuilder conditions={conditions} onChange={setConditions} known={fields.value} />
      </div>
      <Selected filter={filter} />
      {segment !== null && <p class="small dim">{w.keeps}</p>}
      {refusal !== null && <RefusalNotice refusal={refusal} />}
    </Dialog>
  );
}

/** How many, and who for instance. */
function Selected({ filter }: { readonly filter: Record<string, unknown> | null }) {
  const w = words().segments.dialog;
  const counted = useCount(filter);
  const instance = useLoaded(
    async (signal) => {
      if (filter === null) return [];
      const params = { query: { limit: NAMED } };
      const page = await ask(api.POST("/api/recipients/select", { params, body: { filter: filter as never }, signal }));
      return page.data.slice(0, NAMED).map(({ username, address }) => username || address);
    },
    // As often as it was counted.
    [counted.at],
  );
  if (filter === null) return <p class="selected dim">{w.unfinished}</p>;
  if (counted.refusal !== null) return <RefusalNotice refusal={counted.refusal} />;
  if (counted.value == null) return <p class="selected dim">{words().common.loading}</p>;
  const { count, isEstimate } = counted.value;
  const names = instance.value ?? [];
  return (
    <p class="selected" aria-live="polite">
      <strong class="selected-count">{isEstimate ? words().segments.about(number(count)) : number(count)}</strong>{" "}
      {w.selects(count)}
      {names.length > 0 && <span class="dim"> · {w.instance(list(names))}</span>}
    </p>
  );
}
