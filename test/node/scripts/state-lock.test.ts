import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startStack } from "../../../scripts/stack.ts";
import { lockState } from "../../../scripts/state-lock.ts";

const LOCK = join(import.meta.dirname, "../../../scripts/state-lock.ts");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mailpush-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Another process that holds the folder until it is killed. */
async function otherProcess(): Promise<ChildProcess> {
  const script = `
    import { lockState } from ${JSON.stringify(LOCK)};
    globalThis.lock = lockState(${JSON.stringify(folder)}, "http://127.0.0.1:1");
    console.log("locked");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout as NonNullable<typeof child.stdout>, "data");
  return child;
}

it("a second stack over the same folder is refused, and told which one has it", async () => {
  const other = await otherProcess();
  await expect(startStack({ persistTo: folder })).rejects.toThrow(
    `${folder} is in use by another stack, http://127.0.0.1:1: stop that one first.`,
  );
  other.kill("SIGKILL");
  await once(other, "exit");
  lockState(folder, "after a crash").release();
});

it("within one process too, until the first one is stopped", () => {
  const first = lockState(folder, "here");
  expect(() => lockState(folder, "there")).toThrow("here");
  first.release();
  first.release();
  lockState(folder, "there").release();
});
