import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

const SCRIPTS = join(import.meta.dirname, "../../../scripts");

function run(script: string, ...options: string[]) {
  return spawnSync(process.execPath, [join(SCRIPTS, script), ...options], { encoding: "utf8" });
}

it.each([
  ["start.ts", "--port=abc", '--port is "abc": expected a number from 1 to 65535. Usage: npm start [-- --port NUMBER]'],
  [
    "start.ts",
    "--port=80800",
    '--port is "80800": expected a number from 1 to 65535. Usage: npm start [-- --port NUMBER]',
  ],
  ["start.ts", "--prot", "Unknown option '--prot'. Usage: npm start [-- --port NUMBER]"],
  ["demo.ts", "--onse", "Unknown option '--onse'. Usage: npm run demo [-- --once]"],
])("%s refuses %s in one line, with usage", (script, option, line) => {
  expect(run(script, option)).toMatchObject({ status: 2, stdout: "", stderr: `${line}\n` });
});

it.each(["start.ts", "demo.ts"])("%s says how it is used when asked", (script) => {
  expect(run(script, "--help")).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^Usage: npm .*\n$/),
    stderr: "",
  });
});
