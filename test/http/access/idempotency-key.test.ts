import { describe, expect, it } from "vitest";
import { parseIdempotencyKey } from "../../../src/http/idempotency/idempotency-key.ts";

describe("an Idempotency-Key", () => {
  it.each([
    ["8e03978e-40d5-43e8-bc93-6894a57f9324", "8e03978e-40d5-43e8-bc93-6894a57f9324"],
    ['"8e03978e-40d5-43e8-bc93-6894a57f9324"', "8e03978e-40d5-43e8-bc93-6894a57f9324"],
    ["a", "a"],
    ['"a key, with spaces"', "a key, with spaces"],
    ['"a \\"quote\\" and a \\\\"', 'a "quote" and a \\'],
    ["order/17:b,c;d", "order/17:b,c;d"],
    ["k".repeat(255), "k".repeat(255)],
    [`"${"k".repeat(255)}"`, "k".repeat(255)],
  ])("is read, bare or quoted, as the same: %s", (header, key) => {
    expect(parseIdempotencyKey(header)).toEqual({ ok: true, value: key });
  });

  it.each([
    "",
    '""',
    "k".repeat(256),
    `"${"k".repeat(256)}"`,
    "two keys",
    "one, two",
    '"one", "two"',
    '"open',
    '"a"b"',
    '"bad \\escape"',
    "schlüssel",
    "a\tb",
    '"a\tb"',
  ])("is not %j", (header) => {
    expect(parseIdempotencyKey(header).ok).toBe(false);
  });
});
