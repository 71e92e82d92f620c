import { signal } from "@preact/signals";
import { go } from "../../app/router.ts";
import { toast } from "../../app/toasts.ts";
import { words } from "../../words/dictionary.ts";

export type ImportKind = "recipients" | "suppressions";

/** What an import reads, as a file field takes it. */
export const FILE_TYPES = ".csv,.tsv,.txt,text/csv,text/plain,text/tab-separated-values";

/** The file that a reader dropped or chose on the way to an import; the import's view takes it. */
export const chosen = signal<File | null>(null);

/** Says which one was taken where several files were dropped. */
export function sayIfOneOf(count: number, { name }: File): void {
  if (count > 1) toast(words().imports.oneFile(name));
}

/** Goes to an import with this file, the first of `count`. */
export function importFile(kind: ImportKind, file: File, count: number): void {
  sayIfOneOf(count, file);
  chosen.value = file;
  go(`/${kind}/import`);
}
