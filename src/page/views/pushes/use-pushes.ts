import { useEffect, useState } from "preact/hooks";
import { api, ask, type Schemas } from "../../app/data/api.ts";
import { type Loaded, useLoaded } from "../../app/data/load.ts";
import { query } from "../../app/router.ts";

export type Summary = Schemas["PushSummary"];
export type PushState = Summary["status"];

export const STATES: readonly PushState[] = ["running", "scheduled", "held", "paused", "finished", "cancelled"];

const PAGE = 50;
const EVERY_MS = 3_000;

export interface Narrowing {
  readonly search: string | null;
  readonly state: PushState | null;
  /** Cursor; null: the first page. */
  readonly after: string | null;
}

export interface ListedPushes {
  readonly read: Loaded<unknown>;
  /** In the order of the first look. undefined: not read yet. */
  readonly rows: readonly Summary[] | undefined;
  readonly next: string | null;
  /** Pushes that have come since, and are shown when asked for. */
  readonly newer: number;
  showNewer(): void;
}

/** What the address narrows the list to. */
export function narrowing(): Narrowing {
  const asked = query.value;
  return {
    search: asked.get("search"),
    state: STATES.find((one) => one === asked.get("state")) ?? null,
    after: asked.get("after"),
  };
}

/** The first page, of all pushes. */
export function isWhole({ search, state, after }: Narrowing): boolean {
  return search === null && state === null && after === null;
}

/**
 * A page of pushes, read again every 3 s. Its rows stay where they are while one reads: what changes is in them, and new
 * ones wait above.
 */
export function usePushes(narrowed: Narrowing): ListedPushes {
  const { search, state, after } = narrowed;
  const key = JSON.stringify(narrowed);
  const [shown, setShown] = useState<{ readonly key: string; readonly rows: readonly Summary[] }>({ key, rows: [] });
  const mine = shown.key === key ? shown.rows : [];
  const read = useLoaded(
    async (signal) => {
      const asked = { search: search ?? undefined, state: state ?? undefined, after: after ?? undefined, limit: PAGE };
      const { data, next } = await ask(api.GET("/api/pushes", { params: { query: asked }, signal }));
      return { page: data, next, others: await readOthers(mine, data, signal) };
    },
    [search, state, after],
    EVERY_MS,
  );
  const { page, others = [], next = null } = read.value ?? {};
  useEffect(() => {
    if (page === undefined) return;
    setShown((before) => {
      const isFirst = before.key !== key || before.rows.length === 0;
      const known = new Map<string, Summary>([...page, ...others].map((one) => [one.id, one]));
      return { key, rows: isFirst ? page : before.rows.map((row) => known.get(row.id) ?? row) };
    });
  }, [page, key]);
  const rows = mine.length > 0 ? mine : page;
  const ids = new Set(rows?.map(({ id }) => id));
  const newer = (page ?? []).filter(({ id, status }) => !ids.has(id) && !(isWhole(narrowed) && status === "held"));
  return {
    read,
    rows,
    next,
    newer: newer.length,
    showNewer: () => page !== undefined && setShown({ key, rows: page }),
  };
}

const OTHERS_AT_ONCE = 10;

/** Rows that are shown and on the page no longer, since newer ones came or they left the state that is looked for; those that may still change. */
async function readOthers(
  rows: readonly Summary[],
  page: readonly Summary[],
  signal: AbortSignal,
): Promise<readonly Summary[]> {
  const there = new Set(page.map(({ id }) => id));
  const gone = rows.filter(({ id, status }) => !there.has(id) && status !== "finished" && status !== "cancelled");
  const answers = await Promise.allSettled(
    gone
      .slice(0, OTHERS_AT_ONCE)
      .map(({ id }) => ask(api.GET("/api/pushes/{id}", { params: { path: { id } }, signal }))),
  );
  return answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
}

/** Those that wait for somebody's approval. */
export function useHeld(): Loaded<{ readonly data: readonly Summary[] }> {
  return useLoaded(
    async (signal) => {
      const page = await ask(api.GET("/api/pushes", { params: { query: { state: "held", limit: 100 } }, signal }));
      return { data: page.data };
    },
    [],
    EVERY_MS,
  );
}
