import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Metafile, type Plugin } from "esbuild";

const ROOT = join(import.meta.dirname, "../..");
const SOURCE = join(ROOT, "src/page");
const OUT = join(ROOT, "dist/page");

/** For paper and for the system's own colours: a browser that needs neither fetches them last. */
const STYLES_OF_FEW = ["styles/print.css", "styles/forced.css"];

const COMMON = join(SOURCE, "common.ts");

/**
 * Lets all that is loaded by itself need the same common part: esbuild puts modules that the same files need into one
 * file, and would otherwise make thirty small ones.
 */
const withCommon: Plugin = {
  name: "with-common",
  setup({ onLoad }) {
    const alone = loadedAlone();
    onLoad({ filter: /\.tsx$/ }, ({ path }) => {
      if (!alone.has(path)) return undefined;
      const contents = `import ${JSON.stringify(COMMON)};\n${readFileSync(path, "utf8")}`;
      return { contents, loader: "tsx", resolveDir: dirname(path) };
    });
  },
};

/** The components that are loaded by themselves: the first one, and what is imported when it is asked for. */
function loadedAlone(): ReadonlySet<string> {
  const sources = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter((path) => /\.tsx?$/.test(path));
  const lazy = sources.flatMap((path) => {
    const source = join(SOURCE, path);
    const imports = readFileSync(source, "utf8").matchAll(/\bimport\("(\.[^"]+\.tsx)"\)/g);
    return [...imports].map(([, imported = ""]) => resolve(dirname(source), imported));
  });
  return new Set([join(SOURCE, "main.tsx"), ...lazy]);
}

/** The page as files of `dist/page`. */
export interface Bundle {
  /** Contents by path in `dist/page`. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** What a first visit loads at the most: index.html, the style, the script, one language, a view. */
  readonly firstLoad: readonly string[];
}

/** Bundles `src/page`; names hold a hash, so that a browser may keep each file for ever. Throws for a fault in the source. */
export async function bundlePage(): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    entryPoints: ["main.tsx", "styles/main.css", ...STYLES_OF_FEW, "icon.svg"].map((name) => join(SOURCE, name)),
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
    plugins: [withCommon],
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
    .replace("%script%", `/${script}`)
    .replaceAll(/%(print|forced)%/g, (_, name) => `/${outputs.from(`src/page/styles/${name}.css`)}`);
  files.set("index.html", new TextEncoder().encode(html));
  return { files, firstLoad: firstLoad(outputs, files, script, styles) };
}

/** What a first visit loads in the worst case: of all views, in all languages, with the words that it needs. */
function firstLoad(
  outputs: Outputs,
  files: ReadonlyMap<string, Uint8Array>,
  script: string,
  styles: string,
): readonly string[] {
  const always = ["index.html", styles, ...outputs.closure(script)];
  const visits = ["en", "zh"].flatMap((language) =>
    pageViews().map(({ source, words }) => {
      const said = ["index", ...words].map((name) => `words/${language}/${name}.ts`);
      return [...new Set([...always, ...[source, ...said].flatMap((one) => outputs.lazyClosure(one))])];
    }),
  );
  const bytes = (visit: readonly string[]): number => compressedBytes(visit, files);
  return visits.toSorted((a, b) => bytes(b) - bytes(a))[0] ?? always;
}

/** The views of `app/routes.ts` and the words that each names there. */
export function pageViews(): { readonly source: string; readonly words: readonly string[] }[] {
  const [, ...routes] = readFileSync(join(SOURCE, "app/routes.ts"), "utf8").split(/\bpath: "/);
  return routes.map((route) => {
    const source = /import\("\.\.\/(views\/[^"]+)"\)/.exec(route)?.[1];
    if (source === undefined) throw new Error(`a route loads no view: ${route}`);
    const words = /\bwords: \[([^\]]*)\]/.exec(route)?.[1] ?? "";
    return { source, words: [...words.matchAll(/"(\w+)"/g)].map(([, name]) => name as string) };
  });
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

  /** A source that is loaded when it is asked for, and all that comes with it. */
  lazyClosure(source: string): readonly string[] {
    const found = Object.entries(this.#outputs).find(([, { entryPoint }]) => entryPoint === `src/page/${source}`);
    if (found === undefined) throw new Error(`esbuild wrote no file of its own for ${source}`);
    return this.closure(found[0]);
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
