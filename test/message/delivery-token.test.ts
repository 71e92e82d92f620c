import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { signToken, type TokenPurpose, verifyToken } from "../../src/message/signed/delivery-token.ts";
import { MAX_INBOUND_LOCAL_CHARACTERS, subaddress, tokenInAddress } from "../../src/message/signed/return-path.ts";
import { keyName, keyNamed } from "../../src/message/signed/signing-keys.ts";
import { newPushId } from "../../src/push/steering/id.ts";
import { checkAddress } from "../../src/recipients/address.ts";

const KEY = "a signing key that is long enough";
const KEYS = { current: KEY, previous: null };
const PURPOSES: readonly TokenPurpose[] = ["unsubscribe", "return-path", "message-id", "event"];
const LONGEST = { push: "z".repeat(16), recipient: Number.MAX_SAFE_INTEGER };

const purposes = fc.constantFrom(...PURPOSES);
const pushes = fc.integer({ min: 0, max: 2 ** 45 }).map(newPushId);
const recipients = fc.maxSafeNat();

describe("a token", () => {
  it("names its delivery, in any case, and for its purpose alone", () => {
    fc.assert(
      fc.property(purposes, purposes, pushes, recipients, (purpose, other, push, recipient) => {
        const token = signToken(purpose, push, recipient, KEY);
        expect(token).toMatch(/^[0-9a-z.]{1,64}$/);
        expect(verifyToken(purpose, token, KEYS)).toEqual({ push, recipient });
        expect(verifyToken(purpose, token.toUpperCase(), KEYS)).toEqual({ push, recipient });
        if (other !== purpose) expect(verifyToken(other, token, KEYS)).toBeNull();
      }),
    );
  });

  it("with any one bit changed names nothing, or only differs in case", () => {
    fc.assert(
      fc.property(purposes, pushes, recipients, fc.nat(), fc.nat(6), (purpose, push, recipient, at, bit) => {
        const token = signToken(purpose, push, recipient, KEY);
        const index = at % token.length;
        const changed = String.fromCharCode(token.charCodeAt(index) ^ (1 << bit));
        const forged = token.slice(0, index) + changed + token.slice(index + 1);
        if (forged.toLowerCase() !== token) expect(verifyToken(purpose, forged, KEYS)).toBeNull();
      }),
    );
  });

  it("is no other text", () => {
    fc.assert(fc.property(purposes, fc.string(), (purpose, text) => verifyToken(purpose, text, KEYS) === null));
    for (const text of ["", ".", "..", "a.1.", `${"a".repeat(200)}.1.${"0".repeat(20)}`, "a.zz.00000000000000000000"]) {
      expect(verifyToken("unsubscribe", text, KEYS)).toBeNull();
    }
  });

  it("has one form: another spelling of its number is refused", () => {
    const token = signToken("message-id", "p", 7, KEY);
    expect(verifyToken("message-id", token.replace(".7.", ".07."), KEYS)).toBeNull();
  });

  it("of the previous key still counts, of an older or a foreign one it does not", () => {
    const token = signToken("unsubscribe", "p", 7, KEY);
    expect(verifyToken("unsubscribe", token, { current: "another key, long too", previous: KEY })).not.toBeNull();
    expect(verifyToken("unsubscribe", token, { current: "another key, long too", previous: null })).toBeNull();
  });
});

describe("an address with a token", () => {
  const inbound = `${"b".repeat(MAX_INBOUND_LOCAL_CHARACTERS)}@bounces.example.com`;

  it("is a valid one at the longest: its local part has 64 octets at most", () => {
    for (const purpose of ["return-path", "unsubscribe"] as const) {
      const longest = subaddress(inbound, signToken(purpose, LONGEST.push, LONGEST.recipient, KEY));
      expect(checkAddress(longest)).toEqual({ ok: true, value: longest });
      expect(longest.indexOf("@")).toBeLessThanOrEqual(64);
    }
  });

  it("gives the token back, in any case, and tells bounces from unsubscribes", () => {
    const bounce = subaddress(inbound, signToken("return-path", "p", 7, KEY));
    const leave = subaddress(inbound, signToken("unsubscribe", "p", 7, KEY));
    const tokens = [bounce, leave.toUpperCase()].map((address) => tokenInAddress(inbound, address) ?? "");
    expect(tokens.map((token) => verifyToken("return-path", token, KEYS))).toEqual([{ push: "p", recipient: 7 }, null]);
    expect(tokens.map((token) => verifyToken("unsubscribe", token, KEYS))).toEqual([null, { push: "p", recipient: 7 }]);
  });

  it.each(["bounce@example.com", `x+y@bounces.example.com`, `${"b".repeat(12)}+y@example.com`, "", "@"])(
    "is not %j",
    (address) => expect(tokenInAddress(inbound, address)).toBeNull(),
  );
});

describe("the key of a push", () => {
  const keys = { current: "the new key of two", previous: "the old key of two" };

  it("is the one it began with, as long as that is known", () => {
    expect(keyNamed(keyName(keys.previous), keys)).toBe(keys.previous);
    expect(keyNamed(keyName(keys.current), keys)).toBe(keys.current);
    expect(keyNamed(keyName("a key that is gone"), keys)).toBe(keys.current);
    expect(keyNamed(keyName(keys.previous), { ...keys, previous: null })).toBe(keys.current);
  });

  it("of a push from before keys had names is the older one", () => {
    expect(keyNamed(null, keys)).toBe(keys.previous);
    expect(keyNamed(null, { ...keys, previous: null })).toBe(keys.current);
  });
});
