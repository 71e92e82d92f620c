import { Hono } from "hono";
import { importCsv } from "../../../recipients/files/import.ts";
import { ImportAnswer } from "../../answers/recipients.ts";
import { describe } from "../../openapi/operation.ts";
import { refuse } from "../../problem.ts";
import { csvBody } from "../../request/csv-body.ts";

/** `POST /api/recipients/import`: a CSV file of any size, streamed. */
export const recipientImport = new Hono<{ Bindings: Env }>();

recipientImport.post(
  "/",
  describe({
    id: "importRecipients",
    section: "Recipients",
    summary: "Import a CSV file",
    description:
      "Of any size. A bad row is reported and does not stop the import; the same file again completes one that broke " +
      "off.",
    body: {
      text: ["text/csv"],
      description: "The file: columns `address`, `username`, `area`; all others become attributes.",
    },
    answers: { 200: { description: "What became of the rows", json: ImportAnswer } },
    refusals: ["invalid-csv", "unsupported-media-type"],
  }),
);
recipientImport.post("/", async (context) => {
  const file = csvBody(context.req.raw);
  if (!file.ok) return refuse(file.error);
  const report = await importCsv(context.env.DB, file.value.body, file.value.encoding, Date.now());
  return report.ok ? context.json(report.value) : refuse({ code: "invalid-csv", detail: report.error });
});
