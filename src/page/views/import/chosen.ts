import { signal } from "@preact/signals";
import { go } from "../../app/router.ts";

export type ImportKind = "recipients" | "suppressions";

/** What an import reads, as a file field takes it. */
export const FILE_TYPES = ".csv,.tsv,.txt,text/csv,text/plain,text/tab-separated-values";

/** The file that a reader dropped or chose on the way to an import; the import's view takes it. */
export const chosen = signal<File | null>(null);

/** Goes to an import with this file. */
export function importFile(kind: ImportKind, file: File): void {
  chosen.value = file;
  go(`/${kind}/import`);
}
