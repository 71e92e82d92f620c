import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, CDPSession, Page } from "playwright-core";
import type { PushView } from "../scripts/progress.ts";
import { type Stack, startStack } from "../scripts/stack.ts";
import { startBrowser } from "../test/node/browser.ts";
import type { Relay } from "./relay.ts";
import { goal, type Report, show } from "./report.ts";

const DELIVERIES = 100_000;
const PUSH_TIMEOUT_MS = 600_000;
/** A task of the page's thread that is longer delays a frame for all to see. */
const LONG_TASK_MS = 50;
/** The live view is told of changes up to this often. */
const UPDATES_A_SECOND = 5;
const MINUTES = 10;
const UPDATES = MINUTES * 60 * UPDATES_A_SECOND;
/** In this time instead of ten minutes. */
const REPLAY_MS = 60_000;
/** The heap is read after each of these, and the first is not counted: charts and lists grow until they are full. */
const STAGES = 6;
const MEBIBYTE = 2 ** 20;

interface Watched {
  readonly seconds: number;
  /** Messages of the live view's socket. */
  readonly updates: number;
  readonly tasks: Tasks;
}

/** The longest task of the page's thread since the view stood, in milliseconds. */
interface Tasks {
  /** Of the processor: what the page itself takes. */
  readonly processorMs: number;
  /** By the clock: with the waits for a processor that others use. */
  readonly clockMs: number;
}

/** What a reader's browser has to do while a push to 100,000 is watched, and whether its memory stays the same. */
export async function pagePart(relay: Relay): Promise<Report> {
  const stack = await startStack({ vars: { SMTP_PORT: String(relay.port) } });
  const { browser, close } = await startBrowser();
  try {
    await addPeople(stack);
    const { id } = await stack.api<PushView>("POST", "/api/pushes", {
      action: "mailpush",
      filter: {},
      subject: "News for {{ username }}",
      html: "<p>Dear {{ username }}</p>",
    });
    const watched = await watchToEnd(stack, browser, id);
    return report(watched, await replay(stack, browser, id));
  } finally {
    await close();
    await stack.stop();
  }
}

async function addPeople(stack: Stack): Promise<void> {
  const rows = Array.from({ length: DELIVERIES }, (_, n) => `reader${n}@example.com,Reader ${n},north`);
  await stack.api("POST", "/api/recipients/import", `address,username,area\n${rows.join("\n")}\n`);
}

/** A page that is signed in. */
async function open(stack: Stack, browser: Browser): Promise<Page> {
  const context = await browser.newContext({ baseURL: stack.url, locale: "en-GB" });
  await context.request.post("/api/session", { data: { token: stack.token } });
  return context.newPage();
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Lengths in microseconds, by the clock and of the processor. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** The longest tasks of the threads that draw pages, while `act` runs. */
async function longestTasks(browser: Browser, page: Page, act: () => Promise<void>): Promise<Tasks> {
  await browser.startTracing(page, { categories: ["toplevel", "__metadata"] });
  await act();
  const { traceEvents } = JSON.parse(String(await browser.stopTracing())) as { traceEvents: TraceEvent[] };
  const thread = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`;
  const drawing = traceEvents.filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain");
  const threads = new Set(drawing.map(thread));
  let [processor, clock] = [0, 0];
  for (const event of traceEvents) {
    if (!event.name.endsWith("RunTask") || !threads.has(thread(event))) continue;
    processor = Math.max(processor, event.tdur ?? 0);
    clock = Math.max(clock, event.dur ?? 0);
  }
  if (clock === 0) throw new Error("the trace has no tasks");
  return { processorMs: processor / 1_000, clockMs: clock / 1_000 };
}

async function watchToEnd(stack: Stack, browser: Browser, id: string): Promise<Watched> {
  const page = await open(stack, browser);
  let updates = 0;
  page.on("websocket", (socket) => socket.on("framereceived", () => updates++));
  const began = Date.now();
  await page.goto(`/pushes/${id}`);
  await page.getByText(/^live, /).waitFor();
  // Drawing the view for the first time is a load, not an update.
  const tasks = await longestTasks(browser, page, () =>
    page.getByText(/^Finished at/).waitFor({ timeout: PUSH_TIMEOUT_MS }),
  );
  await page.context().close();
  return { seconds: (Date.now() - began) / 1_000, updates, tasks };
}

interface Replay {
  /** Used after a collection, in bytes, at the end of each stage. */
  readonly heaps: readonly number[];
  readonly tasks: Tasks;
}

/** Tells the view of ten minutes of a push in one minute: each message differs from the one before in all its numbers. */
async function replay(stack: Stack, browser: Browser, id: string): Promise<Replay> {
  const page = await open(stack, browser);
  let send = (_message: string): void => {};
  let last = "";
  await page.routeWebSocket(/\/live$/, (line) => {
    const server = line.connectToServer();
    server.onMessage((message) => {
      if (message !== "pong") last = String(message);
      line.send(message);
    });
    send = (message) => line.send(message);
  });
  await page.goto(`/pushes/${id}`);
  await page.getByText(/^Finished at/).waitFor();
  const heap = await heapOf(page);
  const push = JSON.parse(last) as PushView;
  const heaps: number[] = [];
  let told = 0;
  const tellUntil = async (end: number): Promise<void> => {
    for (; told < end; told++) {
      send(JSON.stringify(at(push, (told + 1) / UPDATES)));
      await sleep(REPLAY_MS / UPDATES);
    }
  };
  // A collection on demand is no work of the page's: it stands outside of what is traced.
  const longest: Tasks[] = [];
  for (let stage = 1; stage <= STAGES; stage++) {
    longest.push(await longestTasks(browser, page, () => tellUntil((stage * UPDATES) / STAGES)));
    heaps.push(await heap());
  }
  await page.context().close();
  const most = (pick: (tasks: Tasks) => number) => Math.max(...longest.map(pick));
  return { heaps, tasks: { processorMs: most((one) => one.processorMs), clockMs: most((one) => one.clockMs) } };
}

/** The push as it was when this share of it was done. */
function at(push: PushView, share: number): PushView {
  const sent = Math.floor(push.total * share);
  const tallies = { ...push.tallies, sent, pending: push.total - sent };
  return { ...push, status: "running", success: sent, tallies };
}

async function heapOf(page: Page): Promise<() => Promise<number>> {
  const driver: CDPSession = await page.context().newCDPSession(page);
  await driver.send("Performance.enable");
  return async () => {
    await driver.send("HeapProfiler.collectGarbage");
    const { metrics } = await driver.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? Number.NaN;
  };
}

function report(watched: Watched, { heaps, tasks }: Replay): Report {
  const [, second = Number.NaN, ...later] = heaps;
  const growth = Math.max(...later) / second;
  const shown = { "while it runs": watched.tasks, [`${MINUTES} minutes of messages`]: tasks };
  return {
    title: "The page",
    method:
      `The live view in Chromium while a push to ${show(DELIVERIES)} runs to its end on the same machine: ` +
      `${show(watched.updates)} messages in ${show(watched.seconds)} s. Then, in a second tab, ${show(UPDATES)} messages ` +
      `with new numbers, as many as ${MINUTES} minutes bring at ${UPDATES_A_SECOND} a second, in ` +
      `${REPLAY_MS / 1_000} s or as fast as the page takes them. The longest task is the longest of the thread that draws, ` +
      "by a trace of the browser, once the view stands. The heap is what is used after a collection: " +
      `${heaps.map((bytes) => show(bytes / MEBIBYTE)).join(", ")} MiB, each after ${show(UPDATES / STAGES)} more messages.`,
    rows: Object.entries(shown).map(([what, one]) => ({
      "longest task": what,
      "of the processor": `${show(one.processorMs)} ms`,
      "by the clock": `${show(one.clockMs)} ms`,
    })),
    goals: [
      goal(
        `longest task while ${show(DELIVERIES)} are sent, of the processor`,
        watched.tasks.processorMs,
        "≤",
        LONG_TASK_MS,
        " ms",
      ),
      goal(
        `longest task over ${MINUTES} minutes of messages, of the processor`,
        tasks.processorMs,
        "≤",
        LONG_TASK_MS,
        " ms",
      ),
      goal("most heap later on, by the heap after the second part", growth, "≤", 1.1, "×"),
    ],
    notes: [
      "By the clock a task also waits for a processor: stack, relay and browser share this machine, and others used it.",
    ],
  };
}
