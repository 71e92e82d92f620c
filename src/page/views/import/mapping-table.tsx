import { useId } from "preact/hooks";
import { Check } from "../../parts/forms/field.tsx";
import { ToolSelect } from "../../parts/forms/select.tsx";
import { type Column, Table } from "../../parts/lists/table.tsx";
import { words } from "../../words/dictionary.ts";
import { variableOf } from "../new-push/message/variable.ts";
import type { ImportKind } from "./chosen.ts";
import { attributeOf, faultOf, type Mapped, TARGETS, type Target, withTarget } from "./mapping.ts";
import type { Preview } from "./reading.ts";

interface Props extends Pick<Preview, "header" | "rows"> {
  readonly kind: ImportKind;
  readonly mapping: readonly Mapped[];
  readonly onChange: (mapping: readonly Mapped[]) => void;
}

/** A line for each column of the file: its name, what it becomes, and its first values. */
export function MappingTable({ kind, header, rows, mapping, onChange }: Props) {
  const w = words().imports.columns;
  const change = (at: number, changes: Partial<Mapped>): void =>
    onChange(mapping.map((one, index) => (index === at ? { ...one, ...changes } : one)));
  const columns: readonly Column<number>[] = [
    {
      head: w.inFile,
      cell: (at) => (
        <span class={mapping[at]?.target === "ignored" ? "dim" : undefined}>
          {header[at]?.trim() || words().imports.column(at + 1)}
        </span>
      ),
    },
    {
      head: w.becomes,
      phone: "below",
      cell: (at) => (
        <Becomes
          kind={kind}
          column={header[at]?.trim() || words().imports.column(at + 1)}
          one={mapping[at]}
          fault={faultOf(mapping, at)}
          onTarget={(target) => onChange(withTarget(kind, mapping, at, target))}
          onChange={(changes) => change(at, changes)}
        />
      ),
    },
    ...rows.map(
      ({ line }, index): Column<number> => ({
        head: w.line(line),
        phone: index === 0 ? "below" : "hidden",
        cell: (at) => <span class="sample small dim">{rows[index]?.cells[at]}</span>,
      }),
    ),
  ];
  return (
    <Table
      caption={w.title}
      columns={columns}
      rows={mapping.map((_, at) => at).filter((at) => at < header.length)}
      keyOf={(at) => at}
    />
  );
}

interface BecomesProps {
  readonly kind: ImportKind;
  readonly column: string;
  readonly one: Mapped | undefined;
  readonly fault: ReturnType<typeof faultOf>;
  readonly onTarget: (target: Target) => void;
  readonly onChange: (changes: Partial<Mapped>) => void;
}

function Becomes({ kind, column, one, fault, onTarget, onChange }: BecomesProps) {
  const w = words().imports.columns;
  const id = useId();
  if (one === undefined) return null;
  const variable = kind === "recipients" && fault === null ? variableFor(one) : null;
  return (
    <div class="becomes">
      <ToolSelect
        label={w.becomesOf(column)}
        value={one.target}
        options={TARGETS[kind].map((target) => [target, w.targets[target]] as const)}
        onChange={onTarget}
      />
      {one.target === "attribute" && (
        <>
          <input
            class="input"
            aria-label={w.nameOf(column)}
            aria-invalid={fault === null ? undefined : "true"}
            aria-describedby={fault === null ? undefined : id}
            value={one.name}
            spellcheck={false}
            onInput={(event) => onChange({ name: event.currentTarget.value })}
          />
          <Check label={w.asNumber} checked={one.isNumber} onChange={(isNumber) => onChange({ isNumber })} />
        </>
      )}
      {variable !== null && (
        <span class="small dim">
          {w.usedAs} <code>{variable}</code>
        </span>
      )}
      {fault !== null && (
        <div class="field-error" role="alert" id={id}>
          {w.faults[fault]}
        </div>
      )}
    </div>
  );
}

/** How templates name what a column becomes; null: they do not. */
function variableFor(one: Mapped): string | null {
  if (one.target === "ignored") return null;
  return variableOf(one.target === "attribute" ? `attributes.${attributeOf(one)}` : one.target);
}
