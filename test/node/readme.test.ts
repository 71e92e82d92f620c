import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const ENGLISH = read("README.md");
const CHINESE = read("README.zh-CN.md");

function read(name: string): string {
  return readFileSync(join(import.meta.dirname, "../..", name), "utf8");
}

function found(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, one = ""]) => one);
}

/** Variables, secrets, providers and paths: what tables have in front. */
function firstCells(text: string): string[] {
  const cells = found(text, /^\| ([^|]*?) *\|/gm).flatMap((cell) => found(cell, /`([^`]+)`/g));
  return [...new Set(cells)].sort();
}

/** What is typed into a shell, without what is said about it. */
function commands(text: string): string[] {
  const blocks = found(text, /^```sh\n([\s\S]*?)^```/gm).flatMap((block) => block.split("\n"));
  return blocks.map((line) => line.replace(/\s+#.*/, "").trim()).filter((line) => /^(?:npm|npx|cp) /.test(line));
}

/** The anchors of headings, as GitHub makes them. */
function anchors(text: string): Set<string> {
  const slugs = found(text, /^#+ (.+)$/gm).map((head) =>
    head
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, "")
      .replaceAll(" ", "-"),
  );
  return new Set(slugs);
}

it("the Chinese README names each variable, secret, provider and path that the English one does", () => {
  const states = ["pending", "queued", "sending", "deferred", "in_doubt", "sent", "failed", "skipped"];
  const own = new Set([...states, "cancelled", "bounced", "complained"]);
  expect(firstCells(CHINESE).filter((cell) => !own.has(cell))).toEqual(firstCells(ENGLISH));
});

it("each command of the Chinese README stands in the English one", () => {
  const known = new Set(commands(ENGLISH));
  expect(commands(CHINESE).length).toBeGreaterThan(10);
  expect(commands(CHINESE).filter((command) => !known.has(command))).toEqual([]);
});

it("links within and between the READMEs lead to a heading", () => {
  for (const text of [ENGLISH, CHINESE]) {
    const here = anchors(text);
    for (const anchor of found(text, /\]\(#([^)]+)\)/g)) expect(here, anchor).toContain(anchor);
  }
  for (const anchor of found(CHINESE, /\]\(README\.md#([^)]+)\)/g)) expect(anchors(ENGLISH), anchor).toContain(anchor);
});
