import * as z from "zod";

/** Whether and where an answer goes on. */
export const PAGING = {
  hasMore: z.boolean(),
  next: z.string().nullable().meta({ description: "`?after=` of the following page; null on the last one." }),
};

/** A page of a list. */
export function listOfAnswers(entry: z.ZodType) {
  return z.object({
    data: z.array(entry).meta({ description: "May be short, even empty, while `hasMore` is true." }),
    ...PAGING,
  });
}

/** ISO 8601 in UTC. */
export const time = z.iso.datetime();
export const timeOrNull = time.nullable();

/** What an import of a file rejects. */
export const rejectedLines = z
  .array(z.object({ line: z.int(), reason: z.string() }))
  .meta({ description: "The first 1,000." });
/** What a list in a body has that is not taken. */
export const rejectedEntries = z.array(z.object({ index: z.int(), reason: z.string() }));
