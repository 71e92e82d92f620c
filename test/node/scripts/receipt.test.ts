import { execFile } from "node:child_process";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Jwk, verifyReceipt } from "../../../scripts/receipt.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const KEY = { ...publicKey.export({ format: "jwk" }), kid: "k1" } as Jwk;
const OTHER = { ...generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" }), kid: "k1" } as Jwk;
const ROWS = ['{"id":1,"address":"李@example.com","state":"sent"}\n', '{"id":2,"address":"b@x.y","state":"failed"}\n'];

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "mailpush-test-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

function receiptFor(rows: string, change: object = {}): string {
  const facts = { count: 2, totals: { sent: 1, failed: 1, pending: 0 }, filters: { state: null }, status: "finished" };
  const sha256 = createHash("sha256").update(rows).digest("hex");
  const payload = Buffer.from(JSON.stringify({ push: "p", ...facts, sha256, ...change })).toString("base64url");
  const signature = sign(null, Buffer.from(payload), privateKey).toString("base64url");
  return `${JSON.stringify({ payload, signature, kid: "k1" })}\n`;
}

function fileOf(text: string): string {
  const path = join(directory, "export.ndjson");
  writeFileSync(path, text);
  return path;
}

const check = (text: string, keys: Jwk[] = [KEY]) => verifyReceipt(fileOf(text), keys);
const rows = ROWS.join("");

describe("a receipt", () => {
  it("confirms the file before it", async () => {
    expect(await check(rows + receiptFor(rows))).toMatchObject({ push: "p", count: 2 });
    const nothing = { count: 0, totals: { sent: 0 } };
    expect(await check(receiptFor("", nothing))).toMatchObject({ count: 0 });
  });

  it.each([
    ["a changed line", rows.replace("sent", "skip") + receiptFor(rows), "SHA-256"],
    ["a line that is missing", ROWS[0] + receiptFor(rows), "SHA-256"],
    ["a count that is wrong", rows + receiptFor(rows, { count: 3 }), "2 lines, not 3"],
    ["a total that is wrong", rows + receiptFor(rows, { totals: { sent: 2 } }), "counts"],
    ["a state that it does not count", rows + receiptFor(rows, { totals: { sent: 1 } }), "failed"],
    ["a key of the same name", rows + receiptFor(rows), "signature", [OTHER]],
    ["a key that is not published", rows + receiptFor(rows), "not among", []],
    ["a file without it", rows, "incomplete"],
    ["half of it", (rows + receiptFor(rows)).slice(0, -20), "incomplete"],
    ["a line behind it", `${rows}${receiptFor(rows)}null\n`, "incomplete"],
    ["an empty file", "", "incomplete"],
    ["a blank line", "\n", "incomplete"],
  ])("does not confirm %s", async (_name, text, reason, keys: Jwk[] = [KEY]) => {
    await expect(check(text, keys)).rejects.toThrow(reason);
  });

  it("is checked by the script, whose exit code tells", async () => {
    const keys = join(directory, "keys.json");
    writeFileSync(keys, JSON.stringify({ keys: [KEY] }));
    const run = (text: string) => {
      return promisify(execFile)(process.execPath, ["scripts/verify-receipt.ts", fileOf(text), "--keys", keys]);
    };
    expect((await run(rows + receiptFor(rows))).stdout).toContain("2 deliveries, 1 sent, 1 failed");
    await expect(run(rows)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining("incomplete") });
  });
});
