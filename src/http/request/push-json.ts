import { err, ok, type Result } from "../../core/result.ts";
import type { Problem } from "../problem.ts";
import { parseJson, parseJsonText, readBytes, tooLarge } from "./body.ts";

/** Of a push's body; 5 MB of files are 7 MB in base64. */
const MAX_BYTES = 8_000_000;
/** Of all but the files: a push's object keeps each field in a value of 2 MB. */
const MAX_BYTES_WITHOUT_FILES = 2_000_000;

/** Reads the JSON of a push, which may carry files; errors as of `readJson`. */
export async function readPushJson(request: Request): Promise<Result<unknown, Problem>> {
  const bytes = await readBytes(request, MAX_BYTES);
  if (!bytes.ok) return bytes;
  return withinLimit(parseJson(bytes.value), bytes.value.length);
}

/** The same of a text that came in another form. */
export function parsePushJson(text: string): Result<unknown, Problem> {
  const bytes = Buffer.byteLength(text);
  return bytes > MAX_BYTES ? err(tooLarge(MAX_BYTES)) : withinLimit(parseJsonText(text), bytes);
}

function withinLimit(parsed: Result<unknown, Problem>, bytes: number): Result<unknown, Problem> {
  if (!parsed.ok) return parsed;
  const rest = bytes - base64Length(parsed.value);
  if (rest <= MAX_BYTES_WITHOUT_FILES) return ok(parsed.value);
  const detail = `the body without its attachments is ${rest} bytes: at most ${MAX_BYTES_WITHOUT_FILES} are taken`;
  return err({ code: "body-too-large", detail });
}

/** Characters of base64 in a body that is not checked yet. */
function base64Length(body: unknown): number {
  const { attachments = null } = (body ?? {}) as { attachments?: unknown };
  if (!Array.isArray(attachments)) return 0;
  return attachments.reduce<number>((sum, file) => {
    const text: unknown = file?.contentBase64;
    return typeof text === "string" && /^[\x20-\x7e]*$/.test(text) ? sum + text.length : sum;
  }, 0);
}
