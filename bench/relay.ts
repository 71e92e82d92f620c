import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { Ask, SinkBehaviour, SinkSummary, Told } from "./relay/protocol.ts";

const SINK = join(import.meta.dirname, "relay/sink.ts");

/** An SMTP server on 127.0.0.1, in a process of its own, that takes everything and counts who got how many mails. */
export interface Relay {
  readonly port: number;
  /** Forgets what it got; sessions opened from now on find it behaving so. */
  reset(behaviour?: Partial<SinkBehaviour>): Promise<void>;
  summary(): Promise<SinkSummary>;
  /** Every address that got a mail, with how many. */
  counts(): Promise<Map<string, number>>;
  stop(): Promise<void>;
}

/** Starts it with PIPELINING, CHUNKING and no delay. It ends with this process, however that ends. */
export async function startRelay(): Promise<Relay> {
  const child = fork(SINK, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const answers = new Map<number, (answer: unknown) => void>();
  child.on("message", ({ n, answer }: Told) => {
    answers.get(n)?.(answer);
    answers.delete(n);
  });
  let asked = 0;
  const told = (n: number) => new Promise<unknown>((resolve) => answers.set(n, resolve));
  const gone = end(child).then((code) => {
    throw new Error(`the relay's process ended (${code})`);
  });
  // Whoever asks gets it.
  gone.catch(() => {});
  const ask = (question: Question): Promise<unknown> => {
    const n = ++asked;
    const answer = told(n);
    child.send({ n, ...question });
    return Promise.race([answer, gone]);
  };

  const port = (await Promise.race([told(0), gone])) as number;
  return {
    port,
    reset: async (behaviour) => {
      await ask({ ask: "reset", behaviour: { pipelining: true, chunking: true, rttMs: 0, ...behaviour } });
    },
    summary: async () => (await ask({ ask: "summary" })) as SinkSummary,
    counts: async () => new Map((await ask({ ask: "counts" })) as [string, number][]),
    stop: () => stop(child),
  };
}

type Question = Ask extends infer A ? (A extends Ask ? Omit<A, "n"> : never) : never;

function end(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once("exit", resolve));
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = end(child);
  child.disconnect();
  await ended;
}
