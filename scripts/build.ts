import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { assetHeaders } from "../src/http/security-headers.ts";
import { readOptions } from "./options.ts";
import { type Bundle, bundlePage, compressedBytes } from "./page/bundle.ts";

const TARGET = join(import.meta.dirname, "../dist/page");
/** Names of these files hold a hash of their contents. */
const KEPT_FOR_EVER = "/assets/*\n  cache-control: public, max-age=31536000, immutable\n";
/** Of a first load, compressed, without the charts' library. */
const FIRST_LOAD_BYTES = 60_000;

/** Builds the page into `dist/page`. Several may run at once: a file is written whole, and only where it differs. */
export async function buildPage(): Promise<Bundle> {
  const bundle = await bundlePage();
  const files = new Map(bundle.files).set("_headers", new TextEncoder().encode(assetHeaders() + KEPT_FOR_EVER));
  // index.html last: it names files that are there by then.
  for (const [path, contents] of [...files].toSorted(([a], [b]) => depth(b) - depth(a))) {
    writeWhole(join(TARGET, path), contents);
  }
  for (const path of readdirSync(TARGET, { recursive: true, withFileTypes: true })) {
    const name = join(path.parentPath, path.name);
    if (path.isFile() && !files.has(name.slice(TARGET.length + 1))) rmSync(name, { force: true });
  }
  return bundle;
}

function depth(path: string): number {
  return path.split("/").length;
}

function writeWhole(path: string, contents: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  try {
    if (readFileSync(path).equals(contents)) return;
  } catch {
    // Not there yet.
  }
  // Outside of TARGET, where another build would take it for an old file.
  const part = join(TARGET, "..", `${process.pid}.part`);
  writeFileSync(part, contents);
  renameSync(part, path);
}

/** Prints what the page weighs; false: a first load is too heavy. */
function weigh({ files, firstLoad }: Bundle, isQuiet: boolean): boolean {
  const bytes = compressedBytes(firstLoad, files);
  const fits = bytes <= FIRST_LOAD_BYTES;
  if (isQuiet && fits) return true;
  for (const path of [...files.keys()].sort()) {
    const mark = firstLoad.includes(path) ? "first" : "";
    console.log(`  ${String(compressedBytes([path], files)).padStart(7)} B  ${mark.padEnd(6)}${path}`);
  }
  console.log(`  ${String(bytes).padStart(7)} B  first load, compressed, of ${FIRST_LOAD_BYTES} B allowed`);
  return fits;
}

if (import.meta.main) {
  const { quiet } = readOptions("npm run build [-- --quiet]", { quiet: { type: "boolean", default: false } });
  if (!weigh(await buildPage(), quiet)) {
    console.error("The page's first load is too heavy: load what few need when it is asked for.");
    process.exit(1);
  }
}
