import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { unstable_getVarsForDev, unstable_readConfig } from "wrangler";
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

it("keeps the passwords that RELAYS names among the secrets", () => {
  const relays = '[{"id":"ses","host":"mail.example","passwordSecret": "SES_PASSWORD"}]';
  writeFileSync(path, `RELAYS='${relays}'\nSES_PASSWORD=geheim\nWINDOW=5\n`);
  const expected = { secrets: { SES_PASSWORD: "geheim" }, vars: { RELAYS: relays, WINDOW: "5" } };
  expect(readDevVars(path)).toMatchObject(expected);
});

it("reads of wrangler.toml the vars that wrangler reads", () => {
  const { vars } = unstable_readConfig({ config: join(import.meta.dirname, "../../../wrangler.toml") });
  expect(readTomlVars()).toEqual(vars);
});

it("plain wrangler dev reads every line of .dev.vars, and no variable of the shell", () => {
  const { vars, secrets } = unstable_readConfig({ config: join(import.meta.dirname, "../../../wrangler.toml") });
  const given = { API_TOKEN: "a token", SMTP_USERNAME: "me", SMTP_PASSWORD: "a password", A_VAR_OF_ITS_OWN: "5" };
  writeFileSync(
    path,
    Object.entries(given)
      .map(([name, value]) => `${name}='${value}'\n`)
      .join(""),
  );
  process.env.WINDOW = "80";
  try {
    const read = unstable_getVarsForDev(join(directory, "wrangler.toml"), undefined, vars, undefined, true, secrets);
    const values = Object.fromEntries(Object.entries(read).map(([name, { value }]) => [name, value]));
    expect(values).toEqual({ ...vars, ...given });
  } finally {
    delete process.env.WINDOW;
  }
});
