/** An error response of the API: an RFC 9457 problem, or any other body. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: unknown;
  /** The problem's `detail`, else a description of the body. */
  readonly detail: string;

  constructor(method: string, path: string, status: number, problem: unknown) {
    super(`${method} ${path} answered ${status}: ${describeProblem(problem)}`);
    this.name = "ApiError";
    this.status = status;
    this.problem = problem;
    this.detail = (problem as { detail?: string }).detail ?? describeProblem(problem);
  }
}

/**
 * Calls mailpush's API; returns the parsed JSON response. A string `body` is sent as text/csv, any other as JSON.
 *
 * @throws ApiError for every status outside 2xx
 */
export type Api = <T>(method: string, path: string, body?: unknown) => Promise<T>;

export function createApi(url: string, token: string): Api {
  return async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const csv = typeof body === "string";
    const response = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "content-type": csv ? "text/csv" : "application/json" }),
      },
      body: body === undefined || csv ? body : JSON.stringify(body),
    });
    const text = await response.text();
    const answer = parseJson(text);
    if (!response.ok) throw new ApiError(method, path, response.status, answer ?? text);
    return answer as T;
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function describeProblem(problem: unknown): string {
  if (typeof problem === "string") return problem.slice(0, 500);
  const { title, detail } = problem as { title?: string; detail?: string };
  return [title, detail].filter(Boolean).join(": ") || JSON.stringify(problem);
}
