import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Stack, startStack } from "../../../scripts/stack.ts";

const run = promisify(execFile);
const HERE = import.meta.dirname;
const ROOT = join(HERE, "../../..");

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ vars: { TRANSPORT: "none" } });
}, 120_000);
afterAll(() => stack?.stop(), 60_000);

it("a client generated from /openapi.json has types that check, and works", async () => {
  const generated = join(HERE, "generated");
  rmSync(generated, { recursive: true, force: true });
  mkdirSync(generated);
  const document = join(generated, "openapi.json");
  writeFileSync(document, await (await fetch(`${stack.url}/openapi.json`)).text());
  await node(HERE, "node_modules/openapi-typescript/bin/cli.js", document, "-o", join(generated, "api.d.ts"));
  await node(ROOT, "node_modules/typescript/bin/tsc", "-p", HERE);
  await node(HERE, "client.ts", stack.url, stack.token);
});

it("the examples of the README do what they say", async () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const section = /^## The API$(.*?)^## /ms.exec(readme)?.[1] ?? "";
  const blocks = Array.from(section.matchAll(/^```sh\n(.*?)^```$/gms), ([, block = ""]) => block);
  expect(blocks.length).toBeGreaterThan(3);
  const script = blocks
    .join("\n")
    .replace("http://127.0.0.1:8787", stack.url)
    .replace(/API_TOKEN=…/, `API_TOKEN=${stack.token}`);
  const folder = mkdtempSync(join(tmpdir(), "mailpush-readme-"));
  try {
    // A refusal ends the script.
    const strict = 'set -e -o pipefail\ncurl() { command curl --fail-with-body "$@"; }\n';
    const { stdout } = await run("bash", ["-c", strict + script], { cwd: folder, timeout: 120_000 });
    const answers = stdout.split("\n").filter((line) => line.startsWith("{"));
    // Each answer that a comment shows: its fields, and the values of those that are not "…".
    const shown = Array.from(script.matchAll(/# (?:\d{3} )?(\{.*\})$/gm), ([, json = ""]) => JSON.parse(json));
    expect(shown.length).toBeGreaterThan(3);
    const given = answers.map((answer) => JSON.parse(answer));
    for (const answer of shown) expect(given).toContainEqual(expect.objectContaining(withAny(answer)));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** "…" stands for any value. */
function withAny(answer: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(answer).map(([name, value]) => [name, value === "…" ? expect.anything() : value]),
  );
}

/** Runs a program; its output is the error's message where it fails. */
async function node(cwd: string, ...command: string[]): Promise<void> {
  await run(process.execPath, command, { cwd }).catch((error: { stdout: string; stderr: string }) => {
    throw new Error(`${command.join(" ")}:\n${error.stdout}\n${error.stderr}`);
  });
}
