import { type Context, Hono } from "hono";
import * as z from "zod";
import { err, type Result } from "../../../core/result.ts";
import { isoTime } from "../../../core/time.ts";
import { checkAddress } from "../../../recipients/address.ts";
import { textProblem } from "../../../recipients/attributes.ts";
import {
  addSuppressions,
  findLifted,
  findSuppressions,
  type KnownSuppression,
  liftSuppressions,
  listSuppressions,
  MAX_DETAIL_CHARACTERS,
  SUPPRESSION_REASONS,
  type Suppression,
} from "../../../recipients/suppressions.ts";
import type { Api } from "../../access/caller.ts";
import { listOfAnswers } from "../../answers/list.ts";
import { AddedAnswer, AddressAnswer, SuppressionAnswer } from "../../answers/suppressions.ts";
import { listOf, pageOf } from "../../list.ts";
import { describe } from "../../openapi/operation.ts";
import { invalid, notFound, type Problem, refuse } from "../../problem.ts";
import { checked, checkedQuery, readJson } from "../../request/body.ts";

const MAX_BYTES = 4_000_000;
const MAX_ENTRIES = 1_000;

/** The key: an address, which has no space, and a reason. */
const LIST = listOf("suppressions", z.string(), "");
const reason = z.enum(SUPPRESSION_REASONS);
/** Which suppressions a list or an export has. */
export const SELECTION = {
  reason: reason.nullable().default(null),
  search: z.string().max(320).default("").meta({ description: "The beginning of addresses, in any case." }),
};
const ListQuery = z.strictObject({ ...SELECTION, ...LIST.paging });
const LiftQuery = z.strictObject({ reason: reason.nullable().default(null) });
const Addition = z.strictObject({
  address: z.string(),
  reason: reason.default("manual"),
  detail: z
    .string()
    .max(MAX_DETAIL_CHARACTERS)
    .superRefine((text, context) => {
      const problem = textProblem(text);
      if (problem !== null) context.addIssue(problem);
    })
    .nullable()
    .default(null),
});
type Addition = z.output<typeof Addition>;
const PATH = { address: z.string() };

/** `/api/suppressions`: list, add; `/api/suppressions/:address`: read, lift. */
export const suppressions = new Hono<Api>();

suppressions.get(
  "/",
  describe({
    id: "listSuppressions",
    section: "Suppressions",
    summary: "List suppressions",
    query: ListQuery,
    answers: { 200: { description: "A page, by address and reason", json: listOfAnswers(SuppressionAnswer) } },
  }),
);
suppressions.get("/", async (context) => {
  const query = checkedQuery(ListQuery, context.req.url);
  if (!query.ok) return refuse(query.error);
  const { after, limit, ...selection } = query.value;
  const [address = "", found = ""] = after.split(" ");
  const cursor = after === "" ? null : { address, reason: found };
  const rows = await listSuppressions(context.env.DB, { ...selection, after: cursor, limit: limit + 1 });
  const { page, next } = pageOf(rows, limit, (row) => `${row.address} ${row.reason}`);
  return context.json(LIST.answer(page.map(view), next));
});

suppressions.post(
  "/",
  describe({
    id: "addSuppressions",
    section: "Suppressions",
    summary: "Suppress addresses",
    description: "One, or a list of up to 1,000. A known one (address and reason) keeps its words.",
    body: {
      json: z.union([Addition, z.array(Addition).max(MAX_ENTRIES)]),
      examples: [{ address: "bo@example.com", detail: "by phone" }],
    },
    answers: {
      200: {
        description: "What is known of the address; of a list, what became of it",
        json: z.union([AddressAnswer, AddedAnswer]),
      },
    },
    // Lifted by somebody else in the same moment.
    refusals: ["not-found"],
  }),
);
suppressions.post("/", async (context) => {
  const body = await readJson(context.req.raw, MAX_BYTES);
  if (!body.ok) return refuse(body.error);
  return Array.isArray(body.value) ? addAll(context, body.value) : addOne(context, body.value);
});

suppressions.get(
  "/:address",
  describe({
    id: "getSuppressions",
    section: "Suppressions",
    summary: "Read why an address is suppressed, or was",
    path: PATH,
    answers: { 200: { description: "All reasons, and those taken back", json: AddressAnswer } },
    refusals: ["invalid-fields", "not-found"],
  }),
);
suppressions.get("/:address", async (context) => {
  const address = addressAt("address", context.req.param("address"));
  return address.ok ? answer(context, address.value) : refuse(address.error);
});

suppressions.delete(
  "/:address",
  describe({
    id: "liftSuppressions",
    section: "Suppressions",
    summary: "Take suppressions of an address back",
    path: PATH,
    description: "For one reason, or for all.",
    query: LiftQuery,
    answers: { 204: { description: "Taken back" } },
    refusals: ["not-found"],
  }),
);
suppressions.delete("/:address", async (context) => {
  const address = addressAt("address", context.req.param("address"));
  if (!address.ok) return refuse(address.error);
  const query = checkedQuery(LiftQuery, context.req.url);
  if (!query.ok) return refuse(query.error);
  const { name } = context.get("caller");
  const lifted = await liftSuppressions(context.env.DB, [address.value], query.value.reason, name, Date.now());
  return lifted > 0 ? context.body(null, 204) : refuse(unknown(address.value));
});

type Request = Context<Api>;

async function addOne(context: Request, body: unknown): Promise<Response> {
  const asked = checked(Addition, body);
  if (!asked.ok) return refuse(asked.error);
  const address = addressAt("$.address", asked.value.address);
  if (!address.ok) return refuse(address.error);
  await addSuppressions(context.env.DB, [suppressionOf(asked.value, address.value)], Date.now());
  return answer(context, address.value);
}

async function addAll(context: Request, body: readonly unknown[]): Promise<Response> {
  if (body.length > MAX_ENTRIES) {
    const message = `holds ${body.length} suppressions: expected at most ${MAX_ENTRIES} (import a CSV file instead)`;
    return refuse(invalid([{ path: "$", message }]));
  }
  const entries: Suppression[] = [];
  const rejected: { index: number; reason: string }[] = [];
  for (const [index, one] of body.entries()) {
    const asked = checked(Addition, one);
    const address = asked.ok ? checkAddress(asked.value.address) : err(asked.error.detail);
    if (asked.ok && address.ok) entries.push(suppressionOf(asked.value, address.value));
    else if (!address.ok) rejected.push({ index, reason: address.error });
  }
  const added = await addSuppressions(context.env.DB, entries, Date.now());
  return context.json({ added, known: entries.length - added, rejected });
}

function suppressionOf({ reason, detail }: Addition, address: string): Suppression {
  return { address, reason, detail, push: null };
}

/** What is known of an address: why it gets no mail now, and which suppressions were taken back. */
async function answer(context: Request, address: string): Promise<Response> {
  const [found, lifted] = await Promise.all([
    findSuppressions(context.env.DB, address),
    findLifted(context.env.DB, address),
  ]);
  if (found.length + lifted.length === 0) return refuse(unknown(address));
  return context.json({
    address: (found[0] ?? lifted[0])?.address,
    suppressed: found.length > 0,
    suppressions: found.map(view),
    lifted: lifted.map((one) => ({ ...view(one), liftedAt: isoTime(one.liftedAt), liftedBy: one.liftedBy })),
  });
}

function addressAt(path: string, given: string): Result<string, Problem> {
  const address = checkAddress(given);
  return address.ok ? address : err(invalid([{ path, message: address.error }]));
}

function unknown(address: string): Problem {
  return notFound(`suppression of ${address}`);
}

function view({ address, reason, detail, push, recipient, createdAt }: KnownSuppression) {
  return { address, reason, detail, push, recipient, createdAt: isoTime(createdAt) };
}
