import * as z from "zod";
import { FIELD_KINDS } from "../../recipients/fields.ts";
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

export const FieldsAnswer = z
  .object({
    lookedAt: z.int().meta({ description: "Recipients, 10,000 at most." }),
    isSample: z.boolean().meta({ description: "There are more, so there may be other fields and values." }),
    fields: z
      .array(
        z.object({
          field: z.string().meta({ description: "As in a filter: `attributes.plan`." }),
          kinds: z.array(z.enum(FIELD_KINDS)),
          have: z.int().meta({ description: "How many of those looked at have a value." }),
          distinct: z.int().meta({ description: "How many values they have." }),
          values: z.array(z.object({ value: z.union([z.string(), z.number(), z.boolean()]), count: z.int() })).meta({
            description: "The 50 most frequent ones (of lists: items); none of names, addresses, times, objects.",
          }),
        }),
      )
      .meta({ description: "Columns, then the 100 attributes that most of them have." }),
  })
  .meta({ id: "Fields" });
