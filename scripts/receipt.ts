import { createHash, createPublicKey, verify } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";

/** A key of a JWK set. */
export interface Jwk {
  readonly kid?: string;
  readonly kty?: string;
  readonly crv?: string;
  readonly x?: string;
}

/** What a receipt says that this file is checked for, and what a reader wants to see. */
export interface Receipt {
  readonly push: string;
  readonly exportedAt: string;
  readonly status: string;
  readonly version: number;
  readonly filters: { readonly state: string | null };
  readonly count: number;
  readonly totals: Readonly<Record<string, number>>;
  readonly sha256: string;
}

/** The file is not what its receipt says, or has none. */
export class ReceiptError extends Error {
  override readonly name = "ReceiptError";
}

/** A receipt takes about a kilobyte. */
const MAX_LINE_BYTES = 65_536;
const NEWLINE = 0x0a;

/**
 * Checks an NDJSON export of a push: the receipt's signature by one of `keys`, the hash of all bytes before it, and its
 * numbers against the lines. Reads a file of any size in pieces. Answers the receipt.
 * @throws ReceiptError if anything is not as it says
 */
export async function verifyReceipt(path: string, keys: readonly Jwk[]): Promise<Receipt> {
  const { line, start } = await lastLine(path);
  const { payload, signature, kid } = signedLine(line);
  const key = keys.find((one) => one.kid === kid && one.kty === "OKP" && one.crv === "Ed25519");
  if (key === undefined) throw new ReceiptError(`its key ${kid} is not among the ${keys.length} published ones`);
  const publicKey = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: key.x ?? "" }, format: "jwk" });
  const isSigned = verify(null, Buffer.from(payload, "ascii"), publicKey, Buffer.from(signature, "base64url"));
  if (!isSigned) throw new ReceiptError("the signature of its receipt is wrong");
  const receipt: Receipt = JSON.parse(Buffer.from(payload, "base64url").toString());
  const found = await readLines(path, start);
  if (found.sha256 !== receipt.sha256) throw new ReceiptError("it was changed: its SHA-256 is another");
  if (found.count !== receipt.count) throw new ReceiptError(`it has ${found.count} lines, not ${receipt.count}`);
  for (const [state, total] of Object.entries({ ...receipt.totals, ...found.totals })) {
    if ((receipt.totals[state] ?? 0) !== total) throw new ReceiptError(`its receipt counts ${state} wrongly`);
  }
  return receipt;
}

/** The last line and where it begins, in bytes. */
async function lastLine(path: string): Promise<{ line: string; start: number }> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const tail = Buffer.alloc(Math.min(size, MAX_LINE_BYTES));
    const { bytesRead } = await file.read(tail, 0, tail.length, size - tail.length);
    if (bytesRead < tail.length || tail.at(-1) !== NEWLINE) throw new ReceiptError(INCOMPLETE);
    const before = tail.length > 1 ? tail.lastIndexOf(NEWLINE, tail.length - 2) : -1;
    return { line: tail.subarray(before + 1).toString(), start: size - tail.length + before + 1 };
  } finally {
    await file.close();
  }
}

const INCOMPLETE = "it is incomplete: its last line is no receipt";

function signedLine(line: string): { payload: string; signature: string; kid: string } {
  let parsed: Record<string, unknown>;
  try {
    parsed = JSON.parse(line);
  } catch {
    throw new ReceiptError(INCOMPLETE);
  }
  const { payload, signature, kid } = parsed ?? {};
  if (typeof payload !== "string" || typeof signature !== "string" || typeof kid !== "string") {
    throw new ReceiptError(INCOMPLETE);
  }
  return { payload, signature, kid };
}

async function readLines(path: string, end: number) {
  const hash = createHash("sha256");
  const totals: Record<string, number> = {};
  let count = 0;
  let rest = "";
  if (end > 0) {
    const decoder = new TextDecoder();
    for await (const chunk of createReadStream(path, { end: end - 1 })) {
      hash.update(chunk as Buffer);
      const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const state = stateOf(line, count + 1);
        totals[state] = (totals[state] ?? 0) + 1;
        count++;
      }
    }
  }
  return { sha256: hash.digest("hex"), count, totals };
}

function stateOf(line: string, number: number): string {
  try {
    return String(JSON.parse(line).state);
  } catch {
    throw new ReceiptError(`its line ${number} is no JSON`);
  }
}
