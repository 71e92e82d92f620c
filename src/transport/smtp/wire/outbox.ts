/** Block size for small writes. A block's bytes are never overwritten, so the socket may keep them. */
const BLOCK_BYTES = 256 * 1024;
/** Larger content is not copied, but written in pieces of this size, so that a write's timeout covers one piece. */
const PIECE_BYTES = 128 * 1024;
/** The most UTF-8 bytes for one UTF-16 unit. */
const UTF8_BYTES_A_UNIT = 3;

const encoder = new TextEncoder();

/**
 * Bytes to be written, combined into few large chunks. Counts bytes, to tell afterwards which messages the socket had
 * taken completely.
 */
export class Outbox {
  #block = new Uint8Array(BLOCK_BYTES);
  #start = 0;
  #end = 0;
  #sealed: Uint8Array[] = [];
  /** All bytes ever put in. */
  queued = 0;
  /** All bytes ever taken out. */
  taken = 0;

  get waiting(): number {
    return this.queued - this.taken;
  }

  text(text: string): void {
    this.#reserve(text.length * UTF8_BYTES_A_UNIT);
    const written = putAscii(text, this.#block, this.#end) ?? this.#putUtf8(text);
    this.#end += written;
    this.queued += written;
  }

  bytes(bytes: Uint8Array): void {
    this.queued += bytes.length;
    if (bytes.length < PIECE_BYTES) {
      this.#reserve(bytes.length);
      this.#block.set(bytes, this.#end);
      this.#end += bytes.length;
      return;
    }
    this.#seal();
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) this.#sealed.push(bytes.subarray(at, at + PIECE_BYTES));
  }

  /** The next chunk for the socket, or null when all is taken. */
  take(): Uint8Array | null {
    if (this.#sealed.length === 0) this.#seal();
    const chunk = this.#sealed.shift() ?? null;
    this.taken += chunk?.length ?? 0;
    return chunk;
  }

  #putUtf8(text: string): number {
    return encoder.encodeInto(text, this.#block.subarray(this.#end)).written;
  }

  #reserve(bytes: number): void {
    if (this.#end + bytes <= this.#block.length) return;
    this.#seal();
    this.#block = new Uint8Array(Math.max(BLOCK_BYTES, bytes));
    this.#start = this.#end = 0;
  }

  #seal(): void {
    if (this.#start === this.#end) return;
    this.#sealed.push(this.#block.subarray(this.#start, this.#end));
    this.#start = this.#end;
  }
}

/** The number of bytes written; null: not ASCII. For a short command the encoder call costs more. */
function putAscii(text: string, block: Uint8Array, start: number): number | null {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit > 127) return null;
    block[start + at] = unit;
  }
  return text.length;
}
