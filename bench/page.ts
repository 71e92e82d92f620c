import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, CDPSession, Page } from "playwright-core";
import type { PushView } from "../scripts/progress.ts";
import { type Stack, startStack } from "../scripts/stack.ts";
import { startBrowser } from "../test/node/browser.ts";
import type { Relay } from "./relay.ts";
import { goal, type Report, show } from "./report.ts";

const DELIVERIES = 100_000;
const PUSH_TIMEOUT_MS = 600_000;
/** A browser reports work of this length and more: a frame is late by it. */
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
  /** Lengths of tasks over 50 ms since the view stood, in milliseconds. */
  readonly longTasks: readonly number[];
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

/** A page that is signed in and notes its long tasks. */
async function open(stack: Stack, browser: Browser): Promise<Page> {
  const context = await browser.newContext({ baseURL: stack.url, locale: "en-GB" });
  await context.request.post("/api/session", { data: { token: stack.token } });
  const page = await context.newPage();
  await page.addInitScript(`
    self.longTasks = [];
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) self.longTasks.push({ startTime, duration });
    }).observe({ type: "longtask" });
  `);
  return page;
}

async function longTasksSince(page: Page, since: number): Promise<number[]> {
  const tasks = (await page.evaluate("self.longTasks")) as { startTime: number; duration: number }[];
  return tasks.filter((task) => task.startTime >= since && task.duration > LONG_TASK_MS).map((task) => task.duration);
}

async function watchToEnd(stack: Stack, browser: Browser, id: string): Promise<Watched> {
  const page = await open(stack, browser);
  let updates = 0;
  page.on("websocket", (socket) => socket.on("framereceived", () => updates++));
  const began = Date.now();
  await page.goto(`/pushes/${id}`);
  await page.getByText(/^live, /).waitFor();
  // Drawing the view for the first time is a load, not an update.
  const stood = (await page.evaluate("performance.now()")) as number;
  await page.getByText(/^Finished at/).waitFor({ timeout: PUSH_TIMEOUT_MS });
  const longTasks = await longTasksSince(page, stood);
  await page.context().close();
  return { seconds: (Date.now() - began) / 1_000, updates, longTasks };
}

interface Replay {
  /** Used after a collection, in bytes, at the end of each stage. */
  readonly heaps: readonly number[];
  readonly longTasks: readonly number[];
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
  const stood = (await page.evaluate("performance.now()")) as number;
  const push = JSON.parse(last) as PushView;
  const heaps: number[] = [];
  for (let update = 1; update <= UPDATES; update++) {
    send(JSON.stringify(at(push, update / UPDATES)));
    await sleep(REPLAY_MS / UPDATES);
    if (update % (UPDATES / STAGES) === 0) heaps.push(await heap());
  }
  const longTasks = await longTasksSince(page, stood);
  await page.context().close();
  return { heaps, longTasks };
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

function report(watched: Watched, { heaps, longTasks }: Replay): Report {
  const [first = Number.NaN, ...later] = heaps;
  const longest = (tasks: readonly number[]) => Math.max(0, ...tasks);
  const growth = Math.max(...later) / (later[0] ?? first);
  return {
    title: "The page",
    method:
      `The live view in Chromium while a push to ${show(DELIVERIES)} runs to its end on the same machine: ` +
      `${show(watched.updates)} messages in ${show(watched.seconds)} s. Then, in a second tab, ${show(UPDATES)} messages ` +
      `with new numbers, as many as ${MINUTES} minutes bring at ${UPDATES_A_SECOND} a second, in ` +
      `${REPLAY_MS / 1_000} s or as fast as the page takes them. Long tasks are those that the browser reports from the ` +
      "moment the view stands; the heap is what is used after a collection.",
    rows: heaps.map((bytes, stage) => ({
      "messages drawn": show(((stage + 1) * UPDATES) / STAGES),
      heap: `${show(bytes / MEBIBYTE)} MiB`,
    })),
    goals: [
      goal(`longest task while ${show(DELIVERIES)} are sent`, longest(watched.longTasks), "≤", LONG_TASK_MS, " ms"),
      goal("longest task over ten minutes of messages", longest(longTasks), "≤", LONG_TASK_MS, " ms"),
      goal("most heap after that, by the heap after its second part", growth, "≤", 1.1, "×"),
    ],
    notes: ["0 ms: no task was as long as the 50 ms from which on a browser reports it."],
  };
}
