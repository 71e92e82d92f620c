/**
 * Bytes of the body that are hashed. They wait in memory until the hash is known, so they are as many as the largest body
 * of JSON; only an import may be larger.
 */
const HASHED_BYTES = 20_000_000;

/** A request that can still be read, and its hash: SHA-256, in hex. */
export interface HashedRequest {
  readonly hash: string;
  readonly request: Request;
}

/** Hashes method, path with query, declared length, and the first 20 MB of the body. */
export async function hashRequest(request: Request): Promise<HashedRequest> {
  const { method, url, headers } = request;
  const { pathname, search } = new URL(url);
  const digest = new crypto.DigestStream("SHA-256");
  const writer = digest.getWriter();
  const hash = digest.digest;
  // If reading fails, nobody awaits it.
  hash.catch(() => {});
  await writer.write(new TextEncoder().encode(`${method} ${pathname}${search}\n`));
  const reader = request.body?.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  let isWhole = reader === undefined;
  while (reader !== undefined && length < HASHED_BYTES) {
    const { done, value } = await reader.read();
    isWhole = done;
    if (done) break;
    chunks.push(value);
    await writer.write(value.subarray(0, HASHED_BYTES - length));
    length += value.length;
  }
  // What is not hashed is at least as long as it was.
  if (!isWhole) await writer.write(new TextEncoder().encode(`\n${headers.get("content-length") ?? ""}`));
  await writer.close();
  const body = reader === undefined ? null : restOf(chunks, reader);
  return { hash: Buffer.from(await hash).toString("hex"), request: new Request(url, { method, headers, body }) };
}

/** What was read, then what was not. */
function restOf(chunks: Uint8Array[], reader: ReadableStreamDefaultReader<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = chunks.shift() ?? (await reader.read()).value;
        if (next === undefined) controller.close();
        else controller.enqueue(next);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
