import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import chromium, { inflate } from "@sparticuz/chromium";
import { type Browser, chromium as playwright } from "playwright-core";

/** The package's files, beside its `build/index.js`. */
const PACKED = fileURLToPath(new URL("../bin", import.meta.resolve("@sparticuz/chromium")));

/**
 * Starts the Chromium that a devDependency holds, with the libraries that it brings: the system needs none of its own.
 * `close` ends it and removes its files.
 */
export async function startBrowser(): Promise<{ browser: Browser; close: () => Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), "mailpush-browser-"));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  try {
    const executablePath = await unpack(directory);
    // In one process, the browser would end with its first context.
    const args = chromium.args.filter((arg) => arg !== "--single-process");
    const env = { ...process.env, TMPDIR: directory, LD_LIBRARY_PATH: join(directory, "al2023/lib") };
    const browser = await playwright.launch({ executablePath, args, env });
    return { browser, close: () => browser.close().finally(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}

/** The package unpacks into `tmpdir()`, where another run may be just now doing the same. */
async function unpack(directory: string): Promise<string> {
  const before = process.env.TMPDIR;
  process.env.TMPDIR = directory;
  try {
    const [executablePath] = await Promise.all([chromium.executablePath(), inflate(join(PACKED, "al2023.tar.br"))]);
    return executablePath;
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}
