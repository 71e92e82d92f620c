import { setTimeout as sleep } from "node:timers/promises";
import { type LedgerWorker, startLedgerWorker } from "./ledger/drive.ts";
import { type CallsRun, callsRun } from "./ledger/measure.ts";
import { goal, median, type Report, show } from "./report.ts";

const WATCHERS = 500;
const DELIVERIES = 100_000;
/** Each without watchers and with them, in turn. */
const ROUNDS = 7;
const OPEN_AT_ONCE = 50;
const LAST_MESSAGE_MS = 10_000;

interface Round {
  readonly alone: CallsRun;
  readonly watched: CallsRun;
  /** Messages that all watchers got. */
  readonly messages: number;
}

/** What those who watch a push cost its ledger. */
export async function livePart(): Promise<Report> {
  const worker = await startLedgerWorker();
  try {
    await callsRun(worker, DELIVERIES); // the compilers have seen it
    const rounds: Round[] = [];
    for (let n = 0; n < ROUNDS; n++) rounds.push(await round(worker));
    return report(rounds);
  } finally {
    await worker.stop();
  }
}

async function round(worker: LedgerWorker): Promise<Round> {
  const alone = await callsRun(worker, DELIVERIES);
  let messages = 0;
  const watched = await callsRun(worker, DELIVERIES, async (name) => {
    const watchers = await watch(worker, name);
    return async () => {
      await untilAllKnow(watchers);
      messages = watchers.reduce((sum, one) => sum + one.messages, 0);
      for (const { socket } of watchers) socket.close();
    };
  });
  return { alone, watched, messages };
}

interface Watcher {
  readonly socket: WebSocket;
  messages: number;
  last: string;
}

async function watch(worker: LedgerWorker, name: string): Promise<Watcher[]> {
  const watchers: Watcher[] = [];
  while (watchers.length < WATCHERS) {
    watchers.push(...(await Promise.all(Array.from({ length: OPEN_AT_ONCE }, () => open(worker, name)))));
  }
  return watchers;
}

async function open(worker: LedgerWorker, name: string): Promise<Watcher> {
  const socket = new WebSocket(`${worker.url.replace("http", "ws")}/${name}/live`);
  const watcher: Watcher = { socket, messages: 0, last: "" };
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("error", () => reject(new Error("a watcher could not connect")));
    // Not parsed: these watchers share the machine with what they watch.
    socket.addEventListener("message", ({ data }) => {
      watcher.messages++;
      watcher.last = data as string;
      resolve();
    });
  });
  return watcher;
}

/** The last change has to reach everybody. */
async function untilAllKnow(watchers: readonly Watcher[]): Promise<void> {
  const knows = ({ last }: Watcher) => JSON.parse(last).success === DELIVERIES;
  for (const end = Date.now() + LAST_MESSAGE_MS; Date.now() < end; await sleep(50)) {
    if (watchers.every(knows)) return;
  }
  throw new Error(`${watchers.filter((one) => !knows(one)).length} watchers do not know the end`);
}

function report(rounds: readonly Round[]): Report {
  const [alone, watched] = [rounds.map((one) => one.alone), rounds.map((one) => one.watched)];
  const rates = (runs: readonly CallsRun[]) => median(runs.map(({ rate }) => rate));
  const micros = (runs: readonly CallsRun[]) => median(runs.map(({ processorMicros }) => processorMicros));
  return {
    title: "Watched live",
    method:
      `${show(DELIVERIES)} deliveries, each claim and each settle a call of its own from five consumers at once, without ` +
      `watchers and with ${WATCHERS} of them, in turn; the object of "The ledger alone" with its WebSockets. The watchers ` +
      "run on the same machine, in one process. Each has to be told the end. workerd works in one thread, so its " +
      "processor time a delivery is what limits the rate; it says more than the rate where the machine has other work.",
    rows: rounds.map((one, index) => ({
      round: `${index + 1}`,
      "claim + settle/s": show(one.alone.rate),
      watched: show(one.watched.rate),
      "processor a delivery": `${show(one.alone.processorMicros)} µs`,
      "watched ": `${show(one.watched.processorMicros)} µs`,
      "messages to all": show(one.messages),
    })),
    goals: [
      goal(`with ${WATCHERS} watchers: rate, of that with none (medians)`, rates(watched) / rates(alone), "≥", 0.9),
      goal("the same by processor time", micros(alone) / micros(watched), "≥", 0.9),
    ],
  };
}
