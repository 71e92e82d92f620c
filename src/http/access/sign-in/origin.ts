import type { Problem } from "../../problem.ts";

/**
 * Whose page makes a request, as its browser says. `unsaid`: it is no browser, since they all say it of requests other
 * than GET and HEAD, and of WebSockets.
 *
 * A form of a page with `Referrer-Policy: no-referrer` sends `Origin: null`, so Sec-Fetch-Site decides where it is sent;
 * Safari before 16.4 and pages over http from another machine lack it.
 */
export function pageOf({ headers, url }: Request): "own" | "other" | "unsaid" {
  const site = headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin" ? "own" : "other";
  const origin = headers.get("origin");
  if (origin === null) return "unsaid";
  return origin === new URL(url).origin ? "own" : "other";
}

/** Whether a cookie may only authorise this request if it comes from a page of ours. */
export function needsOwnPage({ method, headers }: Request): boolean {
  return (method !== "GET" && method !== "HEAD") || headers.has("upgrade");
}

export function foreignPage(): Problem {
  return { code: "foreign-origin", detail: "Origin: this request does not come from a page of this address" };
}
