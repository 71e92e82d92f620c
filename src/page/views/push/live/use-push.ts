import { useEffect, useMemo } from "preact/hooks";
import { api, ask, type Refusal, type Schemas } from "../../../app/data/api.ts";
import { follow, type Live } from "../../../app/data/live.ts";
import { useLoaded } from "../../../app/data/load.ts";

/** How often a push is read that no socket tells of. */
export const POLL_MS = 5_000;

export type Push = Schemas["Push"];

export interface WatchedPush {
  /** undefined: not read yet. */
  readonly push: Push | undefined;
  readonly refusal: Refusal | null;
  readonly live: Live<Push>;
  /** When it was last read, without the socket, in epoch milliseconds; null: never. */
  readonly readAt: number | null;
  reload(): void;
}

/**
 * A push as it is now: read at once, and from then on told by its socket. Where the socket does not open, as behind some
 * proxies or past retention, it is read again and again.
 */
export function usePush(id: string): WatchedPush {
  const live = useMemo(() => follow<Push>(`/api/pushes/${encodeURIComponent(id)}/live`), [id]);
  useEffect(() => () => live.close(), [live]);
  const isLive = live.connection.value === "live";
  const read = useLoaded(
    (signal) => ask(api.GET("/api/pushes/{id}", { params: { path: { id } }, signal })),
    [id],
    isLive ? null : POLL_MS,
  );
  const { refusal, reload } = read;
  // There is no such push, and so no line to it.
  const isGone = refusal?.isFinal === true;
  useEffect(() => {
    if (isGone) live.close();
  }, [isGone, live]);
  const told = live.message.value;
  // After a lost line, what was read since is newer.
  const isNewer = told !== null && (read.at === null || isLive || (live.heardAt.value ?? 0) > read.at);
  return { push: isNewer ? told : (read.value ?? told ?? undefined), refusal, live, readAt: read.at, reload };
}

/** Whether nothing goes out any more by itself. */
export function isOver({ status }: Pick<Push, "status">): boolean {
  return status === "finished" || status === "cancelled";
}
