import { api, ask, type Schemas } from "../../app/data/api.ts";
import { type Loaded, useLoaded } from "../../app/data/load.ts";
import { useSettled } from "../../app/time/settled.ts";

export type Count = Schemas["Count"];

const TYPING_MS = 300;

/** How many people a filter selects now, told again when it has stood still for a moment; undefined: no filter yet. */
export function useCount(filter: unknown, edition = 0): Loaded<Count | null> {
  const settled = useSettled(JSON.stringify(filter ?? null), TYPING_MS);
  return useLoaded(
    async (signal) => {
      const asked: unknown = JSON.parse(settled);
      return asked === null
        ? null
        : ask(api.POST("/api/recipients/count", { body: { filter: asked as never }, signal }));
    },
    [settled, edition],
  );
}
