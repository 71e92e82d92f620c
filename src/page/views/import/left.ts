import { useEffect, useState } from "preact/hooks";
import { stored } from "../../app/data/stored.ts";
import type { ImportKind } from "./chosen.ts";

/** An import that was not ended: how far it came. */
export interface Unended {
  /** The file's name. */
  readonly file: string;
  /** Rows that are done. */
  readonly rows: number;
}

const note = (kind: ImportKind) => stored(`import.${kind}`);
/** Held by the tab that imports: the browser gives it back when that is closed, however it is. */
const lockOf = (kind: ImportKind): string => `mailpush import ${kind}`;
/** Not over http from another machine. */
const locks = (): LockManager | undefined => globalThis.navigator?.locks;

/** Notes how far an import is, for the case that its tab is closed; null: it has ended. */
export function noteProgress(kind: ImportKind, progress: Unended | null): void {
  note(kind).write(progress === null ? null : JSON.stringify(progress));
}

/** Marks an import as running in this tab; the function that it returns ends that. */
export function holdImport(kind: ImportKind): () => void {
  let release = (): void => {};
  const held = new Promise<void>((end) => {
    release = end;
  });
  locks()
    ?.request(lockOf(kind), () => held)
    .catch(() => {});
  return release;
}

export interface Elsewhere extends Unended {
  /** Another tab is at it; else its tab was closed. */
  readonly isRunning: boolean;
}

/** An import of another tab that runs, or that ended with its tab; null: there is none, or this browser does not tell. */
export function useImportElsewhere(kind: ImportKind): readonly [Elsewhere | null, dismiss: () => void] {
  const [found, setFound] = useState<Elsewhere | null>(null);
  useEffect(() => {
    let isCurrent = true;
    const look = async (): Promise<void> => {
      const left = readNote(kind);
      const running = left === null ? undefined : (await locks()?.query())?.held;
      if (!isCurrent) return;
      if (left === null || running === undefined) return setFound(null);
      setFound({ ...left, isRunning: running.some(({ name }) => name === lockOf(kind)) });
    };
    look();
    const timer = setInterval(look, 2_000);
    return () => {
      isCurrent = false;
      clearInterval(timer);
    };
  }, [kind]);
  const dismiss = (): void => {
    noteProgress(kind, null);
    setFound(null);
  };
  return [found, dismiss];
}

function readNote(kind: ImportKind): Unended | null {
  try {
    const { file, rows } = JSON.parse(note(kind).read() ?? "null") as Record<string, unknown>;
    return typeof file === "string" && typeof rows === "number" ? { file, rows } : null;
  } catch {
    return null;
  }
}
