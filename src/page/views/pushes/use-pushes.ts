import { useEffect, useState } from "preact/hooks";
import { api, ask, type Schemas } from "../../app/api.ts";
import { type Loaded, useLoaded } from "../../app/load.ts";
import { query } from "../../app/router.ts";

export type Summary = Schemas["PushSummary"];
export type PushState = Summary["status"];

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
  return { search: asked.get("search"), state: asked.get("state") as PushState | null, after: asked.get("after") };
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
  const read = useLoaded(
    (signal) => {
      const asked = { search: search ?? undefined, state: state ?? undefined, after: after ?? undefined, limit: PAGE };
      return ask(api.GET("/api/pushes", { params: { query: asked }, signal }));
    },
    [search, state, after],
    EVERY_MS,
  );
  const key = JSON.stringify(narrowed);
  const [shown, setShown] = useState<{ readonly key: string; readonly rows: readonly Summary[] }>({ key, rows: [] });
  const latest: readonly Summary[] | undefined = read.value?.data;
  useEffect(() => {
    if (latest === undefined) return;
    setShown((before) => {
      const isFirst = before.key !== key || before.rows.length === 0;
      return { key, rows: isFirst ? latest : before.rows.map((row) => latest.find(({ id }) => id === row.id) ?? row) };
    });
  }, [latest, key]);
  const rows = shown.key === key && shown.rows.length > 0 ? shown.rows : latest;
  const newest = rows?.[0]?.id ?? "";
  return {
    read,
    rows,
    next: read.value?.next ?? null,
    newer:
      after === null
        ? (latest ?? []).filter(({ id, status }) => id > newest && !(isWhole(narrowed) && status === "held")).length
        : 0,
    showNewer: () => latest !== undefined && setShown({ key, rows: latest }),
  };
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
