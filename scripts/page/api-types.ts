import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { build, type Plugin } from "esbuild";

const ROOT = join(import.meta.dirname, "../..");
const TARGET = join(ROOT, "src/page/generated/api.d.ts");
const WORK = join(ROOT, "node_modules/.cache/mailpush-page");
// It needs the compiler of TypeScript 5, which that package has.
const GENERATOR = join(ROOT, "test/node/contract/node_modules/openapi-typescript/bin/cli.js");

/** Describing the API touches no platform module; importing its routes does. */
const withoutPlatform: Plugin = {
  name: "without-platform",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^cloudflare:/ }, ({ path }) => ({ path, namespace: "platform" }));
    onLoad({ filter: /.*/, namespace: "platform" }, () => ({
      contents: "module.exports = { DurableObject: class {} };",
    }));
  },
};

/** Writes `src/page/generated/api.d.ts` from the document that `/openapi.json` answers, unless it is up to date. */
export async function generateApiTypes(): Promise<void> {
  const bundle = join(WORK, "app.cjs");
  await build({
    entryPoints: [join(ROOT, "src/http/app.ts")],
    outfile: bundle,
    bundle: true,
    format: "cjs",
    platform: "node",
    plugins: [withoutPlatform],
    logLevel: "error",
  });
  const { app } = createRequire(import.meta.url)(bundle);
  const answer: Response = await app.request("/openapi.json");
  if (!answer.ok) throw new Error(`/openapi.json answered ${answer.status}`);
  const text = await answer.text();
  const document = join(WORK, "openapi.json");
  if (text === contentOf(document) && contentOf(TARGET) !== null) return;
  mkdirSync(dirname(TARGET), { recursive: true });
  const pending = join(WORK, "pending.json");
  writeFileSync(pending, text);
  await promisify(execFile)(process.execPath, [GENERATOR, pending, "-o", TARGET]);
  // Last: after an interruption the types are generated again.
  writeFileSync(document, text);
}

function contentOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

if (import.meta.main) await generateApiTypes();
