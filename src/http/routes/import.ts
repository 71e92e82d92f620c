import { Hono } from "hono";
import { importCsv } from "../../recipients/import.ts";
import { csvBody } from "../csv-body.ts";
import { refuse } from "../problem.ts";

/** `POST /api/recipients/import`: a CSV file of any size, streamed. */
export const recipientImport = new Hono<{ Bindings: Env }>();

recipientImport.post("/", async (context) => {
  const file = csvBody(context.req.raw);
  if (!file.ok) return refuse(file.error);
  const report = await importCsv(context.env.DB, file.value.body, file.value.encoding, Date.now());
  return report.ok ? context.json(report.value) : refuse({ code: "invalid-csv", detail: report.error });
});
