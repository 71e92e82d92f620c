import { copyFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DELIVERY_STATES, type DeliveryState, type Tallies } from "../../src/core/states.ts";

/** A push's ledger as it lies on the disk. */
export interface LedgerOnDisk {
  readonly tallies: Tallies;
  readonly rows: readonly { readonly address: string; readonly state: DeliveryState; readonly doubts: number }[];
}

/** Where `wrangler dev` keeps the objects, under the directory given to `--persist-to`. */
const OBJECTS = "v3/do/mailpush-Push";

/**
 * Reads the ledger of the only push there is, of a stack that is dead: what a kill left behind, before anything could
 * be put right.
 */
export function readLedger(persistTo: string): LedgerOnDisk {
  const ledgers = readPushes(persistTo, (all) => {
    const [tallies] = all("SELECT * FROM tally") as Tallies[];
    const rows = all("SELECT address, state, doubts FROM delivery") as LedgerOnDisk["rows"];
    return tallies === undefined ? [] : [{ tallies, rows }];
  });
  if (ledgers.length !== 1) throw new Error(`expected one push in ${persistTo}, found ${ledgers.length}`);
  return ledgers[0] as LedgerOnDisk;
}

/** The rows of a query, columns by name. */
export type Query = (sql: string) => unknown[];

/** Reads from the object of each push of a dead stack. Of a copy, since SQLite writes when it opens a log that was never closed. */
export function readPushes<T>(persistTo: string, read: (all: Query) => readonly T[]): T[] {
  const directory = join(persistTo, OBJECTS);
  const copy = mkdtempSync(join(tmpdir(), "mailpush-ledger-"));
  try {
    const files = readdirSync(directory).filter((name) => /\.sqlite(-wal)?$/.test(name) && !/^metadata\./.test(name));
    for (const name of files) copyFileSync(join(directory, name), join(copy, name));
    return files.filter((name) => name.endsWith(".sqlite")).flatMap((name) => readPush(join(copy, name), read));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Nothing where there is no push: the health check has an object too. */
function readPush<T>(path: string, read: (all: Query) => readonly T[]): readonly T[] {
  const database = new DatabaseSync(path);
  const all = (query: string) => database.prepare(query).all() as unknown[];
  try {
    // Tables are made together with a push.
    if (all("SELECT 1 FROM sqlite_master WHERE name = 'push'").length === 0) return [];
    return all("SELECT id FROM push").length === 0 ? [] : read(all);
  } finally {
    database.close();
  }
}

/** Where the tallies are not those of the rows, in words; empty: they are. */
export function wrongTallies({ tallies, rows }: LedgerOnDisk): string[] {
  return DELIVERY_STATES.flatMap((state) => {
    const counted = rows.filter((row) => row.state === state).length;
    return counted === tallies[state] ? [] : [`${state}: the tally says ${tallies[state]}, the rows ${counted}`];
  });
}
