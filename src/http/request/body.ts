import type * as z from "zod";
import { err, ok, type Result } from "../../core/result.ts";
import { losesDigits, parseNumbers } from "../../recipients/json-number.ts";
import { invalid, jsonPath, type Problem } from "../problem.ts";
import { expectation, fieldErrors } from "./field-errors.ts";

/**
 * Reads the body as JSON, at most `limitBytes`. Malformed JSON or UTF-8 is a 400, a longer body a 413. An empty body is
 * undefined. Ignores Content-Type.
 * @param long the value of a number that `isLong`; if not given, one that loses digits (1234567890123456789) is a 400
 */
export async function readJson(
  request: Request,
  limitBytes: number,
  long: (source: string) => unknown = refuseLong,
): Promise<Result<unknown, Problem>> {
  const bytes = await readBytes(request, limitBytes);
  return bytes.ok ? parseJson(bytes.value, long) : bytes;
}

/** Parses a body as `readJson` does. */
export function parseJson(bytes: Uint8Array, long: (source: string) => unknown = refuseLong): Result<unknown, Problem> {
  try {
    return parseJsonText(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes), long);
  } catch {
    return err({ code: "invalid-body", detail: "the body is not valid UTF-8" });
  }
}

/** Parses the text of a body as `readJson` does. */
export function parseJsonText(text: string, long: (source: string) => unknown = refuseLong): Result<unknown, Problem> {
  if (text === "") return ok(undefined);
  try {
    return ok(parseNumbers(text, long));
  } catch (error) {
    if (error instanceof LongNumberError) return err({ code: "invalid-body", detail: error.message });
    return err({ code: "invalid-body", detail: `the body is not valid JSON: ${(error as Error).message}` });
  }
}

class LongNumberError extends Error {}

function refuseLong(source: string): number {
  if (!losesDigits(source)) return Number(source);
  const shown = source.length > 64 ? `${source.slice(0, 64)}…` : source;
  throw new LongNumberError(`the number ${shown} is beyond 2^53 and would lose digits: send it as a text, in quotes`);
}

/** Validates a value against a schema; the problem lists all errors with their JSON paths. */
export function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): Result<z.output<Schema>, Problem> {
  return validate(schema, value, jsonPath);
}

/** Validates the query parameters, all of them texts. */
export function checkedQuery<Schema extends z.ZodType>(schema: Schema, url: string): Result<z.output<Schema>, Problem> {
  return validate(schema, Object.fromEntries(new URL(url).searchParams), (path) => `?${path.join(".")}`);
}

function validate<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  pathOf: (path: readonly PropertyKey[]) => string,
): Result<z.output<Schema>, Problem> {
  const parsed = schema.safeParse(value, { error: expectation, reportInput: true });
  return parsed.success ? ok(parsed.data) : err(invalid(fieldErrors(parsed.error.issues, pathOf)));
}

// Cloudflare's limit for a request body on most plans.
const MAX_DRAINED_BYTES = 100_000_000;

/** Reads the rest of the body: a client still sending when the connection closes may never see the answer. */
export async function drain({ body }: Request): Promise<void> {
  if (body === null || body.locked) return;
  let drained = 0;
  try {
    for await (const bytes of body) {
      drained += bytes.length;
      if (drained > MAX_DRAINED_BYTES) return;
    }
  } catch {
    // The client disconnected: no answer is needed.
  }
}

export function tooLarge(limitBytes: number): Problem {
  const detail = `the body is larger than ${limitBytes} bytes, the most that is taken here`;
  return { code: "body-too-large", detail };
}

/**
 * Reads the body as it came, at most `limitBytes`; a longer one is a 413. Counts bytes itself: Content-Length may be
 * missing or wrong.
 */
export async function readBytes(request: Request, limitBytes: number): Promise<Result<Uint8Array, Problem>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = request.body?.getReader();
  for (;;) {
    const next = await reader?.read();
    if (next === undefined || next.done) break;
    length += next.value.length;
    if (length > limitBytes) {
      // `drain` reads the rest.
      reader?.releaseLock();
      return err(tooLarge(limitBytes));
    }
    chunks.push(next.value);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return ok(bytes);
}
