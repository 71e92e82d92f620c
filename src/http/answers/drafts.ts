import * as z from "zod";
import { time } from "./list.ts";

/** A version of a template in a list. */
export const TemplateSummaryAnswer = z
  .object({
    id: z.string(),
    version: z.int().meta({ description: "From 1; each change makes one." }),
    name: z.string().nullable(),
    kind: z.string().nullable().meta({ description: "A word of your own." }),
    subject: z.string(),
    createdAt: time.meta({ description: "When this version was made." }),
    createdBy: z.string().meta({ description: "A token's name." }),
  })
  .meta({ id: "TemplateSummary" });

export const TemplateAnswer = TemplateSummaryAnswer.extend({
  html: z.string(),
  text: z.string().nullable().meta({ description: "null: made from `html`." }),
}).meta({ id: "Template" });

export const SegmentAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    filter: z.unknown().meta({ description: "As it was given." }),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: "Segment" });
