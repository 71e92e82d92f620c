import type { Socket } from "node:net";
import { createSecureContext, TLSSocket } from "node:tls";
import { type Complain, DotContent } from "./content.ts";
import { Dialogue } from "./dialogue.ts";
import type { Gate } from "./gate.ts";
import type { Records } from "./records.ts";
import type { Rules } from "./rules.ts";
import type { Action, RelayScript, RelayStage, SessionRecord } from "./script.ts";
import { sleep, Wire } from "./wire.ts";

/** What the sessions of one relay share. */
export interface House {
  readonly script: RelayScript;
  readonly rules: Rules;
  readonly records: Records;
  readonly gate: Gate;
}

/** Hears the code of what was said, 0 where it was no reply. */
export type After = (code: number) => void;

const LF = 10;
const CR = 13;
const EMPTY = Buffer.alloc(0);
const MAX_COMMAND = 512;
/** AUTH may send a long initial response (RFC 4954 section 4). */
const MAX_AUTH_LINE = 12_288;

/** One connection: cuts what comes into lines and contents, and says what the dialogue or a rule wants said. */
export class Session {
  readonly record: SessionRecord;
  readonly house: House;
  private readonly wire: Wire;
  private readonly dialogue: Dialogue;
  private socket: Socket;
  private buffer: Buffer = EMPTY;
  private mode: "command" | "content" | "chunk" = "command";
  /** A rule is acting, so nothing more is read. */
  private busy = false;
  private over = false;
  private body = new DotContent();
  private bodyBegun = false;
  private chunk: Buffer[] = [];
  private chunkLeft = 0;

  constructor(socket: Socket, house: House, tls: boolean) {
    this.socket = socket;
    this.house = house;
    this.record = house.records.begin(tls);
    this.wire = new Wire(socket, house.script);
    this.dialogue = new Dialogue(this);
    this.listen(socket);
  }

  greet(crowded: boolean): void {
    const usual = crowded ? "421 4.7.0 too many connections" : "220 relay.test ESMTP";
    this.answer("greeting", usual, (code) => {
      if (code === 421) this.end();
    });
    this.wire.flush();
  }

  private listen(socket: Socket): void {
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.read(chunk));
    socket.on("error", () => {});
    socket.on("close", () => {
      this.over = true;
      this.record.endedAt ??= Date.now();
    });
  }

  readonly complain: Complain = (kind, detail) => this.house.records.violate(this.record.session, kind, detail);

  private read(chunk: Buffer): void {
    if (this.over) return;
    this.noticeHaste();
    this.buffer = this.buffer.length === 0 ? chunk : Buffer.concat([this.buffer, chunk]);
    this.pump();
  }

  private pump(): void {
    while (!this.busy && !this.over && this.buffer.length > 0 && this.step());
    this.wire.flush();
  }

  /** Something came while a reply was owed. */
  private noticeHaste(): void {
    if (!this.busy && this.wire.unsent === 0) return;
    if (!this.dialogue.mayHurry) this.complain("pipelining", `more was sent before the reply (${this.mode})`);
  }

  /** Takes one thing out of the buffer; false when it needs more bytes. */
  private step(): boolean {
    if (this.wire.unsent > 0) this.noticeHaste();
    if (this.mode === "content") return this.readContent();
    if (this.mode === "chunk") return this.readChunk();
    return this.readLine();
  }

  private readLine(): boolean {
    const end = this.buffer.indexOf(LF);
    if (end === -1) {
      if (this.buffer.length < MAX_AUTH_LINE) return false;
      this.complain("long-command", `${this.buffer.length} bytes without an end`);
      this.end();
      return false;
    }
    const crlf = this.buffer[end - 1] === CR;
    const line = this.buffer.toString("utf8", 0, crlf ? end - 1 : end);
    this.buffer = this.buffer.subarray(end + 1);
    if (!crlf) this.complain("bare-lf", line);
    if (line.includes("\r")) this.complain("bare-cr", line);
    if (end >= MAX_COMMAND && !this.dialogue.takesLongLine(line)) this.complain("long-command", line);
    const reply = this.dialogue.hear(line);
    if (reply !== null) this.say(reply);
    return true;
  }

  /** From now on what comes is content, up to the lone dot. */
  expectContent(): void {
    this.mode = "content";
    this.body = new DotContent();
    this.bodyBegun = false;
  }

  private readContent(): boolean {
    if (!this.bodyBegun) {
      this.bodyBegun = true;
      if (this.interfere()) return true;
    }
    const used = this.body.push(this.buffer);
    this.buffer = used === null ? EMPTY : this.buffer.subarray(used);
    if (used === null) return false;
    this.mode = "command";
    const behind = this.takeBehindContent();
    this.dialogue.receive(this.body.finish(this.complain));
    const { behindContentReply = "503 Bad sequence of commands - pipelined" } = this.house.script;
    for (let command = 0; command < behind; command += 1) this.say(behindContentReply);
    if (behind > 0 && codeOf(behindContentReply) === 421) this.end();
    return true;
  }

  /** Drops what came together with the content, where the script says so. How many commands are to be refused. */
  private takeBehindContent(): number {
    const { behindContent } = this.house.script;
    if (behindContent === undefined) return 0;
    const commands = this.buffer.toString("latin1").split("\n").length - 1;
    this.buffer = EMPTY;
    return behindContent === "refuse" ? commands : 0;
  }

  /** From now on what comes is a chunk of so many bytes (RFC 3030). */
  expectChunk(length: number): void {
    this.chunk = [];
    this.chunkLeft = length;
    this.mode = "chunk";
    if (length === 0) this.endChunk();
    else this.interfere();
  }

  private readChunk(): boolean {
    const piece = this.buffer.subarray(0, this.chunkLeft);
    this.buffer = this.buffer.subarray(piece.length);
    this.chunkLeft -= piece.length;
    this.chunk.push(piece);
    if (this.chunkLeft === 0) this.endChunk();
    return true;
  }

  private endChunk(): void {
    this.mode = "command";
    const reply = this.dialogue.receiveChunk(Buffer.concat(this.chunk));
    if (reply !== null) this.say(reply);
  }

  /** What was sent in clear behind STARTTLS must not be read as if it came encrypted (CVE-2011-0411). */
  startTls(key: string, cert: string): void {
    this.wire.flush();
    if (this.buffer.length > 0) this.complain("pipelining", "bytes behind STARTTLS");
    this.buffer = EMPTY;
    this.record.tls = true;
    this.socket.removeAllListeners("data");
    this.socket = new TLSSocket(this.socket, { isServer: true, secureContext: createSecureContext({ key, cert }) });
    this.wire.socket = this.socket;
    this.listen(this.socket);
  }

  say(line: string): void {
    this.wire.say(`${line}\r\n`);
  }

  /** Says the usual, or lets a rule speak. Null, so that a handler can end with it. */
  answer(stage: RelayStage, usual: string, after: After, recipients: readonly string[] = [], sender = ""): null {
    const action = this.house.rules.pick(stage, { session: this.record.session, sender, recipients });
    if (action && !isPlain(action)) {
      this.perform(action, usual, after);
      return null;
    }
    const reply = action ? wordsOf(action, usual) : `${usual}\r\n`;
    this.wire.say(reply);
    after(codeOf(reply));
    return null;
  }

  /** Lets a rule act where a client expects no reply; true if it did. */
  private interfere(): boolean {
    const { sender, concerned } = this.dialogue;
    const occasion = { session: this.record.session, sender: sender ?? "", recipients: concerned };
    const action = this.house.rules.pick("body", occasion);
    if (action) this.perform(action, "", () => {});
    return action !== null;
  }

  private perform(action: Action, usual: string, after: After): void {
    this.busy = true;
    this.wire.flush();
    void this.act(action, usual, after).then((goesOn) => {
      if (!goesOn) return;
      this.busy = false;
      this.pump();
    });
  }

  private async act(action: Action, usual: string, after: After): Promise<boolean> {
    if (action.delayMs) await sleep(action.delayMs);
    if (this.over) return false;
    if (action.endless) {
      this.wire.sayForEver(action.endless === "line" ? "250 and so on " : "250-and so on\r\n");
      return false;
    }
    const words = wordsOf(action, usual);
    if (words !== "") this.wire.say(words);
    this.wire.flush(action.bytewise);
    after(action.taken ? 250 : codeOf(words));
    // A server that hangs reads no more either, so a long write of the client has to wait too.
    if (action.stall) this.socket.pause();
    if (action.end) this.end(action.end);
    return !action.end && !action.stall;
  }

  /** Ends the connection behind what was said. */
  end(how: "drop" | "reset" = "drop"): void {
    this.over = true;
    void this.wire.end(how);
  }
}

function isPlain(action: Action): boolean {
  return action.reply !== undefined && !action.delayMs && !action.stall && !action.endless && !action.end;
}

function wordsOf(action: Action, usual: string): string {
  if (action.raw !== undefined) return action.raw;
  if (action.reply !== undefined) return `${[action.reply].flat().join("\r\n")}\r\n`;
  return action.end || action.stall || usual === "" ? "" : `${usual}\r\n`;
}

function codeOf(words: string): number {
  return Number(words.slice(0, 3)) || 0;
}
