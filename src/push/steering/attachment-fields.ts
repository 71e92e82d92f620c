import * as z from "zod";
import {
  type Attachment,
  checkContentId,
  checkContentType,
  checkFilename,
} from "../../message/attachments/attachment.ts";
import { decodeBase64 } from "../../message/attachments/base64.ts";

/** Of all files of a push together. */
export const MAX_ATTACHMENT_BYTES = 5 * 1024 * 1024;
const MAX_ATTACHMENTS = 20;

const attachment = z
  .strictObject({
    filename: checkedBy(checkFilename).meta({ description: "Without a folder." }),
    contentType: checkedBy(checkContentType).meta({ description: "`application/pdf`." }),
    contentBase64: z.string().transform((text, context) => {
      const decoded = decodeBase64(text);
      if (decoded.ok) return decoded.value;
      context.addIssue(decoded.error);
      return z.NEVER;
    }),
    contentId: checkedBy(checkContentId)
      .nullish()
      .meta({ description: "`logo`, which the html shows as `cid:logo`; null: it is attached." }),
  })
  .transform(({ filename, contentType, contentBase64: bytes, contentId = null }): Attachment => {
    return { filename, contentType, contentId, bytes };
  });

/** The files of a push: the form in which they come, and as they are kept. */
export const attachments = z
  .array(attachment)
  .max(MAX_ATTACHMENTS)
  .superRefine((files, context) => {
    const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
    if (bytes > MAX_ATTACHMENT_BYTES) {
      context.addIssue(`have ${bytes} bytes together: at most ${MAX_ATTACHMENT_BYTES} are taken`);
    }
    const ids = files.map(({ contentId }) => contentId?.toLowerCase() ?? null);
    ids.forEach((id, at) => {
      const first = ids.indexOf(id);
      if (id === null || first === at) return;
      context.addIssue({ code: "custom", path: [at, "contentId"], message: `is that of $.attachments[${first}] too` });
    });
  });

function checkedBy(problemOf: (text: string) => string | null) {
  return z.string().superRefine((text, context) => {
    const problem = problemOf(text);
    if (problem !== null) context.addIssue(problem);
  });
}
