import { expect, it } from "vitest";
import { owe, UNUSED } from "../../src/push/relay/use.ts";

it("rests until a whole millisecond after a fault, however long chance makes the rest", () => {
  for (const counts of [{ outage: "421 down" }, { quota: "452 daily quota" }]) {
    const { health, heldUntil } = owe(UNUSED, 0, counts, () => 1_234.56, 1_000);
    expect([health.until, heldUntil]).toEqual([2_235, 2_235]);
  }
});
