import type { Schemas } from "../../../app/data/api.ts";
import type { Loaded } from "../../../app/data/load.ts";
import { audienceOf } from "../../../parts/audience.ts";
import { Card } from "../../../parts/card.tsx";
import type { Count } from "../../../parts/filter/audience-count.ts";
import { fieldWord, type KnownFields } from "../../../parts/filter/fields.ts";
import { FilterBuilder } from "../../../parts/filter/filter-builder.tsx";
import { Choice, ToolSelect } from "../../../parts/forms/select.tsx";
import { RefusalNotice } from "../../../parts/signs/notice.tsx";
import { words } from "../../../words/dictionary.ts";
import type { Draft } from "../draft/draft.ts";
import type { Preview } from "../preview/use-preview.ts";

interface Props {
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
  readonly fields: KnownFields | undefined;
  /** undefined: not read yet. */
  readonly segments: readonly Schemas["Segment"][] | undefined;
  /** null: not chosen to its end. */
  readonly filter: unknown;
  readonly count: Loaded<Count | null>;
  readonly warnings: Preview["warnings"];
  readonly fault: string | null;
}

/** Who gets it, and how many that are now. */
export function AudienceCard({ draft, onChange, fields, segments: known, filter, count, warnings, fault }: Props) {
  const w = words().compose.audience;
  const isSegment = draft.segment !== null;
  const segments = known ?? [];
  const chosen = segments.find(({ id }) => id === draft.segment);
  const isGone = isSegment && known !== undefined && chosen === undefined;
  return (
    <Card
      title={w.title}
      acts={
        segments.length > 0 || isSegment ? (
          <Choice
            label={w.how}
            value={isSegment ? "segment" : "filter"}
            options={[
              ["filter", w.byFilter],
              ["segment", w.bySegment],
            ]}
            onChange={(kind) => onChange({ segment: kind === "filter" ? null : (segments[0]?.id ?? null) })}
          />
        ) : undefined
      }
    >
      {isSegment ? (
        <div class="row">
          <ToolSelect
            label={w.segment}
            value={draft.segment ?? ""}
            options={[
              ...(isGone ? [[draft.segment ?? "", w.choose] as const] : []),
              ...segments.map(({ id, name }) => [id, name] as const),
            ]}
            onChange={(segment) => onChange({ segment })}
          />
          {chosen !== undefined && <span class="dim">{audienceOf(chosen.filter)}</span>}
        </div>
      ) : (
        <FilterBuilder
          conditions={draft.conditions}
          onChange={(conditions) => onChange({ conditions })}
          known={fields}
        />
      )}
      {(isGone || fault !== null) && (
        <p class="field-error" role="alert">
          {isGone ? w.gone : fault}
        </p>
      )}
      {count.refusal !== null && <RefusalNotice refusal={count.refusal} onRetry={count.reload} />}
      <p class="audience-count" aria-live="polite">
        {!isGone && (count.value != null || count.refusal === null) && (
          <CountWords count={count.value} isOpen={filter === null} />
        )}
      </p>
      <ul class="lacking">
        {warnings.map(
          ({ attribute, have, lookedAt }) =>
            attribute !== undefined && (
              <li key={attribute} class="dim">
                {w.without((lookedAt ?? 0) - (have ?? 0), lookedAt ?? 0, fieldWord(attribute))}
              </li>
            ),
        )}
      </ul>
    </Card>
  );
}

function CountWords({ count, isOpen }: { readonly count: Count | null | undefined; readonly isOpen: boolean }) {
  const w = words().compose.audience;
  if (isOpen) return <span class="dim">{w.unfinished}</span>;
  if (count == null) return <span class="dim">{w.counting}</span>;
  if (count.count === 0) return <strong>{w.nobody}</strong>;
  return <strong>{w.count(count.count, count.isEstimate)}</strong>;
}
