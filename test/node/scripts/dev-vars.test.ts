import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { unstable_readConfig } from "wrangler";
import { readDevVars, readTomlVars } from "../../../scripts/dev-vars.ts";

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "mailpush-test-"));
  path = join(directory, ".dev.vars");
});
afterEach(() => rmSync(directory, { recursive: true }));

it("writes secrets where there are none, for nobody else to read, and keeps them", () => {
  const first = readDevVars(path);
  expect(first).toMatchObject({ created: true, vars: {}, secrets: { API_TOKEN: expect.stringMatching(/^\w{64}$/) } });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readDevVars(path)).toEqual({ ...first, created: false });
});

it("tells secrets from vars, and takes an empty secret for none", () => {
  writeFileSync(path, "API_TOKEN=\nSIGNING_KEY='a key'\nSMTP_USERNAME=\nWINDOW=5 # few\n");
  const expected = { secrets: { SIGNING_KEY: "a key" }, vars: { SMTP_USERNAME: "", WINDOW: "5" }, created: false };
  expect(readDevVars(path)).toEqual(expected);
});

it("reads of wrangler.toml the vars that wrangler reads", () => {
  const { vars } = unstable_readConfig({ config: join(import.meta.dirname, "../../../wrangler.toml") });
  expect(readTomlVars()).toEqual(vars);
});
