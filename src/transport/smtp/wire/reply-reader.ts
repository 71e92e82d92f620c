import type { Reply } from "../../../core/reply.ts";
import { err, ok, type Result } from "../../../core/result.ts";

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
 *
 * Refusals (4xx, 5xx) may be malformed, as relays forward and translate them: with a different 4xx or 5xx code on each
 * line (the last one counts), with lines that have no code, or cut off by the end of the connection. Lines without a
 * code after the last line belong to the refusal as far as they have arrived with it; later ones are dropped.
 */
export class ReplyReader {
  /** Kept once created: it may hold part of a character. */
  #decoder: TextDecoder | null = null;
  #pending = "";
  /** Offsets in `#pending`: start of the next line, and end of the part searched for LF. */
  #start = 0;
  #searched = 0;
  /** The lines of an incomplete reply, each with a code. */
  #lines: string[] = [];
  /** Of the incomplete reply; else of the lines without a code since the last reply. */
  #characters = 0;
  /** The current reply is a refusal; between replies: the last one was. */
  #refusing = false;

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
      const line = this.#line();
      if (line === null) return this.#wait();
      if (!REPLY_LINE.test(line)) {
        if (!this.#refusing) return err(`not an SMTP reply: ${quoted(line)}`);
        if (this.#lines.length > 0) this.#lines.push(this.#withCode(line));
      } else {
        const first = this.#lines[0];
        const refusal = line >= "4";
        if (first === undefined) {
          this.#refusing = refusal;
          this.#characters = 0;
        } else if (!first.startsWith(line.slice(0, 3)) && !(this.#refusing && refusal)) {
          return err(`lines of one reply with different codes: ${quoted(line)}`);
        }
        this.#lines.push(line);
        if (line[3] !== "-") {
          if (refusal) this.#appendTrailing();
          return ok(this.#take());
        }
      }
      this.#characters += line.length;
      if (this.#characters > REPLY_LIMIT_CHARACTERS) return err("a reply without end");
    }
  }

  /** The connection has ended. True if that cuts off a refusal: `next` gives it as far as it came. */
  end(): boolean {
    const rest = this.#pending.slice(this.#start);
    const begun = REPLY_LINE.test(rest);
    const last = begun ? rest : this.#lines.pop();
    if (last === undefined || last < "4") return false;
    this.#pending = `${last.slice(0, 3)} ${last.slice(4)}\n${begun || rest === "" ? "" : `${rest}\n`}`;
    this.#start = this.#searched = 0;
    return true;
  }

  /** The next whole line, without its end. */
  #line(): string | null {
    const end = this.#pending.indexOf("\n", this.#searched);
    if (end === -1) return null;
    const line = this.#pending.slice(this.#start, this.#pending[end - 1] === "\r" ? end - 1 : end);
    this.#start = this.#searched = end + 1;
    return line;
  }

  /** Adds the lines without a code that have arrived behind a refusal's last line. */
  #appendTrailing(): void {
    for (;;) {
      const start = this.#start;
      const line = this.#line();
      if (line === null) return;
      if (REPLY_LINE.test(line)) {
        this.#start = this.#searched = start;
        return;
      }
      this.#lines.push(this.#withCode(line));
    }
  }

  /** A line without a code, as one of the current reply. */
  #withCode(line: string): string {
    return `${this.#lines.at(-1)?.slice(0, 3)}-${line}`;
  }

  #take(): Reply {
    const reply = replyOf(this.#lines);
    this.#lines = [];
    this.#characters = 0;
    return reply;
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
    const unfinished = this.#characters + this.#pending.length - this.#start;
    return unfinished > REPLY_LIMIT_CHARACTERS ? err("a reply without end") : ok(null);
  }
}

/**
 * A reply from its lines: "ddd", "ddd-text" or "ddd text". Its code is the last line's, its enhanced code (RFC 2034,
 * which wants the same on all lines) the first one; a different one stays in the text.
 */
function replyOf(lines: readonly string[]): Reply {
  const code = Number(lines.at(-1)?.slice(0, 3));
  const enhanced = enhancedOf(lines);
  const text = lines.map((line) => wordsOf(line, enhanced)).join("\n");
  return { code, enhanced, text };
}

function enhancedOf(lines: readonly string[]): string | null {
  for (const line of lines) {
    const enhanced = ENHANCED.exec(line.slice(4))?.[1];
    if (enhanced !== undefined) return enhanced;
  }
  return null;
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
