import { useState } from "preact/hooks";
import { bytes } from "../../../app/time/format.ts";
import { Button } from "../../../parts/forms/button.tsx";
import { words } from "../../../words/dictionary.ts";
import type { Draft, DraftFile } from "../draft/draft.ts";

const MAX_BYTES = 5_000_000;

interface Props {
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
  readonly fault: string | null;
  /** An image is to be shown in the html, under this id, which does not show it yet. */
  readonly onShow: (contentId: string) => void;
}

/** Files that each mail carries: chosen or dropped, attached or shown in the html. */
export function FilesField({ draft: { files, html, template }, onChange, fault, onShow }: Props) {
  const w = words().compose.message;
  const [isOver, setOver] = useState(false);
  const total = files.reduce((sum, file) => sum + sizeOf(file), 0);
  const add = async (chosen: FileList | null | undefined): Promise<void> => {
    const added = await Promise.all([...(chosen ?? [])].map(fileOf));
    onChange({ files: [...files, ...added] });
  };
  const toggle = (at: number, file: DraftFile): void => {
    const contentId = file.contentId === null ? idOf(file.filename, files) : null;
    onChange({ files: files.with(at, { ...file, contentId }) });
    if (contentId !== null && template === null && !html.includes(`cid:${contentId}`)) onShow(contentId);
  };
  return (
    <fieldset
      class={`files ${isOver ? "over" : ""}`}
      aria-label={w.files}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        return add(event.dataTransfer?.files);
      }}
    >
      <span class="field-label">{w.files}</span>
      {files.map((file, at) => (
        <div class="row" key={`${at} ${file.filename}`}>
          <span class="file-name">{file.filename}</span>
          <span class="dim small">
            {bytes(sizeOf(file))}
            {file.contentId !== null && ` · ${w.inline(file.contentId)}`}
          </span>
          {file.contentType.startsWith("image/") && (
            <Button kind="quiet" size="small" onPress={() => toggle(at, file)}>
              {file.contentId === null ? w.show : w.attach}
            </Button>
          )}
          <Button
            kind="quiet"
            size="small"
            label={w.removeFile(file.filename)}
            onPress={() => onChange({ files: files.toSpliced(at, 1) })}
          >
            {w.remove}
          </Button>
        </div>
      ))}
      <div class="row">
        <label class="button small file-button">
          {w.addFiles}
          <input
            type="file"
            multiple
            class="unseen"
            onChange={async ({ currentTarget }) => {
              await add(currentTarget.files);
              currentTarget.value = "";
            }}
          />
        </label>
        <span class="dim small">{w.dropFiles}</span>
      </div>
      {(fault !== null || total > MAX_BYTES) && (
        <p class="field-error" role="alert">
          {fault ?? w.filesOver(bytes(total))}
        </p>
      )}
    </fieldset>
  );
}

function sizeOf({ contentBase64 }: DraftFile): number {
  const padding = contentBase64.endsWith("==") ? 2 : contentBase64.endsWith("=") ? 1 : 0;
  return (contentBase64.length / 4) * 3 - padding;
}

async function fileOf(file: File): Promise<DraftFile> {
  return {
    filename: file.name,
    contentType: file.type || "application/octet-stream",
    contentBase64: await base64Of(file),
    contentId: null,
  };
}

/** The contents of a file in base64. */
export function base64Of(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(",", 2)[1] ?? "");
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

/** "logo" of "logo.png", unlike those of other files. */
function idOf(filename: string, files: readonly DraftFile[]): string {
  const plain =
    filename
      .replace(/\.[^.]*$/, "")
      .replace(/[^A-Za-z0-9-]+/g, "-")
      .replace(/^-+|-+$/g, "") || "image";
  const taken = files.map(({ contentId }) => contentId?.toLowerCase());
  for (let nth = 1; ; nth++) {
    const id = nth === 1 ? plain : `${plain}-${nth}`;
    if (!taken.includes(id.toLowerCase())) return id;
  }
}
