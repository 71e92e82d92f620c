import { Hono } from "hono";
import * as z from "zod";
import { err, ok, type Result } from "../../../core/result.ts";
import type { Api } from "../../access/caller.ts";
import { describe } from "../../openapi/operation.ts";
import { type Problem, refuse } from "../../problem.ts";
import { checked, readBytes } from "../../request/body.ts";
import { parsePushJson } from "../../request/push-json.ts";
import { composePreview } from "../drafts.ts";

const FORM = "application/x-www-form-urlencoded";
/** A preview's JSON in a form: 2 MB whose bytes take three each, and files, of whose base64 "+" and "/" do. */
const MAX_FORM_BYTES = 14_000_000;

/**
 * A mail in a frame of the page: no scripts, no forms, an origin of its own, nothing loaded but images in the mail
 * itself. A frame without a policy of its own would inherit the page's, and show no styles.
 */
const POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data: cid:; frame-ancestors 'self'";
const WITH_IMAGES = POLICY.replace("cid:", "cid: https:");

const Form = z.strictObject({
  push: z.string(),
  images: z.enum(["show", "hide"]).default("hide"),
});

/** `/api/pushes/preview/frame`: a mail as a document, for a form that posts into a frame. */
export const previewFrame = new Hono<Api>();

previewFrame.post(
  "/",
  describe({
    id: "previewPushInFrame",
    section: "Pushes",
    summary: "See a mail's html in a frame",
    description:
      "For a form that posts into an `<iframe>`: its policy (`Content-Security-Policy`) lets nothing in the mail run, and no " +
      "other address show it.",
    body: {
      text: [FORM],
      description:
        "`push`: the JSON of `POST /api/pushes/preview`. `images`: `show` loads the mail's images from elsewhere, over https; " +
        "without it the mail calls nobody.",
    },
    answers: { 200: { description: "The html of the mail", text: ["text/html"] } },
    refusals: ["invalid-body", "invalid-fields", "body-too-large", "unsupported-media-type", "not-composed", "no-room"],
  }),
);
previewFrame.post("/", async ({ env, req }) => {
  const asked = await readForm(req.raw);
  const images = asked.ok ? asked.value.images : "hide";
  const answer = asked.ok ? await documentOf(env, asked.value.preview) : refuse(asked.error);
  answer.headers.set("content-security-policy", images === "show" ? WITH_IMAGES : POLICY);
  answer.headers.set("x-frame-options", "SAMEORIGIN");
  answer.headers.set("x-dns-prefetch-control", "off");
  return answer;
});

/** The mail that the body of a preview asks for, or the refusal, which the frame shows as it is. */
async function documentOf(env: Env, preview: Asked["preview"]): Promise<Response> {
  const composed = await composePreview(env, preview);
  if (!composed.ok) return refuse(composed.error);
  return new Response(composed.value.preview.html, { headers: { "content-type": "text/html; charset=utf-8" } });
}

interface Asked {
  /** As of `readPushJson`. */
  readonly preview: Result<unknown, Problem>;
  readonly images: z.output<typeof Form>["images"];
}

/** The form, with its JSON parsed: its text, which may have 14 MB, is not to stay in memory. */
async function readForm(request: Request): Promise<Result<Asked, Problem>> {
  const fields = await readFields(request);
  if (!fields.ok) return fields;
  const { push, images } = fields.value;
  return ok({ preview: parsePushJson(push), images });
}

/** The fields of a form. A repeated one counts once, the last. */
async function readFields(request: Request): Promise<Result<z.output<typeof Form>, Problem>> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== FORM) return err({ code: "unsupported-media-type", detail: `expected a form: ${FORM}` });
  const bytes = await readBytes(request, MAX_FORM_BYTES);
  if (!bytes.ok) return bytes;
  return checked(Form, Object.fromEntries(new URLSearchParams(new TextDecoder().decode(bytes.value))));
}
