import { signal } from "@preact/signals";
import { withoutDefence } from "../../../core/csv-line.ts";
import type { CsvRow } from "../../../recipients/files/csv.ts";
import { api, ask, ownRefusal, Refusal } from "../../app/data/api.ts";
import type { ImportKind } from "./chosen.ts";
import { holdImport, noteProgress } from "./left.ts";
import { isOfRejected, type Mapped, plan } from "./mapping.ts";
import { Piece, type SourceRow } from "./piece.ts";
import type { Shape } from "./reading.ts";

/** A row that was not taken, and why. */
export interface RejectedRow extends SourceRow {
  readonly reason: string;
}

export interface Progress {
  readonly state: "running" | "paused" | "failed" | "stopped" | "done";
  /** Of the file, at the least: so far all rows are done. */
  readonly bytesRead: number;
  /** Rows that are done: taken or rejected. */
  readonly rows: number;
  /** Added, or suppressed for the first time. */
  readonly created: number;
  /** Replaced, or suppressed before. */
  readonly updated: number;
  readonly rejectedCount: number;
  /** Why it does not go on; it goes on with the same rows when somebody asks. */
  readonly refusal: Refusal | null;
}

/** What is imported, and how. */
export interface Order {
  readonly kind: ImportKind;
  readonly file: File;
  readonly shape: Shape;
  /** Whether the first line names the columns. */
  readonly hasHeader: boolean;
  readonly mapping: readonly Mapped[];
  /** The columns' names in the file, for the file of rejected rows. */
  readonly names: readonly string[];
  /** Reasons of rows that the API never sees, in the reader's language. */
  readonly words: { readonly noAddress: string; readonly tooMany: (cells: number, columns: number) => string };
}

/** How much goes into one call: few rows while many are rejected, since an answer lists a thousand at most. */
const FEWEST_ROWS = 1_000;
const MOST_ROWS = 8_000;
const MOST_CHARACTERS = 2_000_000;
const MOST_REJECTED_KEPT = 100_000;
/** Seconds before each further try of a call that found nobody or a fault of the server's. */
const RETRY_SECONDS = [1, 3, 9];

const NOTHING: Progress = {
  state: "running",
  bytesRead: 0,
  rows: 0,
  created: 0,
  updated: 0,
  rejectedCount: 0,
  refusal: null,
};

/** An import that runs, whatever view one looks at meanwhile. */
export class Job {
  readonly order: Order;
  readonly progress = signal<Progress>(NOTHING);
  /** The first hundred thousand, with their cells; `progress` changes whenever it grows. */
  readonly rejected: RejectedRow[] = [];
  #wake = (): void => {};
  #isStopped = false;

  constructor(order: Order) {
    this.order = order;
  }

  get isOver(): boolean {
    return this.progress.value.state === "done" || this.progress.value.state === "stopped";
  }

  /** What is on its way arrives; then nothing more goes out until `goOn`. */
  pause(): void {
    if (this.progress.value.state === "running") this.#set({ state: "paused" });
  }

  /** After a pause, or with the same rows after a failure. */
  goOn(): void {
    if (this.isOver) return;
    this.#set({ state: "running", refusal: null });
    this.#wake();
  }

  /** Ends it where it is: what was taken stays. */
  stop(): void {
    if (this.isOver) return;
    this.#isStopped = true;
    this.#wake();
  }

  /** Reads, sends and counts until the end; never throws. */
  async run(): Promise<void> {
    const { kind } = this.order;
    addEventListener("beforeunload", askBeforeLeaving);
    const release = holdImport(kind);
    noteProgress(kind, { file: this.order.file.name, rows: 0 });
    try {
      await this.#run();
      this.#set({ state: this.#isStopped ? "stopped" : "done" });
    } catch (fault) {
      // The file was moved, or may no longer be read.
      const refusal = fault instanceof Refusal ? fault : ownRefusal(String(fault));
      this.#set({ state: "stopped", refusal });
    } finally {
      removeEventListener("beforeunload", askBeforeLeaving);
      noteProgress(kind, null);
      release();
    }
  }

  async #run(): Promise<void> {
    const { portionsOf } = await import("./reading.ts");
    const { file, shape, hasHeader, mapping, names, words } = this.order;
    const { header, columns } = plan(mapping);
    let piece = new Piece(header);
    let mostRows = FEWEST_ROWS;
    let isHeader = hasHeader;
    let readTo = 0;
    const isMended = hasHeader && isOfRejected(names);
    for await (const { rows, bytesRead } of portionsOf(file, shape)) {
      for (const given of rows) {
        const row = isMended ? asItStood(given) : given;
        if (isHeader) {
          isHeader = false;
          continue;
        }
        if (!("cells" in row)) {
          this.#reject({ line: row.line, cells: [], reason: row.problem });
          continue;
        }
        const cells = columns.map((at) => row.cells[at] ?? "");
        const extra = row.cells.slice(names.length);
        if (extra.some((cell) => cell.trim() !== "")) {
          this.#reject({ ...row, reason: words.tooMany(row.cells.length, names.length) });
        } else if (cells.every((cell) => cell.trim() === "")) {
          this.#reject({ ...row, reason: words.noAddress });
        } else piece.add(cells, row);
        if (piece.rows < mostRows && piece.characters < MOST_CHARACTERS) continue;
        const rejected = await this.#send(piece);
        if (this.#isStopped) return;
        this.#set({ bytesRead: readTo });
        mostRows = rejected > piece.rows / 20 ? FEWEST_ROWS : Math.min(MOST_ROWS, mostRows * 2);
        piece = new Piece(header);
      }
      // Rows that wait to be sent are not imported yet.
      readTo = bytesRead;
      if (piece.rows === 0) this.#set({ bytesRead });
    }
    if (piece.rows > 0) await this.#send(piece);
  }

  /** Sends rows and counts what became of them; resolves to how many were rejected. */
  async #send(piece: Piece): Promise<number> {
    const answer = await this.#posted(piece.csv());
    if (answer === null) return 0;
    const isListed = answer.rejected.length === answer.rejectedCount;
    const before = this.progress.value;
    for (const { line, reason } of isListed ? answer.rejected : []) this.#rejectAt(piece.rowAt(line), reason);
    this.#set({
      rows: before.rows + answer.rows,
      created: before.created + answer.created,
      updated: before.updated + answer.updated,
      rejectedCount: before.rejectedCount + answer.rejectedCount,
    });
    noteProgress(this.order.kind, { file: this.order.file.name, rows: this.progress.value.rows });
    // More than an answer lists: asked again in parts, which changes nothing, to learn which.
    if (!isListed) {
      for (let from = 0; from < piece.rows; from += FEWEST_ROWS) {
        const part = await this.#posted(piece.csv(from, FEWEST_ROWS));
        if (part === null) break;
        for (const { line, reason } of part.rejected) this.#rejectAt(piece.rowAt(line, from), reason);
      }
      this.#set({});
    }
    // Rows that were never sent are in between.
    this.rejected.sort((a, b) => a.line - b.line);
    return answer.rejectedCount;
  }

  /** The answer to a call, however many tries and however long a pause it takes; null: stopped before. */
  async #posted(csv: string) {
    for (let tries = 0; ; tries++) {
      while (this.progress.value.state !== "running" && !this.#isStopped) {
        await new Promise<void>((wake) => {
          this.#wake = wake;
        });
        tries = 0;
      }
      if (this.#isStopped) return null;
      try {
        return await post(this.order.kind, csv);
      } catch (thrown) {
        if (!(thrown instanceof Refusal)) throw thrown;
        const seconds = RETRY_SECONDS[tries];
        const mayPass = thrown.status === 0 || thrown.status === 429 || thrown.status >= 500;
        if (mayPass && seconds !== undefined) await this.#waited(seconds);
        else this.#set({ state: "failed", refusal: thrown });
      }
    }
  }

  /** Shorter where somebody stops it. */
  #waited(seconds: number): Promise<void> {
    return new Promise((wake) => {
      this.#wake = wake;
      setTimeout(wake, seconds * 1_000);
    });
  }

  #rejectAt(row: SourceRow | undefined, reason: string): void {
    if (row !== undefined && this.rejected.length < MOST_REJECTED_KEPT) this.rejected.push({ ...row, reason });
  }

  /** A row that the API is never asked about. */
  #reject(row: RejectedRow): void {
    this.#rejectAt(row, row.reason);
    const { rows, rejectedCount } = this.progress.value;
    this.#set({ rows: rows + 1, rejectedCount: rejectedCount + 1 });
  }

  #set(changes: Partial<Progress>): void {
    this.progress.value = { ...this.progress.value, ...changes };
  }
}

/** A row of rejected ones without the apostrophes that saving them has put before what looks like a formula. */
function asItStood(row: CsvRow): CsvRow {
  return "cells" in row ? { ...row, cells: row.cells.map(withoutDefence) } : row;
}

/** The last import of each kind: it goes on while one looks at other views. */
export const jobs = {
  recipients: signal<Job | null>(null),
  suppressions: signal<Job | null>(null),
} satisfies Readonly<Record<ImportKind, unknown>>;

async function post(kind: ImportKind, csv: string) {
  const sent = { body: csv, bodySerializer: (text: string) => text, headers: { "content-type": "text/csv" } };
  if (kind === "recipients") return ask(api.POST("/api/recipients/import", sent));
  const { added, known, ...answer } = await ask(api.POST("/api/suppressions/import", sent));
  return { ...answer, created: added, updated: known };
}

function askBeforeLeaving(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
