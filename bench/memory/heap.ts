import { setTimeout as sleep } from "node:timers/promises";

/** Time for a garbage collection: the inspector's answer to it does not arrive through wrangler's proxy. */
const COLLECTION_MS = 400;

/** The heap of a Worker's isolate, through the inspector of `wrangler dev`. */
export class Heap {
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, (result: unknown) => void>();
  #asked = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      const { id, result } = JSON.parse(String(data)) as { id?: number; result?: unknown };
      if (id !== undefined) this.#answers.get(id)?.(result);
    });
  }

  static async open(inspectorPort: number): Promise<Heap> {
    // wrangler's proxy wants an origin; `headers` is Node's own option, which the types do not know.
    const options = { headers: { origin: "http://127.0.0.1" } } as unknown as string[];
    const socket = new WebSocket(`ws://127.0.0.1:${inspectorPort}/ws`, options);
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve);
      socket.addEventListener("error", () => reject(new Error("the inspector does not answer")));
    });
    return new Heap(socket);
  }

  /** Bytes that are reachable: objects, strings and buffers. Collects garbage first. */
  async liveBytes(): Promise<number> {
    void this.#ask("HeapProfiler.collectGarbage");
    await sleep(COLLECTION_MS);
    const { usedSize, backingStorageSize } = (await this.#ask("Runtime.getHeapUsage")) as Usage;
    return usedSize + backingStorageSize;
  }

  close(): void {
    this.#socket.close();
  }

  #ask(method: string): Promise<unknown> {
    const id = ++this.#asked;
    const answer = new Promise((resolve) => this.#answers.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, method }));
    return answer;
  }
}

interface Usage {
  readonly usedSize: number;
  readonly backingStorageSize: number;
}
