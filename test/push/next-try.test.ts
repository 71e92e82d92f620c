import { expect, it } from "vitest";
import { nextTryAt } from "../../src/push/relay/choose.ts";
import { UNUSED } from "../../src/push/relay/use.ts";

const terms = { id: "default", weight: 1, perSecond: null, quotas: [] };
const NOW = 1_000_000;

it("a relay that was told that nothing is wanted is asked at once for a mail that came back meanwhile", () => {
  // The answer to that report, under way when a consumer came to claim, says to ask in half a minute.
  const use = { ...UNUSED, askAt: NOW + 30_000 };
  expect(nextTryAt([{ terms, use: { ...use, idle: true } }], NOW)).toBe(NOW);
  expect(nextTryAt([{ terms, use: { ...use, idle: false } }], NOW)).toBe(NOW + 30_000);
});
