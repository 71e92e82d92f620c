import * as z from "zod";
import { rejectedEntries, rejectedLines, time } from "./list.ts";

export const RecipientAnswer = z
  .object({
    id: z.int(),
    address: z.string(),
    username: z.string(),
    area: z.string(),
    attributes: z.record(z.string(), z.unknown()),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: "Recipient" });

export const UpsertAnswer = z
  .object({ created: z.int(), updated: z.int(), rejected: rejectedEntries })
  .meta({ id: "UpsertedRecipients" });

export const ImportAnswer = z
  .object({
    rows: z.int().meta({ description: "Below the header: `created` + `updated` + `rejectedCount`." }),
    created: z.int(),
    updated: z.int(),
    rejected: rejectedLines,
    rejectedCount: z.int(),
  })
  .meta({ id: "ImportedRecipients" });

export const CountAnswer = z
  .object({
    count: z.int(),
    isEstimate: z.boolean().meta({ description: "Extrapolated from a part of the recipients." }),
  })
  .meta({ id: "Count" });
