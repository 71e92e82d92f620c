import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const README = join(import.meta.dirname, "README.md");

/** Puts `text` between `<!-- name -->` and `<!-- /name -->` of bench/README.md, and leaves all else as it is. */
export function keep(name: string, text: string): void {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const readme = readFileSync(README, "utf8");
  const [from, to] = [readme.indexOf(open), readme.indexOf(close)];
  if (from < 0 || to < from) throw new Error(`bench/README.md has no section ${open} … ${close}`);
  writeFileSync(README, `${readme.slice(0, from + open.length)}\n${text}\n${readme.slice(to)}`);
}
