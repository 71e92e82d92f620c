/** At most one reload by itself in this time: while versions change over, a server may answer with either. */
const PAUSE_MS = 60_000;
const RELOADED_AT = "mailpush.reloadedAt";

/**
 * For when a file of the page is not there: loads the page again if the server has a newer version of it. Drafts are
 * kept in the browser. False: it has the same, or is not reached.
 */
export async function loadNewer(): Promise<boolean> {
  if (Date.now() - lastReload() < PAUSE_MS || !(await isReplaced())) return false;
  try {
    sessionStorage.setItem(RELOADED_AT, String(Date.now()));
  } catch {
    // Without a memory, it could go on for ever.
    return false;
  }
  location.reload();
  return true;
}

/** Names of the page's files hold a hash of their contents. */
async function isReplaced(): Promise<boolean> {
  const script = document.querySelector<HTMLScriptElement>("script[src]");
  try {
    const answer = await fetch("/", { cache: "no-cache" });
    const html = await answer.text();
    return answer.ok && html.includes("<script") && script !== null && !html.includes(new URL(script.src).pathname);
  } catch {
    return false;
  }
}

function lastReload(): number {
  try {
    return Number(sessionStorage.getItem(RELOADED_AT));
  } catch {
    return 0;
  }
}
