import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { pageViews } from "../../../scripts/page/bundle.ts";

const PAGE = join(import.meta.dirname, "../../../src/page");

/** Words that are loaded with the views that need them. */
const sections = new Set(
  [...read("words/en/index.ts").matchAll(/^ {2}(\w+): async/gm)].flatMap(([, name]) =>
    name === undefined ? [] : [name],
  ),
);

function read(path: string): string {
  return readFileSync(join(PAGE, path), "utf8");
}

/** A source and all that it is built of, but for what it loads later and for types, which may not be there. */
function sourcesOf(path: string, known = new Set<string>()): Set<string> {
  if (known.has(path)) return known;
  known.add(path);
  for (const [, imported = ""] of read(path).matchAll(/^(?:import(?! type )|export|\})[^"\n]*"(\.[^"]+\.tsx?)";$/gm)) {
    if (!imported.endsWith(".d.ts")) sourcesOf(join(dirname(path), imported), known);
  }
  return known;
}

it("a view's route names all the words that the view and its parts say", () => {
  expect(sections.size).toBeGreaterThan(0);
  for (const { source, words } of pageViews()) {
    const said = [...sourcesOf(source)].flatMap((file) =>
      [...read(file).matchAll(/\bwords\(\)\.(\w+)/g)].map(([, name = ""]) => name),
    );
    expect(said.length, source).toBeGreaterThan(0);
    const needed = new Set(said.filter((name) => sections.has(name)));
    expect([...words].sort(), source).toEqual([...needed].sort());
  }
});
