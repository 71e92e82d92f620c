import { useEffect, useState } from "preact/hooks";
import { ownRefusal, type Refusal } from "../../app/data/api.ts";
import { bytes, number } from "../../app/time/format.ts";
import { Card } from "../../parts/card.tsx";
import { Button } from "../../parts/forms/button.tsx";
import { Check } from "../../parts/forms/field.tsx";
import { FileButton } from "../../parts/forms/file-drop.tsx";
import { Select } from "../../parts/forms/select.tsx";
import { Skeleton } from "../../parts/lists/skeleton.tsx";
import { Notice, RefusalNotice } from "../../parts/signs/notice.tsx";
import { words } from "../../words/dictionary.ts";
import { entryOf } from "../../words/entry.ts";
import { FILE_TYPES, type ImportKind } from "./chosen.ts";
import { encodingOptions } from "./encodings.ts";
import type { Order } from "./job.ts";
import { faultOf, guessMapping, hasAddress, isNameless, type Mapped } from "./mapping.ts";
import { MappingTable } from "./mapping-table.tsx";
import type { Preview, PreviewFault } from "./reading.ts";

interface Props {
  readonly kind: ImportKind;
  readonly file: File;
  readonly onFile: (file: File) => void;
  readonly onStart: (order: Order) => void;
}

const DELIMITERS = [",", ";", "\t", "|"] as const;

/** How a file is read and what its columns become, each found by itself and changeable, before anything is sent. */
export function PrepareCards({ kind, file, onFile, onStart }: Props) {
  const w = words().imports;
  const [asked, setAsked] = useState<{ encoding: string | null; delimiter: string | null }>({
    encoding: null,
    delimiter: null,
  });
  const [found, setFound] = useState<Preview | PreviewFault | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [hasHeader, setHeader] = useState(true);
  const [mapping, setMapping] = useState<readonly Mapped[]>([]);
  const [guessed, setGuessed] = useState<{ encoding: string; delimiter: string } | null>(null);

  const remap = (preview: Preview, isNamed: boolean): void => {
    const { header, rows } = shown(preview, isNamed);
    setHeader(isNamed);
    setMapping(
      guessMapping(
        kind,
        header,
        rows.map(({ cells }) => cells),
      ),
    );
  };
  useEffect(() => {
    let isCurrent = true;
    const read = async (): Promise<void> => {
      const { previewOf } = await import("./reading.ts");
      const preview = await previewOf(file, asked, navigator.languages);
      if (!isCurrent) return;
      setFound(preview);
      if (typeof preview === "string") return;
      setGuessed((before) => before ?? { encoding: preview.encoding, delimiter: preview.delimiter });
      remap(preview, !isNameless(preview.header));
    };
    // The file was moved, or may not be read.
    read().catch((thrown: unknown) => isCurrent && setRefusal(ownRefusal(String(thrown))));
    return () => {
      isCurrent = false;
    };
  }, [asked]);

  const counted = useRowCount(file, found);

  const fileCard = (
    <FileCard
      file={file}
      preview={found}
      guessed={guessed}
      hasHeader={hasHeader}
      onAsk={(changes) => setAsked({ ...asked, ...changes })}
      onHeader={(isNamed) => found !== null && typeof found !== "string" && remap(found, isNamed)}
      onFile={onFile}
    />
  );
  if (refusal !== null) return <RefusalNotice refusal={refusal} />;
  if (found === null) {
    return (
      <Card title={file.name}>
        <Skeleton />
      </Card>
    );
  }
  if (typeof found === "string") return fileCard;

  const { header, rows } = shown(found, hasHeader);
  const withoutHeader = (lines: number): number => Math.max(0, lines - (hasHeader ? 1 : 0));
  const marked = mapping.findIndex((_, at) => faultOf(mapping, at) !== null);
  const isReady = mapping.length === header.length && hasAddress(mapping) && marked < 0 && rows.length > 0;
  const start = (): void => {
    if (!isReady) return;
    const names = header.map((name, at) => name || w.column(at + 1));
    const { encoding, delimiter } = found;
    onStart({
      kind,
      file,
      shape: { encoding, delimiter },
      hasHeader,
      mapping,
      names,
      words: { noAddress: w.noAddressInRow, tooMany: w.tooManyCells },
    });
  };
  return (
    <>
      {fileCard}
      <Card title={w.columns.title} note={w.columns.note}>
        <div class="mapping">
          <MappingTable kind={kind} header={header} rows={rows} mapping={mapping} onChange={setMapping} />
        </div>
        {marked >= 0 && <Notice kind="warn">{w.columns.marked(header[marked]?.trim() || w.column(marked + 1))}</Notice>}
        {rows.length === 0 && <Notice kind="warn">{w.noRows}</Notice>}
        {!hasAddress(mapping) && <Notice kind="warn">{w.noAddress}</Notice>}
        {mapping.some(({ target }) => target === "attribute") && <p class="small dim">{w.columns.numbersSay}</p>}
      </Card>
      <div class="import-foot">
        <p class="dim">{w.says[kind]}</p>
        <Button kind="primary" disabled={!isReady} onPress={start}>
          {counted === null
            ? w.actAbout(number(roughly(withoutHeader(found.aboutLines))))
            : w.act(withoutHeader(counted))}
        </Button>
      </div>
    </>
  );
}

/** Counting reads all of a file: of a larger one an estimate has to do. */
const MOST_COUNTED_BYTES = 250_000_000;

/** The rows of a file, its first line among them; null: not counted yet. */
function useRowCount(file: File, found: Preview | PreviewFault | null): number | null {
  const [counted, setCounted] = useState<{ readonly of: Preview; readonly rows: number | null } | null>(null);
  useEffect(() => {
    if (found === null || typeof found === "string" || file.size > MOST_COUNTED_BYTES) return;
    let isCurrent = true;
    const count = async (): Promise<void> => {
      const { rowsIn } = await import("./reading.ts");
      const rows = await rowsIn(file, found, () => isCurrent);
      if (isCurrent) setCounted({ of: found, rows });
    };
    // A file that is not readable any more is told of when it is imported.
    count().catch(() => {});
    return () => {
      isCurrent = false;
    };
  }, [file, found]);
  return counted?.of === found ? counted.rows : null;
}

/** The names and the first rows, where the first line may be a row itself. */
function shown(preview: Preview, isNamed: boolean): Pick<Preview, "header" | "rows"> {
  if (isNamed) return preview;
  return {
    header: preview.header.map(() => ""),
    rows: [{ line: 1, cells: preview.header }, ...preview.rows].slice(0, 3),
  };
}

/** Two digits are all that an estimate is worth. */
function roughly(count: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, count))) - 1);
  return Math.round(count / step) * step;
}

interface FileCardProps {
  readonly file: File;
  readonly preview: Preview | PreviewFault | null;
  readonly guessed: { readonly encoding: string; readonly delimiter: string } | null;
  readonly hasHeader: boolean;
  readonly onAsk: (changes: { encoding?: string; delimiter?: string }) => void;
  readonly onHeader: (isNamed: boolean) => void;
  readonly onFile: (file: File) => void;
}

function FileCard({ file, preview, guessed, hasHeader, onAsk, onHeader, onFile }: FileCardProps) {
  const w = words().imports;
  const delimiter = preview === null || typeof preview === "string" ? "," : preview.delimiter;
  const delimiters = DELIMITERS.some((one) => one === delimiter) ? DELIMITERS : [...DELIMITERS, delimiter];
  return (
    <Card
      title={file.name}
      note={bytes(file.size)}
      acts={
        <FileButton accept={FILE_TYPES} size="small" onFile={onFile}>
          {w.another}
        </FileButton>
      }
    >
      {preview !== null && typeof preview === "string" && <Notice kind="bad">{w.faults[preview]}</Notice>}
      {preview !== null && typeof preview !== "string" && (
        <>
          <div class="file-shape">
            <Select
              label={w.encoding}
              value={preview.encoding}
              options={encodingOptions(preview.encoding).map(
                ([value, name]) => [value, value === guessed?.encoding ? w.found(name) : name] as const,
              )}
              onChange={(encoding) => onAsk({ encoding })}
            />
            <Select
              label={w.delimiter}
              value={preview.delimiter}
              options={delimiters.map((one) => {
                const name = entryOf<string>(w.delimiters, one) ?? one;
                return [one, one === guessed?.delimiter ? w.found(name) : name] as const;
              })}
              onChange={(one) => onAsk({ delimiter: one })}
            />
            <Check label={w.hasHeader} checked={hasHeader} onChange={onHeader} />
          </div>
          {preview.unreadable > 0 && <Notice kind="warn">{w.unreadable(preview.unreadable)}</Notice>}
        </>
      )}
    </Card>
  );
}
