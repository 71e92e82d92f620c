import { useEffect, useRef, useState } from "preact/hooks";
import { api, ask, type Refusal, refusalOf, type Schemas } from "../../../app/data/api.ts";
import { useSettled } from "../../../app/time/settled.ts";

export type Person = Pick<Schemas["Recipient"], "id" | "username" | "address">;

export interface People {
  /** The first of those that the filter selects, in order. */
  readonly people: readonly Person[];
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly refusal: Refusal | null;
  more(): Promise<void>;
}

const TYPING_MS = 300;
const PAGE = 20;
/** A page may be empty though others follow: so many are asked for. */
const MAX_PAGES = 10;
const NOBODY = { people: [] as readonly Person[], next: null as string | null };

/** Some of whom a filter selects, and more when asked for. `filter` null: it is not chosen yet. */
export function usePeople(filter: unknown, edition: number): People {
  const key = useSettled(JSON.stringify(filter ?? null), TYPING_MS);
  const [found, setFound] = useState(NOBODY);
  const [isLoading, setLoading] = useState(true);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const running = useRef<AbortController | null>(null);
  const load = async (before: typeof NOBODY): Promise<void> => {
    running.current?.abort();
    const mine = new AbortController();
    running.current = mine;
    setLoading(true);
    try {
      const page = await nextPage(JSON.parse(key), before.next, mine.signal);
      if (running.current !== mine) return;
      setFound({ people: [...before.people, ...page.people], next: page.next });
      setRefusal(null);
      setLoading(false);
    } catch (thrown) {
      if (running.current !== mine) return;
      setRefusal(refusalOf(thrown));
      setLoading(false);
    }
  };
  useEffect(() => {
    setFound(NOBODY);
    if (key === "null") {
      running.current?.abort();
      running.current = null;
      setLoading(false);
      return;
    }
    load(NOBODY);
    return () => running.current?.abort();
  }, [key, edition]);
  return { people: found.people, hasMore: found.next !== null, isLoading, refusal, more: () => load(found) };
}

async function nextPage(filter: unknown, after: string | null, signal: AbortSignal): Promise<typeof NOBODY> {
  let next = after;
  for (let page = 0; page < MAX_PAGES; page++) {
    const query = { limit: PAGE, ...(next === null ? {} : { after: next }) };
    const answer = await ask(
      api.POST("/api/recipients/select", { params: { query }, body: { filter: filter as never }, signal }),
    );
    next = answer.next;
    if (answer.data.length > 0 || next === null) return { people: answer.data, next };
  }
  return { people: [], next };
}
