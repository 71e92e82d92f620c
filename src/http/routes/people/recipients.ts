import { Hono } from "hono";
import * as z from "zod";
import { readSettings } from "../../../config/settings.ts";
import { err, ok, type Result } from "../../../core/result.ts";
import { isoTime } from "../../../core/time.ts";
import { queueErasure } from "../../../erasure/job.ts";
import { pastDeliveriesOf } from "../../../push/index/past-deliveries.ts";
import { isPushId } from "../../../push/steering/id.ts";
import { checkAddress } from "../../../recipients/address.ts";
import { checkEntry, checkFields, type Entry } from "../../../recipients/entry.ts";
import { entryForm, fieldsForm } from "../../../recipients/entry-schema.ts";
import { eraseRecipient } from "../../../recipients/erased.ts";
import { knownFields } from "../../../recipients/fields.ts";
import { count } from "../../../recipients/filter/count.ts";
import { filterSchema } from "../../../recipients/filter/schema.ts";
import { LongNumber } from "../../../recipients/json-number.ts";
import type { Recipient } from "../../../recipients/recipient.ts";
import {
  changeRecipient,
  deleteRecipient,
  findByAddress,
  findRecipient,
  listRecipients,
  searchRecipients,
  selectRecipients,
} from "../../../recipients/store.ts";
import { upsertEntries } from "../../../recipients/upsert.ts";
import { PastDeliveryAnswer } from "../../answers/deliveries.ts";
import { listOfAnswers } from "../../answers/list.ts";
import { CountAnswer, FieldsAnswer, RecipientAnswer, UpsertAnswer } from "../../answers/recipients.ts";
import { listOf, pageOf } from "../../list.ts";
import { describe } from "../../openapi/operation.ts";
import { invalid, notFound, type Problem, refuse } from "../../problem.ts";
import { pastDeliveryView } from "../../push.ts";
import { checked, checkedQuery, readJson } from "../../request/body.ts";

const MAX_ENTRIES = 1_000;
// 1,000 recipients of 16 KB attributes each, plus other fields.
const MAX_LIST_BYTES = 20_000_000;
const MAX_BYTES = 1_000_000;
const DAY_MS = 86_400_000;
const ID = ":id{[0-9]{1,15}}";

const SEARCH = "A part of the address or the username, in any case.";
const CountBody = z.strictObject({ filter: filterSchema });
const LIST = listOf("recipients", z.int().min(0), null);
const ListQuery = z.strictObject({
  area: z.string().nullable().default(null),
  search: z.string().min(1).max(320).nullable().default(null).meta({ description: SEARCH }),
  ...LIST.paging,
});
const SELECTED = listOf("selected", z.int().min(0), null);
const SelectQuery = z.strictObject(SELECTED.paging);
const HISTORY = listOf("history", z.string().refine(isPushId), null);
const HistoryQuery = z.strictObject(HISTORY.paging);
const DeleteQuery = z.strictObject({
  erase: z
    .enum(["true", "false"])
    .default("false")
    .meta({ description: "`true`: take the person out of every ledger too." }),
});
const PATH = { id: z.int().min(1) };

/** `/api/recipients`: upsert, list, count; `/api/recipients/:id`: read, change, delete. */
export const recipients = new Hono<{ Bindings: Env }>();

recipients.post(
  "/",
  describe({
    id: "upsertRecipients",
    section: "Recipients",
    summary: "Add or replace recipients",
    description: "One, or a list of up to 1,000. A known address is replaced as a whole. 20 MB at most.",
    body: {
      json: z.union([entryForm, z.array(entryForm).max(MAX_ENTRIES)]),
      examples: [[{ address: "li@example.com", username: "李伟", area: "beijing", attributes: { plan: "pro" } }]],
    },
    answers: { 200: { description: "What became of them", json: UpsertAnswer } },
  }),
);
recipients.post("/", async (context) => {
  const given = entriesOf(await readJson(context.req.raw, MAX_LIST_BYTES, keepLong));
  if (!given.ok) return refuse(given.error);
  const entries: Entry[] = [];
  const rejected: { index: number; reason: string }[] = [];
  for (const [index, input] of given.value.entries()) {
    const entry = checkEntry(input);
    if (entry.ok) entries.push(entry.value);
    else rejected.push({ index, reason: entry.error });
  }
  const { created, updated } = await upsertEntries(context.env.DB, entries, Date.now());
  return context.json({ created, updated, rejected });
});

recipients.get(
  "/",
  describe({
    id: "listRecipients",
    section: "Recipients",
    summary: "List recipients",
    query: ListQuery,
    answers: { 200: { description: "A page, by id", json: listOfAnswers(RecipientAnswer) } },
  }),
);
recipients.get("/", async (context) => {
  const query = checkedQuery(ListQuery, context.req.url);
  if (!query.ok) return refuse(query.error);
  const { search, ...listed } = query.value;
  const { page, next } =
    search === null ? await listPage(context.env.DB, listed) : await searchPage(context.env.DB, { ...listed, search });
  return context.json(LIST.answer(page.map(view), next));
});

recipients.post(
  "/count",
  describe({
    id: "countRecipients",
    section: "Recipients",
    summary: "Count the recipients that a filter selects",
    body: { json: CountBody, examples: [{ filter: { area: "beijing" } }] },
    answers: { 200: { description: "The count", json: CountAnswer } },
  }),
);
recipients.post("/count", async (context) => {
  const body = await readJson(context.req.raw, MAX_BYTES);
  const asked = body.ok ? checked(CountBody, body.value) : body;
  if (!asked.ok) return refuse(asked.error);
  return context.json(await count(context.env.DB, asked.value.filter.parsed));
});

recipients.post(
  "/select",
  describe({
    id: "selectRecipients",
    section: "Recipients",
    summary: "List the recipients that a filter selects",
    query: SelectQuery,
    body: { json: CountBody, examples: [{ filter: { area: "beijing" } }] },
    answers: { 200: { description: "A page, by id", json: listOfAnswers(RecipientAnswer) } },
  }),
);
recipients.post("/select", async (context) => {
  const query = checkedQuery(SelectQuery, context.req.url);
  if (!query.ok) return refuse(query.error);
  const body = await readJson(context.req.raw, MAX_BYTES);
  const asked = body.ok ? checked(CountBody, body.value) : body;
  if (!asked.ok) return refuse(asked.error);
  const { after, limit } = query.value;
  const { found, end } = await selectRecipients(context.env.DB, asked.value.filter.parsed, {
    after: after ?? 0,
    limit: limit + 1,
  });
  const { page, next } = pageOf(found, limit, ({ id }) => id);
  return context.json(SELECTED.answer(page.map(view), next ?? end));
});

recipients.get(
  "/fields",
  describe({
    id: "listFields",
    section: "Recipients",
    summary: "List the fields and values that a filter can be built from",
    answers: { 200: { description: "The fields", json: FieldsAnswer } },
  }),
);
recipients.get("/fields", async (context) => context.json(await knownFields(context.env.DB)));

recipients.get(
  `/${ID}`,
  describe({
    id: "getRecipient",
    section: "Recipients",
    summary: "Read a recipient",
    path: PATH,
    answers: { 200: { description: "The recipient", json: RecipientAnswer } },
    refusals: ["not-found"],
  }),
);
recipients.get(`/${ID}`, async (context) => {
  const id = context.req.param("id");
  const found = await findRecipient(context.env.DB, Number(id));
  return found === null ? refuse(unknown(id)) : context.json(view(found));
});

recipients.get(
  `/${ID}/deliveries`,
  describe({
    id: "listRecipientDeliveries",
    section: "Recipients",
    summary: "Read what was sent to a person",
    description: "Over all pushes whose ledger is kept (`RETENTION_DAYS`), the newest first.",
    path: PATH,
    query: HistoryQuery,
    answers: { 200: { description: "A page", json: listOfAnswers(PastDeliveryAnswer) } },
    refusals: ["not-found", "push-unreachable"],
  }),
);
recipients.get(`/${ID}/deliveries`, async (context) => {
  const { env } = context;
  const id = context.req.param("id");
  const query = checkedQuery(HistoryQuery, context.req.url);
  if (!query.ok) return refuse(query.error);
  const person = await findRecipient(env.DB, Number(id));
  if (person === null) return refuse(unknown(id));
  const keptSince = Date.now() - readSettings(env).retentionDays * DAY_MS;
  const { after, limit } = query.value;
  const since = Math.max(person.createdAt, keptSince);
  const { deliveries, next } = await pastDeliveriesOf(env, person.id, { before: after, since, limit });
  return context.json(HISTORY.answer(deliveries.map(pastDeliveryView), next));
});

recipients.patch(
  `/${ID}`,
  describe({
    id: "changeRecipient",
    section: "Recipients",
    summary: "Change a recipient",
    path: PATH,
    description: "Sets the given fields only; attributes are replaced as a whole.",
    body: { json: fieldsForm, examples: [{ area: "shanghai" }] },
    answers: { 200: { description: "The recipient", json: RecipientAnswer } },
    refusals: ["not-found", "address-taken"],
  }),
);
recipients.patch(`/${ID}`, async (context) => {
  const id = context.req.param("id");
  const body = await readJson(context.req.raw, MAX_BYTES, keepLong);
  if (!body.ok) return refuse(body.error);
  const change = checkFields(body.value);
  if (!change.ok) return refuse(invalid([{ path: "$", message: change.error }]));
  const changed = await changeRecipient(context.env.DB, Number(id), change.value, Date.now());
  switch (changed.kind) {
    case "changed":
      return context.json(view(changed.recipient));
    case "unknown":
      return refuse(unknown(id));
    case "address-taken":
      return refuse({ code: "address-taken", detail: `another recipient has the address ${change.value.address}` });
  }
});

recipients.delete(
  `/${ID}`,
  describe({
    id: "deleteRecipient",
    section: "Recipients",
    summary: "Delete a recipient",
    path: PATH,
    query: DeleteQuery,
    answers: { 202: { description: "Deleted; the erasure from the ledgers goes on" }, 204: { description: "Deleted" } },
    refusals: ["not-found"],
  }),
);
recipients.delete(`/${ID}`, async (context) => {
  const id = context.req.param("id");
  const query = checkedQuery(DeleteQuery, context.req.url);
  if (!query.ok) return refuse(query.error);
  if (query.value.erase === "true") {
    const found = await findRecipient(context.env.DB, Number(id));
    if (found === null) return refuse(unknown(id));
    await queueErasure(context.env, found.id, found.address);
    await eraseRecipient(context.env.DB, found.id, found.address, Date.now());
    return context.body(null, 202);
  }
  const deleted = await deleteRecipient(context.env.DB, Number(id));
  return deleted ? context.body(null, 204) : refuse(unknown(id));
});

/** A query of the list; `after` null: the first page. */
interface PageQuery {
  readonly area: string | null;
  readonly after: number | null;
  readonly limit: number;
}

async function listPage(db: D1Database, { area, after, limit }: PageQuery) {
  return pageOf(await listRecipients(db, { area, after: after ?? 0, limit: limit + 1 }), limit, ({ id }) => id);
}

/** The first page begins with the one whose whole address is searched for: a look at a part of all may not reach it. */
async function searchPage(db: D1Database, { search, area, after, limit }: PageQuery & { search: string }) {
  const address = checkAddress(search);
  const exact = address.ok ? await findByAddress(db, address.value) : null;
  const first = after === null && exact !== null && (area === null || exact.area === area) ? [exact] : [];
  const text = address.ok ? address.value : search;
  const { found, end } = await searchRecipients(db, { search: text, area, after: after ?? 0, limit: limit + 1 });
  const room = limit - first.length;
  const others = found.filter(({ id }) => id !== exact?.id);
  const page = [...first, ...others.slice(0, room)];
  if (others.length > room) return { page, next: others[room - 1]?.id ?? after ?? 0 };
  return { page, next: found.length > limit ? (found.at(-1)?.id ?? null) : end };
}

function keepLong(source: string): LongNumber {
  return new LongNumber(source);
}

function entriesOf(body: Result<unknown, Problem>): Result<readonly unknown[], Problem> {
  if (!body.ok) return body;
  if (!Array.isArray(body.value)) {
    if (typeof body.value === "object" && body.value !== null) return ok([body.value]);
    return err(
      invalid([{ path: "$", message: "expected a recipient {address, username, area, attributes} or a list" }]),
    );
  }
  if (body.value.length <= MAX_ENTRIES) return ok(body.value);
  const message = `${body.value.length} recipients, and at most ${MAX_ENTRIES} are taken in one call (or use /import)`;
  return err(invalid([{ path: "$", message }]));
}

function unknown(id: string): Problem {
  return notFound(`recipient ${id}`);
}

function view(recipient: Recipient) {
  return { ...recipient, createdAt: isoTime(recipient.createdAt), updatedAt: isoTime(recipient.updatedAt) };
}
