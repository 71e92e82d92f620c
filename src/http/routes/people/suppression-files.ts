import { Hono } from "hono";
import * as z from "zod";
import { exportSuppressions, importSuppressions } from "../../../recipients/files/suppression-csv.ts";
import { SuppressionImportAnswer } from "../../answers/suppressions.ts";
import { CSV_MARK } from "../../csv-mark.ts";
import { describe } from "../../openapi/operation.ts";
import { refuse } from "../../problem.ts";
import { checkedQuery } from "../../request/body.ts";
import { csvBody } from "../../request/csv-body.ts";
import { SELECTION } from "./suppressions.ts";

const ExportQuery = z.strictObject({ ...SELECTION, ...CSV_MARK });

/** `POST /api/suppressions/import` and `GET /api/suppressions/export`: CSV of any size, streamed. */
export const suppressionFiles = new Hono<{ Bindings: Env }>();

suppressionFiles.post(
  "/import",
  describe({
    id: "importSuppressions",
    section: "Suppressions",
    summary: "Import a CSV file of suppressions",
    body: {
      text: ["text/csv"],
      description: "The file: columns `address`, and if they are there `reason` and `detail`.",
    },
    answers: { 200: { description: "What became of the rows", json: SuppressionImportAnswer } },
    refusals: ["invalid-csv", "unsupported-media-type"],
  }),
);
suppressionFiles.post("/import", async (context) => {
  const file = csvBody(context.req.raw);
  if (!file.ok) return refuse(file.error);
  const report = await importSuppressions(context.env.DB, file.value.body, file.value.encoding, Date.now());
  return report.ok ? context.json(report.value) : refuse({ code: "invalid-csv", detail: report.error });
});

suppressionFiles.get(
  "/export",
  describe({
    id: "exportSuppressions",
    section: "Suppressions",
    summary: "Export suppressions as CSV",
    query: ExportQuery,
    answers: { 200: { description: "The file, selected like the list", text: ["text/csv"] } },
  }),
);
suppressionFiles.get("/export", async (context) => {
  const query = checkedQuery(ExportQuery, context.req.url);
  if (!query.ok) return refuse(query.error);
  const { mark, ...selection } = query.value;
  return context.body(exportSuppressions(context.env.DB, selection, mark === "true"), 200, {
    "content-type": "text/csv; charset=utf-8",
    "content-disposition": 'attachment; filename="suppressions.csv"',
  });
});
