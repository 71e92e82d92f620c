import { describe, expect, it } from "vitest";
import { ContentCache } from "../../src/delivery/content/content-cache.ts";

const NOW = 1_000;
const LATER = 2_000;
const text = () => new ContentCache<{ text: string }>(100, ({ text }) => text.length);
const bytes = (n: number) => ({ text: "x".repeat(n) });

describe("a cache bounded by bytes", () => {
  it("evicts the least recently used first, and no more than is needed", () => {
    const cache = text();
    for (const key of ["a", "b", "c"]) cache.add(key, bytes(30), LATER).release();
    cache.hold("a", LATER)?.release();
    expect(cache.makeRoom(40, NOW)).toBe(true);
    expect(["a", "b", "c"].map((key) => cache.hold(key, LATER) !== null)).toEqual([true, false, true]);
  });

  it("keeps what is in use, counts it, and says so when it leaves no room", () => {
    const cache = text();
    const held = cache.add("a", bytes(70), LATER);
    expect(cache.makeRoom(40, NOW)).toBe(false);
    expect(cache.hold("a", LATER)?.value).toBe(held.value);
    expect(cache.bytes).toBe(70);
  });

  it("lets a value pass alone that is larger than all the room, and keeps it no longer than it is used", () => {
    const cache = text();
    expect(cache.makeRoom(500, NOW)).toBe(true);
    cache.add("a", bytes(500), LATER).release();
    expect(cache.bytes).toBe(0);
  });

  it("takes a use for ended at the time its user gave, if nobody ended it", () => {
    const cache = text();
    cache.add("a", bytes(70), LATER);
    expect(cache.makeRoom(40, LATER)).toBe(true);
    expect(cache.bytes).toBe(0);
  });

  it("weighs a value again after each use, and counts nothing twice", () => {
    const cache = text();
    const value = bytes(10);
    const [first, second] = [cache.add("a", value, LATER), cache.hold("a", LATER)];
    value.text += "x".repeat(50);
    first.release();
    first.release();
    expect(cache.bytes).toBe(60);
    value.text += "x".repeat(50);
    second?.release();
    expect(cache.bytes, "over the bound and unused").toBe(0);
  });

  it("replaces a value under the same key", () => {
    const cache = text();
    const old = cache.add("a", bytes(30), LATER);
    cache.add("a", bytes(40), LATER).release();
    old.release();
    expect(cache.bytes).toBe(40);
  });
});
