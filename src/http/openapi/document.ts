import type { Requirement } from "../access/scopes.ts";
import { PROBLEMS, type ProblemCode } from "../problem-codes.ts";
import { INTRODUCTION, SECTIONS } from "./guide.ts";
import type { Answer, Operation, Route } from "./operation.ts";
import { ProblemAnswer } from "./problem-schema.ts";
import { type Components, type JsonSchema, parametersOf, schemaOf } from "./schema.ts";

/** Statuses that tell when to ask again. */
const RETRIED: ReadonlySet<number> = new Set([409, 429, 503]);

const HEADERS = {
  "X-Request-Id": "The id of this request in errors and in the log.",
  "RateLimit-Policy": 'How many requests a token may make: `"default";q=300;w=10`.',
  RateLimit: 'What is left: `"default";r=0;t=10`.',
  "Retry-After": "After how many seconds to ask again, where the answer can tell.",
  Location: "The path of what the answer is about.",
  "Idempotent-Replayed": "`true`: this is the answer to an earlier request with the same `Idempotency-Key`.",
  Allow: "The methods of this path.",
  "WWW-Authenticate": "What the token lacks (RFC 6750).",
} as const;
type Header = keyof typeof HEADERS;

export interface DocumentedParameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly description: string | undefined;
  readonly schema: JsonSchema;
}

export interface DocumentedContent {
  readonly schema: JsonSchema;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

export interface DocumentedAnswer {
  readonly description: string;
  readonly headers: Readonly<Record<string, { readonly $ref: string }>>;
  readonly content?: Readonly<Record<string, DocumentedContent>>;
}

export interface DocumentedOperation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string | undefined;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters: readonly DocumentedParameter[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly description: string | undefined;
    readonly content: Readonly<Record<string, DocumentedContent>>;
  };
  readonly responses: Readonly<Record<string, DocumentedAnswer>>;
}

/** An OpenAPI 3.1 document, as far as we use it. */
export interface OpenApi {
  readonly openapi: "3.1.0";
  readonly info: Readonly<Record<"title" | "version" | "description", string>>;
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  /** By path, then by method in lower case. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components: {
    readonly schemas: Components;
    readonly headers: Readonly<Record<string, { readonly description: string; readonly schema: JsonSchema }>>;
    readonly securitySchemes: Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
}

/** The description of all routes that have one. Throws for a parameter of a path that has no schema. */
export function documentOf(routes: readonly Route[], scopes: ReadonlyMap<string, Requirement>): OpenApi {
  const schemas: Components = {};
  const paths: Record<string, Record<string, DocumentedOperation>> = {};
  for (const { key, method, path, operation } of routes) {
    if (operation === null) continue;
    const scope = scopes.get(key) ?? "master";
    const documented = documentedOperation(operation, method, path, scope, schemas);
    paths[documentedPath(path)] = { ...paths[documentedPath(path)], [method.toLowerCase()]: documented };
  }
  return {
    openapi: "3.1.0",
    info: { title: "mailpush", version: "1", description: INTRODUCTION },
    servers: [{ url: "/" }],
    tags: Object.entries(SECTIONS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas,
      headers: Object.fromEntries(
        Object.entries(HEADERS).map(([name, description]) => [name, { description, schema: { type: "string" } }]),
      ),
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "`API_TOKEN`, or a token of `/api/tokens`." },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "__Host-mailpush",
          description: "As `POST /api/session` sets it; requests other than GET need `Origin`.",
        },
      },
    },
  };
}

/** Hono's `/api/pushes/:id{[0-9]+}` as `/api/pushes/{id}`. */
export function documentedPath(path: string): string {
  return path.replace(/:(\w+)(\{[^/]*\})?(?=\/|$)/g, "{$1}");
}

/** The errors of a route, those that it shares with others included. */
export function refusalsOf(operation: Operation, method: string, scope: Requirement): ProblemCode[] {
  const { caller = "token", query, body, refusals = [] } = operation;
  const codes = new Set<ProblemCode>([...refusals, "internal-error"]);
  const add = (...more: ProblemCode[]) => {
    for (const code of more) codes.add(code);
  };
  if (query !== undefined) add("invalid-fields");
  if (body !== undefined && "json" in body) add("invalid-body", "invalid-fields", "body-too-large");
  if (caller === "token" || caller === "either") {
    add("token-missing", "token-invalid", "session-ended");
    add(scope === "master" ? "api-token-only" : "scope-missing");
    if (method !== "GET") add("foreign-origin");
    add("too-many-requests", "invalid-configuration");
  }
  if (caller === "token" && method === "POST") {
    add("invalid-idempotency-key", "idempotency-key-in-use", "idempotency-key-reused");
  }
  // In the order of the table, whatever added them.
  return (Object.keys(PROBLEMS) as ProblemCode[]).filter((code) => codes.has(code));
}

function documentedOperation(
  operation: Operation,
  method: string,
  path: string,
  scope: Requirement,
  components: Components,
): DocumentedOperation {
  const { id, section, summary, description, answers, caller = "token" } = operation;
  const isKeyed = caller === "token" && method === "POST";
  const requestBody = documentedBody(operation, components);
  const needs = scope === "master" ? "Takes `API_TOKEN` alone." : `Needs the scope \`${scope}\`.`;
  const responses: Record<string, DocumentedAnswer> = {};
  for (const [status, answer] of Object.entries(answers)) {
    responses[status] = documentedAnswer(answer, path, isKeyed, components);
  }
  for (const [status, codes] of byStatus(refusalsOf(operation, method, scope))) {
    responses[status] = documentedRefusal(responses[status], Number(status), codes, path, components);
  }
  return {
    operationId: id,
    tags: [section],
    summary,
    description: [description, caller === "token" ? needs : undefined].filter((one) => one !== undefined).join("\n\n"),
    security: {
      token: [{ token: [] }, { session: [] }],
      either: [{}, { token: [] }, { session: [] }],
      anybody: [],
      provider: [],
    }[caller],
    parameters: [
      ...pathParameters(operation, path, components),
      ...queryParameters(operation, components),
      ...(isKeyed ? [IDEMPOTENCY_KEY] : []),
    ],
    ...(requestBody === undefined ? {} : { requestBody }),
    responses,
  };
}

const IDEMPOTENCY_KEY: DocumentedParameter = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description: "Up to 255 characters of your own: the request is carried out once, however often it is sent.",
  schema: { type: "string", minLength: 1 },
};

function pathParameters(operation: Operation, path: string, components: Components): DocumentedParameter[] {
  return Array.from(path.matchAll(/:(\w+)/g), ([, name = ""]) => {
    const schema = operation.path?.[name];
    if (schema === undefined) throw new Error(`${path}: its parameter ${name} has no schema`);
    return { ...described(name, schemaOf(schema, "input", components)), in: "path", required: true };
  });
}

function queryParameters({ query }: Operation, components: Components): DocumentedParameter[] {
  if (query === undefined) return [];
  return parametersOf(query, components).map(({ name, schema }) => ({
    ...described(name, schema),
    in: "query",
    required: false,
  }));
}

function described(name: string, { description, ...schema }: JsonSchema) {
  return { name, description, schema };
}

function documentedBody({ body }: Operation, components: Components): DocumentedOperation["requestBody"] {
  if (body === undefined) return undefined;
  if ("text" in body) {
    const content = Object.fromEntries(body.text.map((type) => [type, TEXT]));
    return { required: true, description: body.description, content };
  }
  const examples = Object.fromEntries((body.examples ?? []).map((value, n) => [`example${n + 1}`, { value }]));
  const json = { schema: schemaOf(body.json, "input", components) };
  return {
    required: body.isOptional !== true,
    description: undefined,
    content: { "application/json": body.examples === undefined ? json : { ...json, examples } },
  };
}

const TEXT: DocumentedContent = { schema: { type: "string" } };

function documentedAnswer(answer: Answer, path: string, isKeyed: boolean, components: Components): DocumentedAnswer {
  const { description, json, text, hasLocation = false } = answer;
  const headers = headersOf(path, [
    ...(hasLocation ? ["Location" as const] : []),
    ...(isKeyed ? ["Idempotent-Replayed" as const] : []),
  ]);
  if (json !== undefined) {
    return { description, headers, content: { "application/json": { schema: schemaOf(json, "output", components) } } };
  }
  if (text === undefined) return { description, headers };
  return { description, headers, content: Object.fromEntries(text.map((type) => [type, TEXT])) };
}

/** The errors of one status, beside an answer that has the same one. */
function documentedRefusal(
  answer: DocumentedAnswer | undefined,
  status: number,
  codes: readonly ProblemCode[],
  path: string,
  components: Components,
): DocumentedAnswer {
  const meanings = codes.map((code) => `- \`${code}\`: ${PROBLEMS[code].meaning}`).join("\n");
  const schema = {
    allOf: [
      schemaOf(ProblemAnswer, "output", components),
      { type: "object", properties: { code: { enum: [...codes] } } },
    ],
  } as JsonSchema;
  const headers = headersOf(path, [
    ...(RETRIED.has(status) ? ["Retry-After" as const] : []),
    ...(status === 429 ? ["RateLimit" as const] : []),
    ...(status === 401 || status === 403 ? ["WWW-Authenticate" as const] : []),
    ...(codes.includes("outcome-unknown") && status === 503 ? ["Location" as const] : []),
  ]);
  return {
    description: answer === undefined ? meanings : `${answer.description}\n\n${meanings}`,
    headers: { ...answer?.headers, ...headers },
    content: { ...answer?.content, "application/problem+json": { schema } },
  };
}

function headersOf(path: string, more: readonly Header[]): Record<string, { $ref: string }> {
  const limited = path.startsWith("/api/") ? ["RateLimit-Policy" as const] : [];
  const names: Header[] = ["X-Request-Id", ...limited, ...more];
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

function byStatus(codes: readonly ProblemCode[]): [string, ProblemCode[]][] {
  const statuses = Map.groupBy(codes, (code) => `${PROBLEMS[code].status}`);
  return [...statuses];
}
