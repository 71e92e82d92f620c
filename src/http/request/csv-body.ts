import { err, ok, type Result } from "../../core/result.ts";
import { ENCODINGS, encodingNamed } from "../../recipients/files/encoding.ts";
import type { Problem } from "../problem.ts";

/** A CSV file as it comes, and the encoding that its Content-Type names; null: none. */
export interface CsvBody {
  readonly body: ReadableStream<Uint8Array>;
  readonly encoding: string | null;
}

/** A request's CSV file, unread. The problem: another media type, or an unknown charset. */
export function csvBody(request: Request): Result<CsvBody, Problem> {
  const type = request.headers.get("content-type") ?? "";
  const refused = (detail: string) =>
    err({ code: "unsupported-media-type", detail, headers: { accept: "text/csv" } } as const);
  if (!/^text\/csv\s*(;|$)/i.test(type)) {
    return refused(`expected the header Content-Type: text/csv, not ${JSON.stringify(type.slice(0, 100))}`);
  }
  const charset = charsetOf(type);
  const encoding = charset === null ? null : encodingNamed(charset);
  if (charset !== null && encoding === null) {
    return refused(`charset ${JSON.stringify(charset.slice(0, 100))} is not known: expected ${ENCODINGS.join(", ")}`);
  }
  return ok({ body: request.body ?? new Blob([]).stream(), encoding });
}

/** The charset of a Content-Type (RFC 9110 section 8.3); null: it names none. */
function charsetOf(type: string): string | null {
  const found = /;\s*charset\s*=\s*(?:"([^"]*)"|([^;\s]*))/i.exec(type);
  return found === null ? null : (found[1] ?? found[2] ?? "");
}
