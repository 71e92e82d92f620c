/** What is wrong with a request, where it can be said: one entry for each thing, with its place in the body. */
export interface FieldError {
  /** A JSON path: `$.filter["attributes.age"].gt`; of a parameter of the query, `?limit`. */
  readonly path: string;
  readonly message: string;
}

/** An answer that is not what was asked for (RFC 9457), in words for the person who reads it. */
export interface Problem {
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
}

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad request",
  401: "Unauthorised",
  404: "Not found",
  405: "Method not allowed",
  409: "Conflict",
  413: "Content too large",
  415: "Unsupported media type",
  500: "Internal error",
  503: "Not available",
};

/** The problem as `application/problem+json`. */
export function refuse({ status, detail, errors, headers }: Problem): Response {
  const body = { type: "about:blank", title: TITLES[status] ?? "Error", status, detail, errors };
  return Response.json(body, { status, headers: { ...headers, "content-type": "application/problem+json" } });
}

// A body of megabytes can be wrong in each of its bytes.
const MAX_ERRORS = 100;

/** A 400 with all that is wrong: how much it is, and the first 100 things. */
export function invalid(errors: readonly FieldError[]): Problem {
  const [first, ...more] = errors;
  const where = first === undefined ? "" : `${first.path}: ${first.message}`;
  return {
    status: 400,
    detail: more.length === 0 ? where : `${where} (and ${more.length} more)`,
    errors: errors.slice(0, MAX_ERRORS),
  };
}

export function notFound(what: string): Problem {
  return { status: 404, detail: `there is no ${what}` };
}

/** A path of keys and indexes as a JSON path. */
export function jsonPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    const name = String(key).slice(0, 100);
    return /^[A-Za-z_]\w*$/.test(name) ? `${text}.${name}` : `${text}[${JSON.stringify(name)}]`;
  }, "$");
}
