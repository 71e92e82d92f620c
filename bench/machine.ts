import { readFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";

const MODULES = join(import.meta.dirname, "../node_modules");

/** What a measurement was made on, and when: one line. */
export function circumstances(loadBefore: number): string {
  const cores = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const model = cores[0]?.model.trim() || "unknown processor";
  const versions = ["wrangler", "workerd", "worker-mailer", "nodemailer"].map((name) => `${name} ${versionOf(name)}`);
  const date = new Date().toISOString().slice(0, 16).replace("T", " ");
  return `${date} UTC; ${cores.length} × ${model}, ${memory} GB; ${process.platform}, Node ${process.versions.node}, ${versions.join(", ")}; load before: ${loadBefore.toFixed(2)}.`;
}

/** How many processes wanted a processor in the last minute, on average. */
export function load(): number {
  return loadavg()[0] ?? Number.NaN;
}

function versionOf(name: string): string {
  for (const path of [`wrangler/node_modules/${name}`, name]) {
    try {
      return JSON.parse(readFileSync(join(MODULES, path, "package.json"), "utf8")).version;
    } catch {
      // Not there: it may be the other place.
    }
  }
  return "?";
}
