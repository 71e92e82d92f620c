import type { Reply } from "../../core/reply.ts";
import { err, ok, type Result } from "../../core/result.ts";

/** The most characters that one reply may have, all its lines together: a server that goes on for ever is cut off here. */
export const REPLY_LIMIT_CHARACTERS = 64 * 1024;

const REPLY_LINE = /^[2-5]\d\d(?:[ -]|$)/;
const ASCII = /^[\0-\x7f]*$/;
/** From about here on the decoder is faster. */
const SHORT_BYTES = 256;
const UNPRINTABLE = /[\r\0]/;
const ENHANCED = /^([245]\.\d{1,3}\.\d{1,3})(?: |$)/;

/**
 * Makes replies (RFC 5321 section 4.2) of a byte stream, however it was cut: a reply over several chunks, several
 * replies in one. Lines may end in CRLF or a bare LF, and be as long as the whole reply may be. Bytes that are no UTF-8
 * become U+FFFD; CR and NUL inside a line become spaces.
 */
export class ReplyReader {
  /** From the first bytes on that are not ASCII: it may hold a part of a character. */
  #decoder: TextDecoder | null = null;
  #pending = "";
  /** Where in `#pending` the next line starts, and up to where it was searched for its end. */
  #start = 0;
  #searched = 0;
  /** The lines of a reply whose last line has not come. */
  #lines: string[] = [];
  #lineCharacters = 0;

  push(chunk: Uint8Array): void {
    const text = this.#textOf(chunk);
    const rest = this.#pending.length - this.#start;
    this.#pending = rest === 0 ? text : this.#pending.slice(this.#start) + text;
    this.#searched -= this.#start;
    this.#start = 0;
  }

  /** The next whole reply; null: more bytes are needed. An error says what the server sent that is no reply, and is final. */
  next(): Result<Reply | null> {
    for (;;) {
      const end = this.#pending.indexOf("\n", this.#searched);
      if (end === -1) return this.#wait();
      const line = this.#pending.slice(this.#start, this.#pending[end - 1] === "\r" ? end - 1 : end);
      this.#start = this.#searched = end + 1;
      if (!REPLY_LINE.test(line)) return err(`not an SMTP reply: ${quoted(line)}`);
      if (this.#lines.length > 0 && !this.#lines[0]?.startsWith(line.slice(0, 3))) {
        return err(`lines of one reply with different codes: ${quoted(line)}`);
      }
      this.#lines.push(line);
      this.#lineCharacters += line.length;
      if (line[3] === "-") {
        if (this.#lineCharacters > REPLY_LIMIT_CHARACTERS) return err("a reply without end");
        continue;
      }
      const reply = replyOf(this.#lines);
      this.#lines = [];
      this.#lineCharacters = 0;
      return ok(reply);
    }
  }

  /** Nearly all replies are ASCII, and a call of the decoder costs more than they are long. */
  #textOf(chunk: Uint8Array): string {
    if (this.#decoder === null && chunk.length <= SHORT_BYTES) {
      // Not spread, which would go through an iterator.
      const text: string = Reflect.apply(String.fromCharCode, null, chunk);
      if (ASCII.test(text)) return text;
    }
    this.#decoder ??= new TextDecoder();
    return this.#decoder.decode(chunk, { stream: true });
  }

  #wait(): Result<null> {
    this.#searched = this.#pending.length;
    const unfinished = this.#lineCharacters + this.#pending.length - this.#start;
    return unfinished > REPLY_LIMIT_CHARACTERS ? err("a reply without end") : ok(null);
  }
}

/** A reply from its lines, each "ddd", "ddd-text" or "ddd text". An enhanced code (RFC 2034) is on every line or none. */
function replyOf(lines: readonly string[]): Reply {
  const first = lines[0] ?? "";
  const code = Number(first.slice(0, 3));
  const enhanced = ENHANCED.exec(first.slice(4))?.[1] ?? null;
  const text = lines.length === 1 ? wordsOf(first, enhanced) : lines.map((line) => wordsOf(line, enhanced)).join("\n");
  return { code, enhanced, text };
}

/** What a line says behind its codes. */
function wordsOf(line: string, enhanced: string | null): string {
  const repeated = enhanced !== null && line.startsWith(enhanced, 4);
  const words = repeated ? line.slice(4 + enhanced.length).trimStart() : line.slice(4);
  return UNPRINTABLE.test(words) ? words.replaceAll(/[\r\0]/g, " ") : words;
}

function quoted(line: string): string {
  return JSON.stringify(line.length > 80 ? `${line.slice(0, 80)}…` : line);
}
