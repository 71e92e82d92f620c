import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startStack } from "../../../scripts/stack.ts";

const DEMO = join(import.meta.dirname, "../../../scripts/demo.ts");

/** Where all that a stack keeps on disk has its place; the test sees what is left of it. */
let temporary: string;
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), "mailpush-test-"));
  vi.stubEnv("TMPDIR", temporary);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(temporary, { recursive: true });
});

it("does not start with a var that makes no sense, and says which and why", async () => {
  const began = Date.now();
  await expect(startStack({ vars: { TRANSPORT: "pigeon", WINDOW: "lots" } })).rejects.toThrow(
    'the configuration is not valid: TRANSPORT: is "pigeon": expected smtp, worker-mailer, email-service or none; ' +
      'WINDOW: is "lots": expected a whole number from 1 to 1000000',
  );
  expect(Date.now() - began).toBeLessThan(30_000);
  expect(readdirSync(temporary)).toEqual([]);
});

it("can be stopped while it starts", async () => {
  const abort = new AbortController();
  const starting = startStack({ signal: abort.signal });
  await vi.waitUntil(() => onDisk("registry").length > 0, { timeout: 30_000 });
  abort.abort();
  await expect(starting).rejects.toThrow("aborted");
  expect(readdirSync(temporary)).toEqual([]);
});

// Twice, as a Ctrl-C comes under npm: from the terminal, and from npm.
it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "leaves no file behind when %s ends it in its start",
  async (signal) => {
    const demo = startDemo();
    await vi.waitUntil(() => onDisk("secrets.env").length > 0, { timeout: 30_000 });
    demo.kill(signal);
    demo.kill(signal);
    expect(await once(demo, "exit")).toEqual([130, null]);
    expect(readdirSync(temporary)).toEqual([]);
  },
);

it.each(["SIGTERM", "SIGHUP", "SIGKILL"] as const)("ends with npm when %s ends npm alone", async (signal) => {
  const npm = spawn("npm", ["run", "demo"], { stdio: ["ignore", "pipe", "ignore"] });
  // Read to its end, which comes when the last of its processes has closed it.
  npm.stdout.resume();
  await vi.waitUntil(() => onDisk("secrets.env").length > 0, { timeout: 30_000 });
  npm.kill(signal);
  await once(npm, "close");
  // npm itself leaves a cache.
  expect(readdirSync(temporary).filter((name) => name.startsWith("mailpush"))).toEqual([]);
});

it("leaves no file behind when SIGTERM ends it with an inbox full of mails", async () => {
  const demo = startDemo();
  await vi.waitUntil(() => onDisk(".eml").length > 0, { timeout: 60_000 });
  demo.kill("SIGTERM");
  await once(demo, "exit");
  expect(readdirSync(temporary)).toEqual([]);
});

function startDemo(): ChildProcess {
  return spawn(process.execPath, [DEMO], { stdio: "ignore" });
}

/** What ends like this in the folders of stack and inbox. */
function onDisk(end: string): string[] {
  const names = readdirSync(temporary).flatMap((folder) => readdirSync(join(temporary, folder)));
  return names.filter((name) => name.endsWith(end));
}
