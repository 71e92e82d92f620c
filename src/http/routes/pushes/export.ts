import { type Context, Hono } from "hono";
import * as z from "zod";
import { ConfigError } from "../../../config/error.ts";
import { readSettings } from "../../../config/settings.ts";
import { DELIVERY_STATES, type DeliveryState } from "../../../core/states.ts";
import { isoTime } from "../../../core/time.ts";
import { keepKey } from "../../../export/key-store.ts";
import { FORMATS, LINES, marked } from "../../../export/lines.ts";
import { receiptLine } from "../../../export/receipt.ts";
import { type ReceiptKey, receiptKeyOf } from "../../../export/receipt-key.ts";
import { exportStream, type Written } from "../../../export/stream.ts";
import { logError } from "../../../log.ts";
import { callPush, type PushCalls, PushUnreachable } from "../../../push/call.ts";
import type { Edition } from "../../../push/rpc.ts";
import type { Api } from "../../access/caller.ts";
import { CSV_MARK } from "../../csv-mark.ts";
import { knownPush } from "../../known-push.ts";
import { describe } from "../../openapi/operation.ts";
import { refuse } from "../../problem.ts";
import { checkedQuery } from "../../request/body.ts";

/** Deliveries read from the object in one call. */
const PAGE = 5_000;
/** Waits for an object that restarts or is overloaded, between rounds of calls: a file of a million rows is worth them. */
const PATIENCE_MS = [2_000, 10_000, 30_000] as const;

const Query = z.strictObject({
  format: z.enum(FORMATS).default("csv"),
  state: z.enum(DELIVERY_STATES).nullable().default(null),
  ...CSV_MARK,
});

/** `GET /api/pushes/:id/export`: all deliveries of a push as a file, streamed. */
export const pushExport = new Hono<Api>();

pushExport.get(
  "/:id/export",
  describe({
    id: "exportDeliveries",
    section: "Deliveries",
    summary: "Export the deliveries of a push as CSV or NDJSON",
    description:
      "In the order of the recipients' ids; each at most once, as it is when it is read. In CSV, a cell that a spreadsheet " +
      "would take for a formula begins with an apostrophe.\n\n" +
      'NDJSON ends with a receipt `{"payload", "signature", "kid"}`: `payload` is base64url of JSON with `push`, ' +
      "`exportedAt`, `status`, `version`, `filters`, `count`, `totals` by state, and `sha256` of all bytes before this " +
      "line; `signature` is Ed25519 over the ASCII of `payload`, by the key `kid` of `/.well-known/mailpush.json`. A file " +
      "without this line is incomplete.",
    path: { id: z.string() },
    query: Query,
    answers: { 200: { description: "The file", text: ["text/csv", "application/x-ndjson"] } },
    refusals: ["not-found", "wrong-state", "push-unreachable"],
  }),
);
pushExport.get("/:id/export", knownPush, async (context) => {
  const query = checkedQuery(Query, context.req.url);
  if (!query.ok) return refuse(query.error);
  const { format, state, mark } = query.value;
  const { env } = context;
  const id = context.req.param("id");
  const now = Date.now();
  const key = format === "ndjson" ? await signingKey(env, now) : null;
  const began = await callPush(env, id, (push) => push.edition());
  if (began === null) return refuse({ code: "wrong-state", detail: "this push's ledger is past retention" });
  const ask = <T>(call: (push: PushCalls) => Promise<T>) => patiently(env, id, call);
  const read = (after: number) => ask((push) => push.deliveries({ state, after, limit: PAGE }));
  const end = async (written: Written) => {
    // A ledger that is gone looks like one that has no more rows.
    if ((await ask((push) => push.edition())) === null) throw new Error("the ledger was deleted meanwhile");
    return key === null ? "" : receiptOf(id, began, now, state, written, key);
  };
  const lines = mark === "true" ? marked(LINES[format]) : LINES[format];
  const file = exportStream(lines, logged(id, read), logged(id, end));
  return fileAnswer(context, file, `push-${id}.${format}`, lines.contentType);
});

function fileAnswer(context: Context<Api>, file: ReadableStream, name: string, contentType: string): Response {
  const headers = { "content-type": contentType, "content-disposition": `attachment; filename="${name}"` };
  return context.body(file, 200, headers);
}

/** The key is published before it signs anything. */
async function signingKey(env: Env, now: number): Promise<ReceiptKey> {
  const { receiptKey } = readSettings(env);
  if (receiptKey === null) {
    const message = "is missing: NDJSON ends with a signed receipt; README, Receipts, says how to make a key";
    throw new ConfigError([{ variable: "RECEIPT_KEY", message }]);
  }
  const key = await receiptKeyOf(receiptKey);
  await keepKey(env.DB, key.publicKey, now);
  return key;
}

function receiptOf(
  push: string,
  { status, version }: Edition,
  began: number,
  state: DeliveryState | null,
  { count, totals, sha256 }: Written,
  key: ReceiptKey,
): Promise<string> {
  const exportedAt = isoTime(began);
  return receiptLine({ push, exportedAt, status, version, filters: { state }, count, totals, sha256 }, key);
}

/** Waits for a push that does not answer at the moment. Only for what changes nothing. */
async function patiently<T>(env: Env, id: string, call: (push: PushCalls) => Promise<T>): Promise<T> {
  for (const wait of PATIENCE_MS) {
    try {
      return await callPush(env, id, call);
    } catch (error) {
      if (!(error instanceof PushUnreachable)) throw error;
      await scheduler.wait(wait * (0.5 + Math.random()));
    }
  }
  return callPush(env, id, call);
}

/** The answer has begun: an error can only cut it off, and the log says why. */
function logged<A, T>(push: string, step: (given: A) => Promise<T>): (given: A) => Promise<T> {
  return async (given) => {
    try {
      return await step(given);
    } catch (error) {
      logError({ at: "export", push, error: String(error) });
      throw error;
    }
  };
}
