import { type Context, Hono } from "hono";
import * as z from "zod";
import { isoTime } from "../../core/time.ts";
import {
  addTemplateVersion,
  bytesOf,
  changeTemplate,
  findTemplate,
  listTemplates,
  listTemplateVersions,
  MAX_TEMPLATE_BYTES,
  removeTemplate,
  type TemplateSummary,
} from "../../drafts/templates.ts";
import { isPushId } from "../../push/steering/id.ts";
import { CONTENT } from "../../push/steering/mailpush.ts";
import { type Api, callerOf } from "../access/caller.ts";
import { TemplateAnswer, TemplateSummaryAnswer } from "../answers/drafts.ts";
import { listOfAnswers } from "../answers/list.ts";
import { attemptOf } from "../idempotency/idempotency.ts";
import { listOf, pageOf } from "../list.ts";
import { describe } from "../openapi/operation.ts";
import { notFound, type Problem, refuse } from "../problem.ts";
import { checked, checkedQuery, readJson } from "../request/body.ts";
import { label } from "../request/label.ts";

const MAX_BYTES = 2_000_000;
const LABELS = { name: label(100).nullish(), kind: label(64).nullish() };

const Creation = z.strictObject({ ...LABELS, ...CONTENT });
const Change = z.strictObject({
  ...LABELS,
  subject: CONTENT.subject.optional(),
  html: CONTENT.html.optional(),
  text: CONTENT.text,
  version: z
    .int()
    .min(1)
    .optional()
    .meta({ description: "The version that you changed: if it is no more the newest one, a 409. By default any." }),
});

const LIST = listOf("templates", z.string(), "");
const ListQuery = z.strictObject({ kind: z.string().nullable().default(null), ...LIST.paging });
const VERSIONS = listOf("template versions", z.int(), null);
const VersionsQuery = z.strictObject(VERSIONS.paging);
const OneQuery = z.strictObject({
  version: z
    .string()
    .regex(/^[1-9]\d{0,8}$/, "expected a whole number")
    .transform(Number)
    .nullable()
    .default(null)
    .meta({ description: "By default the newest." }),
});
const PATH = { id: z.string() };
const EXAMPLE = { kind: "newsletter", subject: "Hello {{ username }}", html: "<p>Dear {{ username }}</p>" };

/** `/api/templates`: create, list; `/api/templates/:id`: read, change, delete; `/api/templates/:id/versions`. */
export const templates = new Hono<Api>();

templates.post(
  "/",
  describe({
    id: "createTemplate",
    section: "Templates and segments",
    summary: "Store a template",
    body: { json: Creation, examples: [EXAMPLE] },
    answers: { 201: { description: "Its version 1", json: TemplateAnswer, hasLocation: true } },
    refusals: ["not-found"],
  }),
);
templates.post("/", async (context) => {
  const body = await readJson(context.req.raw, MAX_BYTES);
  const asked = body.ok ? checked(Creation, body.value) : body;
  if (!asked.ok) return refuse(asked.error);
  const { subject, html, text = null, name = null, kind = null } = asked.value;
  if (bytesOf({ subject, html, text }) > MAX_TEMPLATE_BYTES) return refuse(tooLarge());
  const { id } = attemptOf(context);
  const made = { createdAt: Date.now(), createdBy: callerOf(context) };
  await addTemplateVersion(context.env.DB, { id, version: 1, name, kind, subject, html, text, ...made });
  const added = await findTemplate(context.env.DB, id, 1);
  // Deleted since an earlier attempt under the same Idempotency-Key.
  if (added === null) return refuse(unknown(id));
  return context.json(view(added), 201, { location: `/api/templates/${id}` });
});

templates.get(
  "/",
  describe({
    id: "listTemplates",
    section: "Templates and segments",
    summary: "List templates",
    query: ListQuery,
    answers: {
      200: {
        description: "A page of newest versions, oldest template first",
        json: listOfAnswers(TemplateSummaryAnswer),
      },
    },
  }),
);
templates.get("/", async (context) => {
  const query = checkedQuery(ListQuery, context.req.url);
  if (!query.ok) return refuse(query.error);
  const { limit, ...rest } = query.value;
  const found = await listTemplates(context.env.DB, { ...rest, limit: limit + 1 });
  const { page, next } = pageOf(found, limit, ({ id }) => id);
  return context.json(LIST.answer(page.map(view), next));
});

templates.get(
  "/:id",
  describe({
    id: "getTemplate",
    section: "Templates and segments",
    summary: "Read a template",
    path: PATH,
    query: OneQuery,
    answers: { 200: { description: "The version", json: TemplateAnswer } },
    refusals: ["not-found"],
  }),
);
templates.get("/:id", async (context) => {
  const query = checkedQuery(OneQuery, context.req.url);
  if (!query.ok) return refuse(query.error);
  const id = idOf(context);
  const found = id === null ? null : await findTemplate(context.env.DB, id, query.value.version);
  return found === null ? refuse(unknown(context.req.param("id"))) : context.json(view(found));
});

templates.get(
  "/:id/versions",
  describe({
    id: "listTemplateVersions",
    section: "Templates and segments",
    summary: "List the versions of a template",
    path: PATH,
    query: VersionsQuery,
    answers: { 200: { description: "A page, newest first", json: listOfAnswers(TemplateSummaryAnswer) } },
    refusals: ["not-found"],
  }),
);
templates.get("/:id/versions", async (context) => {
  const query = checkedQuery(VersionsQuery, context.req.url);
  if (!query.ok) return refuse(query.error);
  const { after, limit } = query.value;
  const id = idOf(context);
  const found = id === null ? [] : await listTemplateVersions(context.env.DB, id, after, limit + 1);
  // No template is without a version; a page after the last one is empty.
  if (found.length === 0 && after === null) return refuse(unknown(context.req.param("id")));
  const { page, next } = pageOf(found, limit, ({ version }) => version);
  return context.json(VERSIONS.answer(page.map(view), next));
});

templates.patch(
  "/:id",
  describe({
    id: "changeTemplate",
    section: "Templates and segments",
    summary: "Change fields of a template",
    description: "Makes a new version, unless nothing differs. Pushes keep the version that they took.",
    path: PATH,
    body: { json: Change, examples: [{ subject: "Good morning {{ username }}", version: 1 }] },
    answers: { 200: { description: "The newest version", json: TemplateAnswer } },
    refusals: ["not-found", "outdated-version"],
  }),
);
templates.patch("/:id", async (context) => {
  const body = await readJson(context.req.raw, MAX_BYTES);
  const asked = body.ok ? checked(Change, body.value) : body;
  if (!asked.ok) return refuse(asked.error);
  const id = idOf(context);
  if (id === null) return refuse(unknown(context.req.param("id")));
  const { version = null, ...fields } = asked.value;
  const change = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const made = { createdAt: Date.now(), createdBy: callerOf(context) };
  const changed = await changeTemplate(context.env.DB, id, change, version, made);
  switch (changed.kind) {
    case "changed":
      return context.json(view(changed.template));
    case "unknown":
      return refuse(unknown(id));
    case "outdated":
      return refuse({ code: "outdated-version", detail: `the newest version is ${changed.newest}` });
    case "too-large":
      return refuse(tooLarge());
  }
});

templates.delete(
  "/:id",
  describe({
    id: "deleteTemplate",
    section: "Templates and segments",
    summary: "Delete a template with all its versions",
    description: "Pushes keep what they took.",
    path: PATH,
    answers: { 204: { description: "Deleted" } },
    refusals: ["not-found"],
  }),
);
templates.delete("/:id", async (context) => {
  const id = idOf(context);
  const removed = id !== null && (await removeTemplate(context.env.DB, id));
  return removed ? context.body(null, 204) : refuse(unknown(context.req.param("id")));
});

/** Null: not the form of an id. */
function idOf(context: Context<Api, "/:id">): string | null {
  const id = context.req.param("id");
  return isPushId(id) ? id : null;
}

function unknown(id: string): Problem {
  return notFound(`template ${JSON.stringify(id.slice(0, 64))}`);
}

function tooLarge(): Problem {
  const detail = `subject, html and text have more than ${MAX_TEMPLATE_BYTES} bytes together, the most that a template may`;
  return { code: "body-too-large", detail };
}

function view<Template extends TemplateSummary>(template: Template) {
  return { ...template, createdAt: isoTime(template.createdAt) };
}
