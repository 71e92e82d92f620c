import * as z from "zod";
import { time } from "./list.ts";
import { AttachmentAnswer } from "./pushes.ts";

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

export const PreviewAnswer = z
  .object({
    subject: z.string(),
    html: z
      .string()
      .meta({ description: "With the images that the mail carries as `data:` URLs, up to 8 MB of them." }),
    text: z.string().meta({ description: "Empty: the mail has html alone." }),
    headers: z
      .array(z.object({ name: z.string(), value: z.string() }))
      .meta({ description: "In their order, unfolded, encoded as in the mail." }),
    attachments: z.array(AttachmentAnswer),
    size: z.int().meta({ description: "Of the whole mail, in bytes." }),
    warnings: z.array(
      z.object({
        code: z.enum([
          "no-unsubscribe-link",
          "missing-attribute",
          "foreign-placeholder",
          "no-text",
          "image-without-alt",
          "clipped",
          "long-subject",
          "link-not-https",
          "unknown-cid",
          "unused-cid",
          "over-quota",
          "suppressed",
        ]),
        path: z.string().meta({ description: "In the request: `$.html`." }),
        message: z.string(),
        attribute: z.string().optional().meta({ description: "Of `missing-attribute`, as the two that follow." }),
        have: z.int().optional().meta({ description: "How many of those looked at have the attribute." }),
        lookedAt: z.int().optional(),
        allowed: z.int().optional().meta({ description: "Of `over-quota`: mails that the quotas allow in time." }),
      }),
    ),
  })
  .meta({ id: "Preview" });

export const TestsAnswer = z
  .object({
    relay: z.string().meta({ description: "The id of the relay that was asked." }),
    data: z.array(
      z.object({
        to: z.string(),
        accepted: z.boolean().nullable().meta({ description: "null: it is not known." }),
        class: z.string().nullable().meta({ description: "As of a delivery; of a suppressed address its reason." }),
        reply: z.string().meta({ description: "The server's words, or why there are none." }),
      }),
    ),
  })
  .meta({ id: "TestMails" });
