import { Hono } from "hono";
import { importCsv } from "../../recipients/import.ts";
import { refuse } from "../problem.ts";

/** `POST /api/recipients/import`: a CSV file of any size, streamed. */
export const recipientImport = new Hono<{ Bindings: Env }>();

recipientImport.post("/", async (context) => {
  const type = context.req.header("content-type") ?? "";
  if (!/^text\/csv\s*(;|$)/i.test(type)) {
    const detail = `expected the header Content-Type: text/csv, and CSV in UTF-8, not ${JSON.stringify(type.slice(0, 100))}`;
    return refuse({ status: 415, detail, headers: { accept: "text/csv" } });
  }
  const body = context.req.raw.body ?? new Blob([]).stream();
  const report = await importCsv(context.env.DB, body, Date.now());
  return report.ok ? context.json(report.value) : refuse({ status: 400, detail: report.error });
});
