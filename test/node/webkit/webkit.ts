import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../../scripts/ports.ts";
import { ProcessGroup } from "../../../scripts/process-group.ts";

/** The driver, and the display that it draws on. Debian: webkit2gtk-driver, xvfb. */
const DRIVER = "/usr/bin/WebKitWebDriver";
const DISPLAY = "/usr/bin/xvfb-run";
/** The name of an element in an answer (W3C WebDriver, 12.2). */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
const START_MS = 20_000;
const FOUND_MS = 20_000;
const POLL_MS = 100;

/** Why WebKit cannot be started here; null: it can. */
export function whyNoWebKit(): string | null {
  const missing = [DRIVER, DISPLAY].filter((path) => !existsSync(path));
  return missing.length === 0 ? null : `${missing.join(" and ")} not there`;
}

/** A window of WebKitGTK, driven by W3C WebDriver. Elements are named by XPath. */
export interface WebKit {
  go(url: string): Promise<void>;
  url(): Promise<string>;
  /** Runs the body of a function in the page. */
  run<T>(body: string): Promise<T>;
  /** Waits for an element. @throws where there is none after 20 s; so do those that act on one */
  see(xpath: string): Promise<void>;
  click(xpath: string): Promise<void>;
  type(xpath: string, text: string): Promise<void>;
  /** Goes on within the frame; null: within the page again. */
  enter(xpath: string | null): Promise<void>;
  /** PNG. */
  picture(): Promise<Buffer>;
  close(): Promise<void>;
}

/** Starts a WebKit with a profile of its own. */
export async function startWebKit(): Promise<WebKit> {
  const home = mkdtempSync(join(tmpdir(), "mailpush-webkit-"));
  const port = await freePort();
  const env = {
    PATH: process.env.PATH ?? "",
    HOME: home,
    XDG_RUNTIME_DIR: home,
    LANG: "en_GB.UTF-8",
    // There may be no graphics card, and root may not make a sandbox: the only pages it sees are ours.
    LIBGL_ALWAYS_SOFTWARE: "1",
    WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1",
  };
  const group = new ProcessGroup([DISPLAY, "-a", DRIVER, `--port=${port}`], env, home);
  const end = async (): Promise<void> => {
    await group.kill();
    rmSync(home, { recursive: true, force: true });
  };
  try {
    const url = `http://127.0.0.1:${port}`;
    await until(START_MS, () => fetch(`${url}/status`).then((answer) => answer.ok));
    const { sessionId } = await command<{ sessionId: string }>(`${url}/session`, { capabilities: {} });
    return windowOf(`${url}/session/${sessionId}`, end);
  } catch (error) {
    await end();
    throw error;
  }
}

function windowOf(session: string, end: () => Promise<void>): WebKit {
  /** Finds the element and acts on it; anew where it is not there yet, is covered, or was drawn again in between. */
  const at = <T>(xpath: string, act: (element: string) => Promise<T>): Promise<T> =>
    until(FOUND_MS, async () => {
      const found = await command<Record<string, string>>(`${session}/element`, { using: "xpath", value: xpath });
      return act(found[ELEMENT] ?? "");
    });
  return {
    go: (url) => command(`${session}/url`, { url }),
    url: () => command(`${session}/url`),
    run: (script) => command(`${session}/execute/sync`, { script, args: [] }),
    see: (xpath) => at(xpath, async () => {}),
    click: (xpath) => at(xpath, (id) => command(`${session}/element/${id}/click`, {})),
    type: (xpath, text) => at(xpath, (id) => command(`${session}/element/${id}/value`, { text })),
    enter: (xpath) => {
      if (xpath === null) return command(`${session}/frame`, { id: null });
      return at(xpath, (id) => command(`${session}/frame`, { id: { [ELEMENT]: id } }));
    },
    picture: async () => Buffer.from(await command<string>(`${session}/screenshot`), "base64"),
    close: end,
  };
}

async function command<T>(url: string, body?: object): Promise<T> {
  const answer = await fetch(url, body && { method: "POST", body: JSON.stringify(body) });
  const { value } = (await answer.json()) as { value: T & { error?: string; message?: string } };
  if (!answer.ok) throw new Error(`${url}: ${value.error}: ${value.message}`);
  return value;
}

/** Tries again until it does not throw, or for `ms`. */
async function until<T>(ms: number, act: () => Promise<T>): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(POLL_MS);
    }
  }
}
