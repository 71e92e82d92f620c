import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { pageViews } from "../../../scripts/page/bundle.ts";
import { textsOf, VALUE } from "./sentences.ts";

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

/** What Chinese typography does not have. */
const UNCHINESE: Readonly<Record<string, RegExp>> = {
  "no space between a character and a letter or digit": /\p{Script=Han}[A-Za-z0-9]|[A-Za-z0-9]\p{Script=Han}/u,
  "a space beside punctuation of full width": /[，。；：？！、（）“”] |(?<! ·) (?=[，。；：？！、（）”])/u,
  "punctuation of half width": /\p{Script=Han}[,;:?!()]|[,;:?!()]\p{Script=Han}/u,
  "an exclamation": /！/,
  "another word for the same": /你|标题|唯一键|账本|凭据|html(?!\w)/,
};

/** Not of the page: a mail to begin with. */
const SAMPLE = /您好！/;

it("Chinese words are set as Chinese is", () => {
  const files = globSync("words/zh/**/*.ts", { cwd: PAGE });
  expect(files.length).toBeGreaterThan(20);
  const wrong = files.flatMap((file) =>
    textsOf(join(PAGE, file), (text) => /\p{Script=Han}/u.test(text) && !SAMPLE.test(text)).flatMap((text) =>
      Object.entries(UNCHINESE)
        .filter(([, pattern]) => pattern.test(text.replaceAll(VALUE, "\uffff").replaceAll(/\{\w+\}/g, "\uffff")))
        .map(([what]) => `${file}: ${what}: ${text}`),
    ),
  );
  expect(wrong).toEqual([]);
});
