import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { membersOf, ProcessGroup } from "../../../scripts/process-group.ts";

const SCRIPTS = join(import.meta.dirname, "../../../scripts");
const env = { PATH: process.env.PATH ?? "" };
/** A command with a child of its own, as wrangler has. */
const FAMILY = ["sh", "-c", "sleep 600 & sleep 600"];

it.runIf(existsSync("/proc/self/stat"))(
  "dies with the process that started it, even when that one gets SIGKILL",
  async () => {
    const source = `
    import { ProcessGroup } from ${JSON.stringify(join(SCRIPTS, "process-group.ts"))};
    const group = new ProcessGroup(${JSON.stringify(FAMILY)}, ${JSON.stringify(env)}, "/");
    const ready = setInterval(() => {
      if (group.members().filter((member) => member.name === "sleep").length < 2) return;
      clearInterval(ready);
      console.log(group.pid);
      setInterval(() => {}, 1e6);
    }, 10);`;
    const parent = spawn(process.execPath, ["--input-type=module-typescript", "-e", source], { stdio: "pipe" });
    const [line] = (await once(parent.stdout, "data")) as [Buffer];
    const group = Number(line);
    expect(membersOf(group)).not.toEqual([]);
    parent.kill("SIGKILL");
    await vi.waitUntil(() => membersOf(group).length === 0, { timeout: 10_000 });
  },
);

it("leaves nobody behind when it is killed", async () => {
  const group = new ProcessGroup(FAMILY, env, "/");
  await group.kill();
  expect(group.members()).toEqual([]);
  expect(group.ended).toBe(true);
});

it("lets the command tidy up when it is stopped, then takes its children with it", async () => {
  const tidying = 'trap "sleep 0.3; echo tidied; exit" TERM; sleep 600 & echo up; wait';
  const group = new ProcessGroup(["sh", "-c", tidying], env, "/");
  await vi.waitUntil(() => group.output === "up\n");
  await group.stop();
  expect(group.members()).toEqual([]);
  await vi.waitUntil(() => group.output === "up\ntidied\n");
});

it("kills what will not stop when its time is up", async () => {
  const group = new ProcessGroup(["sh", "-c", 'trap "" TERM; echo up; sleep 600; sleep 600'], env, "/");
  await vi.waitUntil(() => group.output === "up\n");
  await group.stop(100);
  expect(group.members()).toEqual([]);
  expect(await group.exited).toBe(null);
});

it("tells the command's exit code, and keeps what it wrote", async () => {
  const group = new ProcessGroup(["sh", "-c", "echo said; exit 3"], env, "/");
  expect(await group.exited).toBe(3);
  await vi.waitUntil(() => group.output === "said\n");
});
