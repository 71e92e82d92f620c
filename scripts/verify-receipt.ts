import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { refuseOptions } from "./options.ts";
import { type Jwk, ReceiptError, verifyReceipt } from "./receipt.ts";

const USAGE = "npm run verify-receipt -- FILE [--keys URL-OR-FILE]";
const LOCAL_KEYS = "http://127.0.0.1:8787/.well-known/mailpush.json";

/** The published keys, from a deployment or from a file that was kept. */
async function readKeys(from: string): Promise<Jwk[]> {
  const text = /^https?:/.test(from) ? await download(from) : await readFile(from, "utf8");
  const { keys } = JSON.parse(text) as { keys?: Jwk[] };
  if (!Array.isArray(keys)) throw new Error("it is no JWK set");
  return keys;
}

async function download(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(30_000) });
  if (!response.ok) throw new Error(`it answers ${response.status}`);
  return response.text();
}

/** Whether the file is what mailpush wrote. Returns an exit code. */
async function main(file: string, keysFrom: string): Promise<number> {
  let keys: Jwk[];
  try {
    keys = await readKeys(keysFrom);
  } catch (error) {
    console.error(`${keysFrom}: the keys cannot be read: ${(error as Error).message}`);
    return 2;
  }
  try {
    const { push, exportedAt, status, version, filters, count, totals } = await verifyReceipt(file, keys);
    const states = Object.entries(totals).filter(([, total]) => total > 0);
    console.log(`${file} is what mailpush wrote at ${exportedAt}.`);
    console.log(`Push ${push}, ${status} (version ${version}), state: ${filters.state ?? "any"}`);
    console.log(`${count} deliveries${states.map(([state, total]) => `, ${total} ${state}`).join("")}`);
    return 0;
  } catch (error) {
    console.error(`${file}: ${(error as Error).message}`);
    return error instanceof ReceiptError ? 1 : 2;
  }
}

function fileAndKeys(): [string, string] {
  try {
    const { positionals, values } = parseArgs({ options: { keys: { type: "string" } }, allowPositionals: true });
    const [file, ...more] = positionals;
    if (file !== undefined && more.length === 0) return [file, values.keys ?? LOCAL_KEYS];
  } catch {
    // The usage says more.
  }
  return refuseOptions(USAGE, "Expected one file");
}

process.exitCode = await main(...fileAndKeys());
