import { Hono } from "hono";
import * as z from "zod";
import { exportSuppressions, importSuppressions } from "../../recipients/suppression-csv.ts";
import { checkedQuery } from "../body.ts";
import { csvBody } from "../csv-body.ts";
import { refuse } from "../problem.ts";
import { SELECTION } from "./suppressions.ts";

const ExportQuery = z.strictObject(SELECTION);

/** `POST /api/suppressions/import` and `GET /api/suppressions/export`: CSV of any size, streamed. */
export const suppressionFiles = new Hono<{ Bindings: Env }>();

suppressionFiles.post("/import", async (context) => {
  const file = csvBody(context.req.raw);
  if (!file.ok) return refuse(file.error);
  const report = await importSuppressions(context.env.DB, file.value.body, file.value.encoding, Date.now());
  return report.ok ? context.json(report.value) : refuse({ code: "invalid-csv", detail: report.error });
});

suppressionFiles.get("/export", async (context) => {
  const query = checkedQuery(ExportQuery, context.req.url);
  if (!query.ok) return refuse(query.error);
  return context.body(exportSuppressions(context.env.DB, query.value), 200, {
    "content-type": "text/csv; charset=utf-8",
    "content-disposition": 'attachment; filename="suppressions.csv"',
  });
});
