import { expect, it } from "vitest";
import { LINES } from "../../src/export/lines.ts";
import { exportStream } from "../../src/export/stream.ts";
import type { DeliveriesPage, DeliveryView } from "../../src/push/rpc.ts";

function delivery(id: number): DeliveryView {
  const row = { id, address: `p${id}@example.com`, state: "sent", attempts: 1, class: null, reply: null } as const;
  return { ...row, dueAt: null, updatedAt: 0 };
}

it("an export reads a page only when the one before has been taken", async () => {
  let reads = 0;
  const read = async (after: number): Promise<DeliveriesPage> => {
    reads++;
    return { deliveries: [delivery(after + 1)], next: after + 1 };
  };
  const reader = exportStream(LINES.ndjson, read, async () => "").getReader();
  for (let taken = 1; taken <= 5; taken++) {
    await reader.read();
    await scheduler.wait(5);
    expect(reads).toBe(taken);
  }
  await reader.cancel();
  await scheduler.wait(5);
  expect(reads).toBe(5);
});

it("an export goes on over pages that are empty and not the last", async () => {
  const pages: DeliveriesPage[] = [
    { deliveries: [], next: 10 },
    { deliveries: [delivery(11)], next: 20 },
    { deliveries: [], next: 30 },
    { deliveries: [], next: null },
  ];
  const asked: number[] = [];
  const read = async (after: number) => {
    asked.push(after);
    return pages[asked.length - 1] as DeliveriesPage;
  };
  const end = async ({ count, totals }: { count: number; totals: { sent: number } }) => `${count} ${totals.sent}`;
  const text = await new Response(exportStream(LINES.ndjson, read, end)).text();
  expect(text).toBe(`${LINES.ndjson.lineOf(delivery(11))}1 1`);
  expect(asked).toEqual([0, 10, 20, 30]);
});
