import { refuse } from "./problem.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";

/** Where the page's files are whose names hold a hash of their contents: a browser may keep each of them for a year. */
const FOLDER = "/assets/";

/** Whether a request is for such a file. */
export function isPageFile({ url }: Request): boolean {
  return new URL(url).pathname.startsWith(FOLDER);
}

/**
 * A file of the page, or a 404. Left to `not_found_handling`, a name that only an older or a newer version of the page
 * has would be answered by the page itself, and a browser would keep that in the file's place for a year.
 */
export async function pageFile(request: Request, { ASSETS }: Env): Promise<Response> {
  const file = await ASSETS.fetch(request);
  if (!file.headers.get("content-type")?.startsWith("text/html")) return file;
  const detail = "this version of the page has no such file: load the page again";
  return refuse({ code: "no-such-path", detail, headers: { ...SECURITY_HEADERS, "cache-control": "no-store" } });
}
