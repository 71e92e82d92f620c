import { createHash } from "node:crypto";
import { emptyTallies, type Tallies } from "../core/states.ts";
import type { DeliveriesPage } from "../push/rpc.ts";
import type { Lines } from "./lines.ts";

/** What an export has written. */
export interface Written {
  /** Deliveries. */
  readonly count: number;
  /** The same by state. */
  readonly totals: Tallies;
  /** SHA-256 of all bytes, in hex. */
  readonly sha256: string;
}

/**
 * The deliveries of a push as a file, page by page: the next page is read when the one before has been taken, so that
 * memory does not grow with the push.
 * @param read the page of the deliveries with ids above `after`; an error ends the file in the middle
 * @param end what stands after the last delivery; also a chance to throw
 */
export function exportStream(
  lines: Lines,
  read: (after: number) => Promise<DeliveriesPage>,
  end: (written: Written) => Promise<string>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const hash = createHash("sha256");
  const totals = emptyTallies();
  let count = 0;
  let after: number | null = 0;
  let text = lines.header;

  const nextChunk = async (): Promise<Uint8Array> => {
    // A page may be empty and not be the last; nobody would ask again after an empty chunk.
    while (text === "" && after !== null) {
      const page: DeliveriesPage = await read(after);
      for (const delivery of page.deliveries) {
        text += lines.lineOf(delivery);
        totals[delivery.state]++;
      }
      count += page.deliveries.length;
      after = page.next;
    }
    const bytes = encoder.encode(text);
    text = "";
    hash.update(bytes);
    return bytes;
  };

  return new ReadableStream(
    {
      async pull(controller) {
        const chunk = await nextChunk();
        if (chunk.length > 0) return controller.enqueue(chunk);
        const last = encoder.encode(await end({ count, totals: { ...totals }, sha256: hash.digest("hex") }));
        if (last.length > 0) controller.enqueue(last);
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}
