import type { Reply } from "../../core/reply.ts";
import { err, ok, type Result } from "../../core/result.ts";

/** The most characters of one reply, all lines together, against a server that never ends it. */
export const REPLY_LIMIT_CHARACTERS = 64 * 1024;

const REPLY_LINE = /^[2-5]\d\d(?:[ -]|$)/;
const ASCII = /^[\0-\x7f]*$/;
/** Above this size the decoder is faster. */
const SHORT_BYTES = 256;
const UNPRINTABLE = /[\r\0]/;
const ENHANCED = /^([245]\.\d{1,3}\.\d{1,3})(?: |$)/;

/**
 * Parses replies (RFC 5321 section 4.2) from a byte stream, independent of chunk boundaries. Lines may end in CRLF or a
 * bare LF; only the length of a whole reply is limited. Invalid UTF-8 becomes U+FFFD; CR and NUL inside a line become
 * spaces.
 */
export class ReplyReader {
  /** Kept once created: it may hold part of a character. */
  #decoder: TextDecoder | null = null;
  #pending = "";
  /** Offsets in `#pending`: start of the next line, and end of the part searched for LF. */
  #start = 0;
  #searched = 0;
  /** The lines of an incomplete reply. */
  #lines: string[] = [];
  #lineCharacters = 0;

  push(chunk: Uint8Array): void {
    const text = this.#textOf(chunk);
    const rest = this.#pending.length - this.#start;
    this.#pending = rest === 0 ? text : this.#pending.slice(this.#start) + text;
    this.#searched -= this.#start;
    this.#start = 0;
  }

  /** The next whole reply; null: more bytes are needed. An error describes malformed input, and is final. */
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

  /** Fast path: nearly all replies are short ASCII, for which a decoder call costs more. */
  #textOf(chunk: Uint8Array): string {
    if (this.#decoder === null && chunk.length <= SHORT_BYTES) {
      // Not a spread, which would use an iterator.
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

/** A reply from its lines: "ddd", "ddd-text" or "ddd text". An enhanced code (RFC 2034) is on all lines or none. */
function replyOf(lines: readonly string[]): Reply {
  const first = lines[0] ?? "";
  const code = Number(first.slice(0, 3));
  const enhanced = ENHANCED.exec(first.slice(4))?.[1] ?? null;
  const text = lines.length === 1 ? wordsOf(first, enhanced) : lines.map((line) => wordsOf(line, enhanced)).join("\n");
  return { code, enhanced, text };
}

/** A line's text after its codes. */
function wordsOf(line: string, enhanced: string | null): string {
  const repeated = enhanced !== null && line.startsWith(enhanced, 4);
  const text = repeated ? line.slice(4 + enhanced.length).trimStart() : line.slice(4);
  return UNPRINTABLE.test(text) ? text.replaceAll(/[\r\0]/g, " ") : text;
}

function quoted(line: string): string {
  return JSON.stringify(line.length > 80 ? `${line.slice(0, 80)}…` : line);
}
