import { api, ask } from "../../app/data/api.ts";
import { useLoaded } from "../../app/data/load.ts";
import { Read } from "../../parts/lists/read.tsx";
import { Fresh } from "../../parts/signs/fresh.tsx";
import { ViewHead } from "../../parts/view-head.tsx";
import { words } from "../../words/dictionary.ts";
import { isOff, RelayCard } from "./relay-card.tsx";

const EVERY_MS = 3_000;

/** The mail servers that pushes send by: does each take mail, how fast, and whose mail is it? */
export default function Relays() {
  const w = words().relays;
  const read = useLoaded((signal) => ask(api.GET("/api/relays", { signal })), [], EVERY_MS);
  const relays = read.value?.data ?? [];
  const users = relays.flatMap(({ shares }) => (shares ?? []).map(({ push }) => push));
  const subjects = useSubjects(users);
  return (
    <>
      <ViewHead title={w.title}>
        <span>{w.intro}</span>
        {relays.length > 1 && (
          <span>{w.taking(relays.filter(({ health }) => health === "up").length, relays.length)}</span>
        )}
        <span>
          <Fresh of={read} />
        </span>
      </ViewHead>
      <Read of={read} lines={6}>
        {({ data }) =>
          data.map((relay) => (
            <RelayCard
              key={relay.id}
              relay={relay}
              isAlone={data.length === 1}
              isLast={!data.some(({ id, health }) => id !== relay.id && !isOff(health))}
              subjects={subjects}
              onDone={read.reload}
            />
          ))
        }
      </Read>
    </>
  );
}

/** What the pushes that use relays are called; one that is not among the newest running or paused ones keeps its id. */
function useSubjects(users: readonly string[]): ReadonlyMap<string, string> {
  const read = useLoaded(
    async (signal) => {
      if (users.length === 0) return [];
      const lists = await Promise.all(
        (["running", "paused"] as const).map((state) =>
          ask(api.GET("/api/pushes", { params: { query: { state } }, signal })),
        ),
      );
      return lists.flatMap(({ data }) => data);
    },
    [[...new Set(users)].sort()],
  );
  return new Map((read.value ?? []).map(({ id, subject }) => [id, subject]));
}
