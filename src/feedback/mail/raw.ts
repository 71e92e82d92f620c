/** Reports are a few KB; what follows in a longer one is the returned message. */
export const MAX_RAW_BYTES = 1024 * 1024;

/** The first megabyte of a mail. Cancels the rest, so that a mail of 25 MB costs no more memory than one of 1 MB. */
export async function readStart(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const start = new Uint8Array(MAX_RAW_BYTES);
  const reader = stream.getReader();
  let length = 0;
  while (length < MAX_RAW_BYTES) {
    const { done, value } = await reader.read();
    // A copy: many small reports at once are not to hold a megabyte each.
    if (done) return start.slice(0, length);
    const taken = value.subarray(0, MAX_RAW_BYTES - length);
    start.set(taken, length);
    length += taken.length;
  }
  // A sender that goes away meanwhile is no error: what was needed is here.
  await reader.cancel().catch(() => undefined);
  return start;
}
