import { expect, it } from "vitest";
import { nextWake, type WakeFacts } from "../../src/push/alarm/plan.ts";

const NOTHING: WakeFacts = {
  workNow: false,
  startsAt: null,
  heldUntil: null,
  pendingDueAt: null,
  canaryAt: null,
  relayNextTryAt: null,
  pacedFrom: null,
  reportAt: null,
  doubtDueAt: null,
  deferredStaleAt: null,
  releaseStaleAt: null,
  leaseEndsAt: null,
  expiresAt: null,
  suppressAt: null,
  mirrorAt: null,
  giveBackAt: null,
  retentionEndsAt: null,
};

it("an alarm is set to a whole millisecond at which its work is due, never to an earlier one", () => {
  expect(nextWake({ ...NOTHING, pacedFrom: 1_000.5178 }, 900)).toBe(1_001);
  expect(nextWake({ ...NOTHING, pacedFrom: 899.5, reportAt: 2_000.1 }, 900)).toBe(900);
  expect(nextWake({ ...NOTHING, workNow: true, pacedFrom: 1_000.5 }, 900)).toBe(900);
  expect(nextWake(NOTHING, 900)).toBeNull();
});
