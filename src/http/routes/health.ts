import { Hono } from "hono";
import { readSettings } from "../../config.ts";
import { pushObject } from "../push.ts";

const PATIENCE_MS = 5_000;

/** `GET /api/health`, for everybody: whether each part answers; why one does not is in the log alone. */
export const health = new Hono<{ Bindings: Env }>();

health.get("/", async (context) => {
  const { env } = context;
  const parts = await Promise.all([
    ask("config", async () => readSettings(env)),
    ask("d1", () => env.DB.prepare("SELECT 1").first()),
    ask("queue", () => env.MAIL.metrics()),
    // An object that is no push: it has an empty ledger and never wakes.
    ask("object", () => pushObject(env, "health").status()),
  ]);
  const well = parts.every(([, state]) => state === "ok");
  return context.json({ status: well ? "ok" : "failed", ...Object.fromEntries(parts) }, well ? 200 : 503);
});

async function ask(part: string, question: () => Promise<unknown>): Promise<[string, "ok" | "failed"]> {
  const answered = new AbortController();
  const patience = scheduler.wait(PATIENCE_MS, { signal: answered.signal });
  try {
    await Promise.race([question(), patience.then(() => Promise.reject(new Error("no answer")))]);
    return [part, "ok"];
  } catch (error) {
    console.error(JSON.stringify({ at: "health", part, error: String(error) }));
    return [part, "failed"];
  } finally {
    answered.abort();
  }
}
