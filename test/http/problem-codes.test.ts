import { expect, it } from "vitest";
import readme from "../../README.md?raw";
import { PROBLEMS } from "../../src/http/problem-codes.ts";

it("the README lists every code of an error, and no other, with its status and meaning", () => {
  const section = /^\| `code` of a problem .*?$(.*?)^## /ms.exec(readme)?.[1] ?? "";
  const rows = Array.from(section.matchAll(/^\| `([a-z-]+)` +\| (\d{3}) +\| (.*?) +\|$/gm), ([, ...row]) => row);
  expect(rows).toEqual(Object.entries(PROBLEMS).map(([code, { status, meaning }]) => [code, `${status}`, meaning]));
});
