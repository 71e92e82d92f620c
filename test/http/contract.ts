import * as z from "zod";
import { app } from "../../src/http/app.ts";
import type { DocumentedOperation, OpenApi } from "../../src/http/openapi/document.ts";

let published: Promise<OpenApi> | null = null;

/** `/openapi.json` as callers get it. */
export function openApi(): Promise<OpenApi> {
  published ??= (async () => (await app.request("/openapi.json")).json<OpenApi>())();
  return published;
}

/** An operation with the path that is asked for. */
export interface Found {
  readonly path: string;
  readonly operation: DocumentedOperation;
}

/** The operation that a request is for; null: none is. */
export function operationFor(document: OpenApi, method: string, url: string): Found | null {
  const { pathname } = new URL(url);
  const matching = Object.entries(document.paths).filter(([path]) => isAt(path, pathname));
  // As the router does: a fixed path before one with parameters.
  matching.sort(([a], [b]) => parametersIn(a) - parametersIn(b));
  for (const [path, methods] of matching) {
    const operation = methods[(method === "HEAD" ? "GET" : method).toLowerCase()];
    if (operation !== undefined) return { path, operation };
  }
  return null;
}

function isAt(path: string, pathname: string): boolean {
  const pattern = path.replaceAll(/[.]/g, "\\.").replaceAll(/\{\w+\}/g, "[^/]+");
  return new RegExp(`^${pattern}$`).test(pathname);
}

function parametersIn(path: string): number {
  return path.split("{").length;
}

/** Codes of errors that belong to no operation. */
const OF_NO_OPERATION: readonly unknown[] = ["no-such-path", "method-not-allowed"];

/** What of an answer the document does not say, as texts; none: it conforms. */
export async function undocumented(method: string, url: string, answer: Response): Promise<string[]> {
  const document = await openApi();
  const found = operationFor(document, method, url);
  const type = (answer.headers.get("content-type") ?? "").split(";")[0] ?? "";
  // What is no JSON is not read: a file is a stream, which may break off.
  const text = type.endsWith("json") && method !== "HEAD" ? await answer.clone().text() : "";
  if (type === "application/problem+json" && text !== "") {
    const wrong = mismatch(document, "Problem", { $ref: "#/components/schemas/Problem" }, JSON.parse(text));
    if (found === null || OF_NO_OPERATION.includes(JSON.parse(text).code)) return wrong;
  }
  if (found === null) return [`${method} ${url} is not described, and answers ${answer.status}`];
  const name = `${method} ${found.path} ${answer.status}`;
  const described = found.operation.responses[answer.status];
  if (described === undefined) return [`${name} is not described: ${text.slice(0, 200)}`];
  const missing = Object.keys(described.headers).filter((one) => ALWAYS.includes(one) && !answer.headers.has(one));
  const wrong = missing.map((one) => `${name} lacks the header ${one}`);
  if (answer.headers.has("location") && !("Location" in described.headers)) wrong.push(`${name} has a Location`);
  const content = described.content?.[type];
  if (method === "HEAD") return wrong;
  if (type === "") return described.content === undefined ? wrong : [...wrong, `${name} has no body`];
  if (content === undefined) return [...wrong, `${name} is not described as ${type}`];
  if (!/[/+]json$/.test(type)) return wrong;
  return [...wrong, ...mismatch(document, name, content.schema, JSON.parse(text))];
}

const ALWAYS = ["X-Request-Id", "RateLimit-Policy"];

const validators = new Map<string, z.ZodType>();

/** Where a value is not as a schema of the document says; a field that it does not name is wrong too. */
export function mismatch(document: OpenApi, name: string, schema: object, value: unknown): string[] {
  const key = JSON.stringify(schema);
  let validator = validators.get(key);
  if (validator === undefined) {
    const closed = closedSchema({ ...schema, $defs: document.components.schemas }, false);
    validator = z.fromJSONSchema(closed as z.core.JSONSchema.JSONSchema);
    validators.set(key, validator);
  }
  const checked = validator.safeParse(value);
  return checked.success ? [] : [`${name}: ${z.prettifyError(checked.error)}`];
}

/** The document is open to fields that come later; these tests are not. */
function closedSchema(schema: unknown, isPart: boolean): unknown {
  if (Array.isArray(schema)) return schema.map((one) => closedSchema(one, isPart));
  if (typeof schema !== "object" || schema === null) return schema;
  const closed = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => {
      if (key === "$ref") return [key, String(value).replace("#/components/schemas/", "#/$defs/")];
      return [key, closedSchema(value, key === "allOf")];
    }),
  );
  const isObject = closed.type === "object" && "properties" in schema && !isPart;
  return isObject && closed.additionalProperties === undefined ? { ...closed, additionalProperties: false } : closed;
}
