import type { Outgoing } from "../../transport.ts";

const CR = 13;
const LF = 10;
const DOT = 46;

/** The start of a message in SMTP line format. */
interface WireStart {
  /** Every line ends in CRLF, the last one too. */
  readonly bytes: Uint8Array;
  /** Offsets of lines that begin with a dot. */
  readonly dots: readonly number[];
}

/** A message in SMTP line format. */
export interface WireContent extends WireStart {
  /** What follows `bytes`; shared with other messages. */
  readonly tail: Uint8Array;
  /** The size of all of it without dot-stuffing, in bytes. */
  readonly size: number;
}

const NO_BYTES = new Uint8Array();

/** The message as it is transmitted; only its start is scanned. */
export function wireContent({ content, tail = NO_BYTES }: Pick<Outgoing, "content" | "tail">): WireContent {
  const start = canonical(content);
  return { ...start, tail, size: start.bytes.length + tail.length };
}

/**
 * The content with every line ended by CRLF, the last one too (RFC 5321 section 2.3.8). A bare CR or LF becomes CRLF:
 * servers that read it as a line end are open to SMTP smuggling. Canonical content, the normal case, is scanned once
 * and not copied.
 */
export function canonical(content: Uint8Array): WireStart {
  let bare = 0;
  const dots = content[0] === DOT ? [0] : [];
  for (let at = 0; at < content.length; at++) {
    const byte = content[at] as number;
    if (byte > CR) continue;
    if (byte === CR && content[at + 1] === LF) {
      at++;
      if (content[at + 1] === DOT) dots.push(at + 1);
    } else if (byte === CR || byte === LF) bare++;
  }
  const last = content[content.length - 1];
  const unfinished = last !== undefined && last !== LF && last !== CR;
  if (bare === 0 && !unfinished) return { bytes: content, dots };
  return canonical(rewritten(content, content.length + bare + (unfinished ? 2 : 0)));
}

/** A copy with every line end a CRLF; `length` is its size. */
function rewritten(content: Uint8Array, length: number): Uint8Array {
  const lines = new Uint8Array(length);
  let end = 0;
  for (let at = 0; at < content.length; at++) {
    const byte = content[at] as number;
    if (byte !== CR && byte !== LF) {
      lines[end++] = byte;
      continue;
    }
    if (byte === CR && content[at + 1] === LF) at++;
    lines[end++] = CR;
    lines[end++] = LF;
  }
  if (end < length) lines.set([CR, LF], end);
  return lines;
}

/**
 * The start's bytes for DATA (RFC 5321 section 4.5.2): a line that starts with a dot gets a second one. Not copied if
 * there is no such line. Excludes the tail, which has none, and the final dot.
 */
export function dotStuffed({ bytes, dots }: WireStart): Uint8Array {
  if (dots.length === 0) return bytes;
  const stuffed = new Uint8Array(bytes.length + dots.length);
  let from = 0;
  let end = 0;
  for (const dot of dots) {
    stuffed.set(bytes.subarray(from, dot), end);
    end += dot - from;
    stuffed[end++] = DOT;
    from = dot;
  }
  stuffed.set(bytes.subarray(from), end);
  return stuffed;
}
