/** What a session of the sink offers. */
export interface Offer {
  readonly pipelining: boolean;
  readonly chunking: boolean;
}

/** What a session hands out: replies for the line, and the recipients of each message taken. */
export interface Line {
  reply(text: string): void;
  taken(recipients: readonly string[]): void;
  hangUp(): void;
}

const CRLF = "\r\n";
const FINAL_DOT = "\r\n.\r\n";
const NOTHING: Buffer = Buffer.alloc(0);

/**
 * The server's side of one SMTP session (RFC 5321; BDAT: RFC 3030) that says yes to everything and keeps nothing but
 * who a mail was for. It reads bytes, not lines: content is only searched for its end.
 */
export class SinkSession {
  readonly #offer: Offer;
  readonly #line: Line;
  #rest = NOTHING;
  #mode: "command" | "data" | "bdat" = "command";
  #bdatLeft = 0;
  #bdatLast = false;
  #recipients: string[] = [];

  constructor(offer: Offer, line: Line) {
    this.#offer = offer;
    this.#line = line;
    line.reply("220 bench ESMTP\r\n");
  }

  /** Bytes from the client. All that they make the server say goes out as one reply. */
  push(chunk: Buffer): void {
    const buffer = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let replies = "";
    let at = 0;
    for (let end = at; end !== -1; ) {
      end = this.#mode === "command" ? buffer.indexOf(CRLF, at, "latin1") : this.#endOfContent(buffer, at);
      if (end === -1) break;
      if (this.#mode === "command") {
        const command = buffer.toString("latin1", at, end);
        // The CRLF of DATA may be the first two bytes of the final dot.
        at = isData(command) ? end : end + CRLF.length;
        replies += this.#obey(command);
      } else {
        at = end;
        replies += this.#contentEnded();
      }
    }
    this.#rest = this.#keep(buffer, at);
    if (replies !== "") this.#line.reply(replies);
    if (replies.endsWith("221 bye\r\n")) this.#line.hangUp();
  }

  /** Just behind the content, or -1 where it goes on. */
  #endOfContent(buffer: Buffer, at: number): number {
    if (this.#mode === "bdat") {
      const taken = Math.min(this.#bdatLeft, buffer.length - at);
      this.#bdatLeft -= taken;
      return this.#bdatLeft === 0 ? at + taken : -1;
    }
    const dot = buffer.indexOf(FINAL_DOT, at, "latin1");
    return dot === -1 ? -1 : dot + FINAL_DOT.length;
  }

  /** What of a chunk is needed with the next one. */
  #keep(buffer: Buffer, at: number): Buffer {
    if (this.#mode === "bdat") return NOTHING;
    return buffer.subarray(this.#mode === "data" ? Math.max(at, buffer.length - FINAL_DOT.length + 1) : at);
  }

  #contentEnded(): string {
    const last = this.#mode === "data" || this.#bdatLast;
    this.#mode = "command";
    if (!last) return "250 2.0.0 go on\r\n";
    this.#line.taken(this.#recipients);
    this.#recipients = [];
    return "250 2.0.0 taken\r\n";
  }

  #obey(command: string): string {
    const [verb = "", size, last] = command.split(" ", 3);
    switch (verb.toUpperCase()) {
      case "EHLO":
        return this.#capabilities();
      case "MAIL":
      case "RSET":
        this.#recipients = [];
        return "250 2.0.0 ok\r\n";
      case "RCPT":
        this.#recipients.push(command.slice(command.indexOf("<") + 1, command.indexOf(">")));
        return "250 2.1.5 ok\r\n";
      case "DATA":
        this.#mode = "data";
        return "354 go on\r\n";
      case "BDAT":
        this.#mode = "bdat";
        this.#bdatLeft = Number(size);
        this.#bdatLast = last?.toUpperCase() === "LAST";
        return "";
      case "HELO":
      case "NOOP":
        return "250 2.0.0 ok\r\n";
      case "QUIT":
        return "221 bye\r\n";
      default:
        return "502 5.5.1 not here\r\n";
    }
  }

  #capabilities(): string {
    const lines = ["bench", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"];
    if (this.#offer.pipelining) lines.push("PIPELINING");
    if (this.#offer.chunking) lines.push("CHUNKING");
    return lines.map((line, index) => `250${index < lines.length - 1 ? "-" : " "}${line}\r\n`).join("");
  }
}

function isData(command: string): boolean {
  return command.toUpperCase() === "DATA";
}
