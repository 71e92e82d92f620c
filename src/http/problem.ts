import { currentRequestId } from "../request-id.ts";
import { PROBLEMS, type ProblemCode } from "./problem-codes.ts";

/** One error of a request, with its path in the body or the query. */
export interface FieldError {
  /** A JSON path: `$.filter["attributes.age"].gt`; for a query parameter, `?limit`. */
  readonly path: string;
  readonly message: string;
}

/** An error response (RFC 9457): `code`, which sets the status, for programs; `detail` for people. */
export interface Problem {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  /** The push that the problem is about, where the request could not name it. */
  readonly id?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad request",
  401: "Unauthorised",
  403: "Forbidden",
  404: "Not found",
  405: "Method not allowed",
  406: "Not acceptable",
  409: "Conflict",
  413: "Content too large",
  415: "Unsupported media type",
  422: "Unprocessable content",
  426: "Upgrade required",
  429: "Too many requests",
  500: "Internal error",
  503: "Not available",
};

/** The problem as `application/problem+json`, with the id of the request under which the log has it. */
export function refuse({ code, detail, errors, id, headers }: Problem): Response {
  const { status } = PROBLEMS[code];
  const title = TITLES[status] ?? "Error";
  const requestId = currentRequestId() ?? undefined;
  const body = { type: "about:blank", title, status, code, detail, errors, id, requestId };
  return Response.json(body, { status, headers: { ...headers, "content-type": "application/problem+json" } });
}

// A body of megabytes can hold as many errors.
const MAX_ERRORS = 100;

/** A problem with the number of errors and the first 100. */
export function invalid(errors: readonly FieldError[], code: ProblemCode = "invalid-fields"): Problem {
  const [first, ...more] = errors;
  const where = first === undefined ? "" : `${first.path}: ${first.message}`;
  return {
    code,
    detail: more.length === 0 ? where : `${where} (and ${more.length} more)`,
    errors: errors.slice(0, MAX_ERRORS),
  };
}

export function notFound(what: string): Problem {
  return { code: "not-found", detail: `there is no ${what}` };
}

/** A path of keys and indexes as a JSON path. */
export function jsonPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    const name = String(key).slice(0, 100);
    return /^[A-Za-z_]\w*$/.test(name) ? `${text}.${name}` : `${text}[${JSON.stringify(name)}]`;
  }, "$");
}
