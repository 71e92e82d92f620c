import { expect, it } from "vitest";
import { judge } from "../../../bench/chaos/judge.ts";
import { runChaos } from "../../../bench/chaos/run.ts";

it("loses nobody and doubles only doubts, whatever relay, lines and processes do: npm run chaos in small", async () => {
  const aftermath = await runChaos({ transport: "smtp", recipients: 400, kills: 2, seed: 7 });
  const { lost, doubledUndoubted, wrong } = judge(aftermath);
  expect(wrong).toEqual([]);
  expect({ lost, doubledUndoubted }).toEqual({ lost: [], doubledUndoubted: [] });
  // Else it was no chaos.
  expect(aftermath.killed).toHaveLength(2);
  expect(aftermath.doubted.size).toBeGreaterThan(0);
  expect(aftermath.injected.get("cut-taken")).toBeGreaterThan(0);
});
