import type { Socket } from "node:net";
import type { RelayScript } from "./script.ts";

const ENDLESS_CHUNK = 16_384;

/** The relay's side of the line: says things in the manner that the script asks for, always in order. */
export class Wire {
  /** Replies that were decided on and have not left yet. */
  unsent = 0;
  private out = "";
  private last: Promise<void> | null = null;
  private coalescing = false;
  private readonly script: RelayScript;
  socket: Socket;

  constructor(socket: Socket, script: RelayScript) {
    this.socket = socket;
    this.script = script;
  }

  /** Puts text (one character a byte) behind what waits to go out. */
  say(text: string): void {
    this.unsent += 1;
    this.out += text;
  }

  /** Sends all that was said, in one packet where the script asks for nothing else. */
  flush(bytewise = this.script.bytewise ?? false): void {
    if (this.out === "" || this.coalescing) return;
    const { coalesceMs = 0, rttMs = 0 } = this.script;
    if (coalesceMs > 0) {
      this.coalescing = true;
      setTimeout(() => {
        this.coalescing = false;
        this.send(bytewise, rttMs);
      }, coalesceMs);
    } else this.send(bytewise, rttMs);
  }

  private send(bytewise: boolean, rttMs: number): void {
    const text = this.out;
    const count = this.unsent;
    this.out = "";
    if (!bytewise && rttMs === 0 && this.last === null) {
      this.put(text, count);
      return;
    }
    const ready = Date.now() + rttMs;
    const before = this.last ?? Promise.resolve();
    const mine = before.then(async () => {
      await sleep(ready - Date.now());
      if (bytewise) {
        for (const byte of text.slice(0, -1)) {
          this.socket.write(byte, "latin1");
          await sleep(1);
        }
      }
      this.put(bytewise ? text.slice(-1) : text, count);
      if (this.last === mine) this.last = null;
    });
    this.last = mine;
  }

  private put(text: string, count: number): void {
    this.unsent = Math.max(0, this.unsent - count);
    if (!this.socket.destroyed) this.socket.write(text, "latin1");
  }

  /** Ends the connection once all that was said has left. */
  async end(how: "drop" | "reset"): Promise<void> {
    this.flush();
    while (this.last || this.coalescing) await sleep(1);
    if (how === "reset") this.socket.resetAndDestroy();
    else this.socket.destroySoon();
  }

  /** Repeats `text` until the other side leaves, as fast as it reads. */
  sayForEver(text: string): void {
    const chunk = text.repeat(Math.ceil(ENDLESS_CHUNK / text.length));
    const more = () => {
      while (!this.socket.destroyed && this.socket.write(chunk, "latin1"));
    };
    this.socket.on("drain", more);
    more();
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
