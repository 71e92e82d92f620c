import { Hono } from "hono";
import * as z from "zod";
import { callPush } from "../../../push/call.ts";
import { isPushId } from "../../../push/steering/id.ts";
import type { Api } from "../../access/caller.ts";
import { PushContentAnswer } from "../../answers/pushes.ts";
import { describe } from "../../openapi/operation.ts";
import { notFound, refuse } from "../../problem.ts";
import { unknownPush } from "../../push.ts";

/** `/api/pushes/:id/content`: what a push sends; `/api/pushes/:id/attachments/:n`: a file of it. */
export const content = new Hono<Api>();

content.get(
  "/:id/content",
  describe({
    id: "getPushContent",
    section: "Pushes",
    summary: "Read what a push sends",
    description: "The templates as the push took them, for as long as its ledger is kept (`RETENTION_DAYS`).",
    path: { id: z.string() },
    answers: { 200: { description: "The content", json: PushContentAnswer } },
    refusals: ["not-found", "push-unreachable"],
  }),
);
content.get("/:id/content", async (context) => {
  const id = context.req.param("id");
  const found = isPushId(id) ? await callPush(context.env, id, (object) => object.content()) : null;
  if (found === null) return refuse(unknownPush(id));
  const { push: _push, signedWith: _key, ...shown } = found;
  // An object of an earlier version says nothing of these.
  return context.json({ headers: {}, attachments: [], ...shown });
});

content.get(
  "/:id/attachments/:n{[0-9]{1,15}}",
  describe({
    id: "getPushAttachment",
    section: "Pushes",
    summary: "Read a file that the mails of a push carry",
    description: "`n` is its place in `attachments` of the content, from 0.",
    path: { id: z.string(), n: z.int() },
    answers: { 200: { description: "The file", text: ["application/octet-stream"] } },
    refusals: ["not-found", "push-unreachable"],
  }),
);
content.get("/:id/attachments/:n{[0-9]{1,15}}", async (context) => {
  const { id, n } = context.req.param();
  const files = isPushId(id) ? await callPush(context.env, id, (object) => object.attachments(Number(n))) : null;
  if (files === null) return refuse(unknownPush(id));
  const [file] = files;
  if (file === undefined) return refuse(notFound(`attachment ${n} of push ${id}`));
  // Not its own media type: what a person attached must not run as a page of this origin.
  return context.body(Uint8Array.from(file.bytes), 200, {
    "content-type": "application/octet-stream",
    "content-disposition": `attachment; filename*=UTF-8''${percentEncoded(file.filename)}`,
  });
});

/** RFC 8187 section 3.2.1. */
function percentEncoded(name: string): string {
  return encodeURIComponent(name).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
