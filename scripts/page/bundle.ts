import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";

const ROOT = join(import.meta.dirname, "../..");
const SOURCE = join(ROOT, "src/page");
const OUT = join(ROOT, "dist/page");

/** The page as files of `dist/page`. */
export interface Bundle {
  /** Contents by path in `dist/page`. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** What a first visit loads at the most: index.html, the style, the script, one language, the largest view. */
  readonly firstLoad: readonly string[];
}

/** Bundles `src/page`; names hold a hash, so that a browser may keep each file for ever. Throws for a fault in the source. */
export async function bundlePage(): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    entryPoints: ["main.tsx", "styles/main.css", "icon.svg"].map((name) => join(SOURCE, name)),
    outdir: join(OUT, "assets"),
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    loader: { ".svg": "copy" },
    absWorkingDir: ROOT,
    bundle: true,
    splitting: true,
    format: "esm",
    target: ["es2023", "safari17", "firefox120", "chrome120"],
    jsx: "automatic",
    jsxImportSource: "preact",
    minify: true,
    legalComments: "none",
    metafile: true,
    write: false,
    logLevel: "error",
  });
  const files = new Map(outputFiles.map(({ path, contents }) => [relative(OUT, path), contents]));
  const outputs = new Outputs(metafile);
  const script = outputs.from("src/page/main.tsx");
  const styles = outputs.from("src/page/styles/main.css");
  const html = readFileSync(join(SOURCE, "index.html"), "utf8")
    .replace("%icon%", `/${outputs.from("src/page/icon.svg")}`)
    .replace("%styles%", `/${styles}`)
    .replace("%script%", `/${script}`);
  files.set("index.html", new TextEncoder().encode(html));
  return { files, firstLoad: firstLoad(outputs, files, script, styles) };
}

function firstLoad(
  outputs: Outputs,
  files: ReadonlyMap<string, Uint8Array>,
  script: string,
  styles: string,
): readonly string[] {
  const always = outputs.closure(script);
  const largest = (source: RegExp): string[] =>
    outputs
      .lazy(source)
      .map((path) => outputs.closure(path).filter((one) => !always.includes(one)))
      .toSorted((a, b) => compressedBytes(b, files) - compressedBytes(a, files))[0] ?? [];
  return ["index.html", styles, ...always, ...largest(/\/words\//), ...largest(/\/views\//)];
}

/** Of these files together. */
export function compressedBytes(paths: readonly string[], files: ReadonlyMap<string, Uint8Array>): number {
  return paths.reduce((sum, path) => sum + gzipSync(files.get(path) ?? new Uint8Array(), { level: 9 }).length, 0);
}

/** What esbuild says of its outputs, by path in `dist/page`. */
class Outputs {
  readonly #outputs: Metafile["outputs"];

  constructor({ outputs }: Metafile) {
    this.#outputs = Object.fromEntries(
      Object.entries(outputs).map(([path, output]) => [relative("dist/page", path), output]),
    );
  }

  /** The file that this source became. */
  from(source: string): string {
    const found = Object.entries(this.#outputs).find(
      ([, { entryPoint, inputs }]) => entryPoint === source || Object.keys(inputs).join() === source,
    );
    if (found === undefined) throw new Error(`esbuild wrote nothing for ${source}`);
    return found[0];
  }

  /** Files that are loaded when they are asked for, by their source. */
  lazy(source: RegExp): string[] {
    return Object.entries(this.#outputs)
      .filter(([, { entryPoint }]) => entryPoint !== undefined && source.test(entryPoint))
      .map(([path]) => path);
  }

  /** A file and all that it loads with it. */
  closure(path: string, known: readonly string[] = []): readonly string[] {
    if (known.includes(path)) return known;
    let all: readonly string[] = [...known, path];
    for (const { kind, path: imported } of this.#outputs[path]?.imports ?? []) {
      if (kind === "import-statement") all = this.closure(relative("dist/page", imported), all);
    }
    return all;
  }
}
