import { useEffect, useRef, useState } from "preact/hooks";
import { keep, readKept } from "../../../app/data/kept.ts";
import { session } from "../../../app/data/session.ts";
import { currentTime } from "../../../app/time/server-time.ts";
import type { Draft } from "./draft.ts";

/** A call whose answer has not come: what was asked, under which key. */
export interface Attempt {
  readonly key: string;
  readonly body: Record<string, unknown>;
}

export interface KeptDraft {
  readonly draft: Draft;
  /** Epoch milliseconds. */
  readonly savedAt: number;
  /** Of a held push that is changed: the content version that the draft was made from. */
  readonly version: number | null;
  /** null: no call is open. */
  readonly attempt: Attempt | null;
}

/** Which draft: a new push's, a duplicate's, or the changes to a held push. Each has a place of its own. */
export type Slot = "new" | `${"from" | "edit" | "template" | "segment"}:${string}`;

/** Drafts are a person's own: another one who signs in with this browser has others. */
function nameOf(slot: Slot): string {
  return `draft ${session.value?.name ?? ""} ${slot}`;
}

export function readDraft(slot: Slot): Promise<KeptDraft | null> {
  return readKept<KeptDraft>(nameOf(slot));
}

export async function dropDraft(slot: Slot): Promise<void> {
  await keep(nameOf(slot), null);
}

const PAUSE_MS = 400;

export interface Keeper {
  /** When this browser kept it last; null: not yet. */
  readonly savedAt: number | null;
  /** This browser keeps nothing. */
  readonly failed: boolean;
  /** Keeps it now; resolves when it is. */
  save(more?: Partial<KeptDraft>): Promise<void>;
  /** Forgets it, and keeps nothing more. */
  end(): Promise<void>;
}

/** Keeps a draft in this browser a moment after each change, and when the tab is left. */
export function useKeeper(
  slot: Slot,
  draft: Draft,
  version: number | null,
  attempt: Attempt | null,
  firstSavedAt: number | null,
): Keeper {
  const [savedAt, setSavedAt] = useState(firstSavedAt);
  const [failed, setFailed] = useState(false);
  const latest = useRef({ draft, version, attempt });
  latest.current = { draft, version, attempt };
  const isEnded = useRef(false);
  const isDirty = useRef(false);
  const save = async (more: Partial<KeptDraft> = {}): Promise<void> => {
    if (isEnded.current) return;
    isDirty.current = false;
    const at = currentTime();
    const isKept = await keep(nameOf(slot), { ...latest.current, ...more, savedAt: at });
    setFailed(!isKept);
    if (isKept) setSavedAt(at);
  };
  const isFirst = useRef(true);
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    isDirty.current = true;
    const timer = setTimeout(save, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [draft, version]);
  useEffect(() => {
    const flush = (): void => {
      if (isDirty.current) save();
    };
    document.addEventListener("visibilitychange", flush);
    addEventListener("pagehide", flush);
    return () => {
      flush();
      document.removeEventListener("visibilitychange", flush);
      removeEventListener("pagehide", flush);
    };
  }, []);
  return {
    savedAt,
    failed,
    save,
    async end() {
      isEnded.current = true;
      await dropDraft(slot);
    },
  };
}
