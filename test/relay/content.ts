import type { Violation } from "./script.ts";

const CR = 13;
const LF = 10;
const DOT = 46;
const TERMINATOR = Buffer.from("\r\n.\r\n");
const LINE_START = Buffer.from("\r\n");
/** Without the CRLF (RFC 5321 section 4.5.3.1.6). */
const MAX_LINE = 998;

export type Complain = (kind: Violation["kind"], detail: string) => void;

/** Gathers what comes after 354 until the line with the lone dot, wherever the packets split it. */
export class DotContent {
  // The line end before the first line belongs to DATA: with it in front, an empty message is no special case.
  private readonly chunks: Buffer[] = [LINE_START];
  private tail: Buffer = LINE_START;
  private length = LINE_START.length;

  /** How many bytes of `chunk` belong to the content, its terminator included, or null when all do and more will come. */
  push(chunk: Buffer): number | null {
    const seam = Buffer.concat([this.tail, chunk.subarray(0, TERMINATOR.length - 1)]);
    const inSeam = seam.indexOf(TERMINATOR);
    const found = inSeam === -1 ? chunk.indexOf(TERMINATOR) : inSeam - this.tail.length;
    const ended = inSeam !== -1 || found !== -1;
    const used = ended ? found + TERMINATOR.length : chunk.length;
    this.chunks.push(chunk.subarray(0, used));
    this.length += used;
    if (ended) return used;
    this.tail = Buffer.concat([this.tail, chunk.subarray(-(TERMINATOR.length - 1))]).subarray(-(TERMINATOR.length - 1));
    return null;
  }

  /** The content as it was before dot-stuffing, with its last CRLF. */
  finish(complain: Complain): Buffer {
    const whole = Buffer.concat(this.chunks, this.length);
    return unstuff(whole.subarray(LINE_START.length, whole.length - ".\r\n".length), complain);
  }
}

function unstuff(stuffed: Buffer, complain: Complain): Buffer {
  if (stuffed[0] !== DOT && stuffed.indexOf("\r\n.") === -1) return stuffed;
  const plain = Buffer.allocUnsafe(stuffed.length);
  let length = 0;
  let start = 0;
  while (start < stuffed.length) {
    const next = stuffed.indexOf(LINE_START, start);
    const end = next === -1 ? stuffed.length : next + LINE_START.length;
    if (stuffed[start] === DOT) {
      if (stuffed[start + 1] !== DOT) complain("dot-stuffing", `a line with one dot at byte ${start}`);
      start += 1;
    }
    length += stuffed.copy(plain, length, start, end);
    start = end;
  }
  return plain.subarray(0, length);
}

/** Complains of line ends that are not CRLF and of lines over 998 bytes; tells whether a byte is above 127. */
export function inspectContent(content: Buffer, complain: Complain): { eightBit: boolean } {
  let eightBit = false;
  let lineStart = 0;
  for (let at = 0; at < content.length; at += 1) {
    const byte = content[at] as number;
    if (byte > 127) eightBit = true;
    if (byte === CR && content[at + 1] !== LF) complain("bare-cr", `in the content at byte ${at}`);
    if (byte !== LF) continue;
    if (content[at - 1] !== CR) complain("bare-lf", `in the content at byte ${at}`);
    if (at - 1 - lineStart > MAX_LINE) complain("long-line", `${at - 1 - lineStart} bytes at byte ${lineStart}`);
    lineStart = at + 1;
  }
  return { eightBit };
}
