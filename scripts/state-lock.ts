import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** A stack's claim on its state folder. */
export interface StateLock {
  release(): void;
}

/**
 * Claims a state folder for one stack: two over the same D1 and objects would send each push twice. The lock is
 * SQLite's, which the system takes back when this process ends, in whatever way.
 *
 * @param owner where the stack is, for the error that another one gets
 * @throws if another stack holds the folder; the message names it
 */
export function lockState(folder: string, owner: string): StateLock {
  mkdirSync(folder, { recursive: true });
  const ownerFile = join(folder, "owner.txt");
  const database = new DatabaseSync(join(folder, "lock.sqlite"));
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (!/locked/.test(String(error))) throw error;
    throw new Error(`${folder} is in use by another stack, ${ownerOf(ownerFile)}: stop that one first.`);
  }
  writeFileSync(ownerFile, owner);
  return { release: () => database.isOpen && database.close() };
}

function ownerOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "which is just starting";
  }
}
