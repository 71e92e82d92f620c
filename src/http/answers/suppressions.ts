import * as z from "zod";
import { SUPPRESSION_REASONS } from "../../recipients/suppressions.ts";
import { rejectedEntries, rejectedLines, time } from "./list.ts";

export const SuppressionAnswer = z
  .object({
    address: z.string(),
    reason: z.enum(SUPPRESSION_REASONS),
    detail: z.string().nullable().meta({ description: "The relay's reply, or a note." }),
    push: z.string().nullable().meta({ description: "With `recipient`: the delivery that caused it." }),
    recipient: z.int().nullable(),
    createdAt: time,
  })
  .meta({ id: "Suppression" });

const LiftedAnswer = SuppressionAnswer.extend({
  liftedAt: time,
  liftedBy: z.string().meta({ description: "The name of a token, or `unsubscribe-page`." }),
}).meta({ id: "LiftedSuppression" });

export const AddressAnswer = z
  .object({
    address: z.string(),
    suppressed: z.boolean(),
    suppressions: z.array(SuppressionAnswer),
    lifted: z.array(LiftedAnswer).meta({ description: "Those taken back, the last one first." }),
  })
  .meta({ id: "SuppressionsOfAddress" });

export const AddedAnswer = z
  .object({ added: z.int(), known: z.int(), rejected: rejectedEntries })
  .meta({ id: "AddedSuppressions" });

export const SuppressionImportAnswer = z
  .object({ rows: z.int(), added: z.int(), known: z.int(), rejected: rejectedLines, rejectedCount: z.int() })
  .meta({ id: "ImportedSuppressions" });
