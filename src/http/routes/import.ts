import { Hono } from "hono";
import { ENCODINGS, encodingNamed } from "../../recipients/encoding.ts";
import { importCsv } from "../../recipients/import.ts";
import { refuse } from "../problem.ts";

/** `POST /api/recipients/import`: a CSV file of any size, streamed. */
export const recipientImport = new Hono<{ Bindings: Env }>();

recipientImport.post("/", async (context) => {
  const type = context.req.header("content-type") ?? "";
  if (!/^text\/csv\s*(;|$)/i.test(type)) {
    const detail = `expected the header Content-Type: text/csv, not ${JSON.stringify(type.slice(0, 100))}`;
    return refuse({ code: "unsupported-media-type", detail, headers: { accept: "text/csv" } });
  }
  const charset = charsetOf(type);
  const encoding = charset === null ? null : encodingNamed(charset);
  if (charset !== null && encoding === null) {
    const detail = `charset ${JSON.stringify(charset.slice(0, 100))} is not known: expected ${ENCODINGS.join(", ")}`;
    return refuse({ code: "unsupported-media-type", detail, headers: { accept: "text/csv" } });
  }
  const body = context.req.raw.body ?? new Blob([]).stream();
  const report = await importCsv(context.env.DB, body, encoding, Date.now());
  return report.ok ? context.json(report.value) : refuse({ code: "invalid-csv", detail: report.error });
});

/** The charset of a Content-Type (RFC 9110 section 8.3); null: it names none. */
function charsetOf(type: string): string | null {
  const found = /;\s*charset\s*=\s*(?:"([^"]*)"|([^;\s]*))/i.exec(type);
  return found === null ? null : (found[1] ?? found[2] ?? "");
}
