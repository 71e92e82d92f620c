import { Hono } from "hono";
import * as z from "zod";
import { readSettings } from "../../config/settings.ts";
import { logError } from "../../log.ts";
import { pushObject } from "../../push/call.ts";
import { authenticate } from "../access/authenticate.ts";
import type { Api } from "../access/caller.ts";
import { requireScope } from "../access/scopes.ts";
import { HealthAnswer } from "../answers/health.ts";
import { describe } from "../openapi/operation.ts";
import { refuse } from "../problem.ts";
import { checkedQuery } from "../request/body.ts";

const TIMEOUT_MS = 5_000;

const Query = z.strictObject({
  deep: z
    .enum(["true", "false"])
    .default("false")
    .meta({ description: "`true`: ask D1, the queue and the objects too, with a token." }),
});

/**
 * `GET /api/health`: a constant, without a token. `?deep=true` asks every part, with the token; causes are only logged.
 */
export const health = new Hono<Api>();

health.get(
  "/",
  describe({
    id: "getHealth",
    section: "Health",
    summary: "Ask whether mailpush runs",
    query: Query,
    caller: "either",
    answers: {
      200: { description: "It does", json: HealthAnswer },
      503: { description: "A part of it does not answer", json: HealthAnswer },
    },
  }),
);
health.get("/", async (context, next) => {
  const query = checkedQuery(Query, context.req.url);
  if (!query.ok) return refuse(query.error);
  return query.value.deep === "true" ? await next() : context.json({ status: "ok" });
});

health.get("/", authenticate, requireScope, async (context) => {
  const { env } = context;
  const parts = await Promise.all([
    probe("config", async () => readSettings(env)),
    probe("d1", () => env.DB.prepare("SELECT 1").first()),
    probe("queue", () => env.MAIL.metrics()),
    // Not a push: this object has an empty ledger and no alarm.
    probe("object", () => pushObject(env, "health").status()),
  ]);
  const warnings = warningsOf(env);
  const healthy = parts.every(([, state]) => state === "ok");
  return context.json(
    { status: healthy ? "ok" : "failed", ...Object.fromEntries(parts), warnings },
    healthy ? 200 : 503,
  );
});

/** What works here and will not do where it matters. */
function warningsOf(env: Env): string[] {
  // Checked above, and reported as `config`.
  if (!URL.canParse(env.PUBLIC_URL) || new URL(env.PUBLIC_URL).protocol === "https:") return [];
  return [
    "PUBLIC_URL is not https: mailbox providers ignore unsubscribe links that are not, and count that against you",
  ];
}

async function probe(part: string, check: () => Promise<unknown>): Promise<[string, "ok" | "failed"]> {
  const answered = new AbortController();
  const timeout = scheduler.wait(TIMEOUT_MS, { signal: answered.signal });
  try {
    await Promise.race([(async () => check())(), timeout.then(() => Promise.reject(new Error("no answer")))]);
    return [part, "ok"];
  } catch (error) {
    logError({ at: "health", part, error: String(error) });
    return [part, "failed"];
  } finally {
    answered.abort();
  }
}
