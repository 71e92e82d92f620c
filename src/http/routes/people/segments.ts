import { Hono } from "hono";
import * as z from "zod";
import { isoTime } from "../../../core/time.ts";
import {
  addSegment,
  changeSegment,
  findSegment,
  listSegments,
  removeSegment,
  type Segment,
} from "../../../drafts/segments.ts";
import { isPushId } from "../../../push/steering/id.ts";
import { filterSchema } from "../../../recipients/filter/schema.ts";
import type { Api } from "../../access/caller.ts";
import { SegmentAnswer } from "../../answers/drafts.ts";
import { listOfAnswers } from "../../answers/list.ts";
import { attemptOf } from "../../idempotency/idempotency.ts";
import { listOf, pageOf } from "../../list.ts";
import { describe } from "../../openapi/operation.ts";
import { notFound, type Problem, refuse } from "../../problem.ts";
import { checked, checkedQuery, readJson } from "../../request/body.ts";
import { label } from "../../request/label.ts";

const MAX_BYTES = 500_000;
const MAX_NAME_CHARACTERS = 100;

const Creation = z.strictObject({ name: label(MAX_NAME_CHARACTERS), filter: filterSchema });
const Change = z.strictObject({ name: label(MAX_NAME_CHARACTERS).optional(), filter: filterSchema.optional() });

/** A filter may have 100 KB. */
const MAX_PAGE = 100;
const LIST = listOf("segments", z.string(), "");
const ListQuery = z.strictObject(LIST.paging);
const PATH = { id: z.string() };
const EXAMPLE = { name: "Beijing, paying", filter: { area: "beijing", "attributes.plan": { ne: "free" } } };

/** `/api/segments`: create, list; `/api/segments/:id`: read, change, delete. */
export const segments = new Hono<Api>();

segments.post(
  "/",
  describe({
    id: "createSegment",
    section: "Templates and segments",
    summary: "Store a filter under a name",
    body: { json: Creation, examples: [EXAMPLE] },
    answers: { 201: { description: "Stored", json: SegmentAnswer, hasLocation: true } },
    refusals: ["not-found"],
  }),
);
segments.post("/", async (context) => {
  const body = await readJson(context.req.raw, MAX_BYTES);
  const asked = body.ok ? checked(Creation, body.value) : body;
  if (!asked.ok) return refuse(asked.error);
  const { id } = attemptOf(context);
  const { name, filter } = asked.value;
  await addSegment(context.env.DB, { id, name, filter: filter.given, createdAt: Date.now() });
  const added = await findSegment(context.env.DB, id);
  // Deleted since an earlier attempt under the same Idempotency-Key.
  if (added === null) return refuse(unknown(id));
  return context.json(view(added), 201, { location: `/api/segments/${id}` });
});

segments.get(
  "/",
  describe({
    id: "listSegments",
    section: "Templates and segments",
    summary: "List segments",
    query: ListQuery,
    answers: { 200: { description: "A page, oldest first", json: listOfAnswers(SegmentAnswer) } },
  }),
);
segments.get("/", async (context) => {
  const query = checkedQuery(ListQuery, context.req.url);
  if (!query.ok) return refuse(query.error);
  const limit = Math.min(query.value.limit, MAX_PAGE);
  const found = await listSegments(context.env.DB, query.value.after, limit + 1);
  const { page, next } = pageOf(found, limit, ({ id }) => id);
  return context.json(LIST.answer(page.map(view), next));
});

segments.get(
  "/:id",
  describe({
    id: "getSegment",
    section: "Templates and segments",
    summary: "Read a segment",
    path: PATH,
    answers: { 200: { description: "The segment", json: SegmentAnswer } },
    refusals: ["not-found"],
  }),
);
segments.get("/:id", async (context) => {
  const id = context.req.param("id");
  const found = isPushId(id) ? await findSegment(context.env.DB, id) : null;
  return found === null ? refuse(unknown(id)) : context.json(view(found));
});

segments.patch(
  "/:id",
  describe({
    id: "changeSegment",
    section: "Templates and segments",
    summary: "Change a segment",
    description: "Pushes keep the filter that they took.",
    path: PATH,
    body: { json: Change, examples: [{ name: "Beijing" }] },
    answers: { 200: { description: "The segment", json: SegmentAnswer } },
    refusals: ["not-found"],
  }),
);
segments.patch("/:id", async (context) => {
  const body = await readJson(context.req.raw, MAX_BYTES);
  const asked = body.ok ? checked(Change, body.value) : body;
  if (!asked.ok) return refuse(asked.error);
  const id = context.req.param("id");
  const change = { name: asked.value.name, filter: asked.value.filter?.given };
  const changed = isPushId(id) ? await changeSegment(context.env.DB, id, change, Date.now()) : null;
  return changed === null ? refuse(unknown(id)) : context.json(view(changed));
});

segments.delete(
  "/:id",
  describe({
    id: "deleteSegment",
    section: "Templates and segments",
    summary: "Delete a segment",
    description: "Pushes keep the filter that they took.",
    path: PATH,
    answers: { 204: { description: "Deleted" } },
    refusals: ["not-found"],
  }),
);
segments.delete("/:id", async (context) => {
  const id = context.req.param("id");
  const removed = isPushId(id) && (await removeSegment(context.env.DB, id));
  return removed ? context.body(null, 204) : refuse(unknown(id));
});

function unknown(id: string): Problem {
  return notFound(`segment ${JSON.stringify(id.slice(0, 64))}`);
}

function view(segment: Segment) {
  return { ...segment, createdAt: isoTime(segment.createdAt), updatedAt: isoTime(segment.updatedAt) };
}
