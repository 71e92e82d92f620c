import { join } from "node:path";
import { startDevWorker } from "../dev-worker.ts";
import { Heap } from "./heap.ts";

const MB = 1024 * 1024;
const MAILS = 20;
const MAIL_BYTES = 25 * MB - 4_096;
const AT_ONCE = 4;

/** Growth, in bytes. */
export interface Growth {
  /** The most that workerd, the whole process, had resident, without what it had before. */
  readonly process: number;
  /** The most reachable in the Worker's isolate, buffers included, the same way. */
  readonly isolate: number;
}

/**
 * What mails of 25 MB through wrangler's local email endpoint cost a Worker of its own: one that cancels each unread, or
 * one that reads them as mailpush does.
 */
export async function endpointGrowth(handling: "cancelled" | "read"): Promise<Growth> {
  const worker = await startDevWorker(join(import.meta.dirname));
  const heap = await Heap.open(worker.inspectorPort);
  try {
    await worker.order({ measure: "nothing" });
    // One workerd is wrangler's proxy, and one runs the Worker and the endpoint.
    const peak = (): number => {
      const processes = worker.wrangler.members().filter(({ name }) => name === "workerd");
      return Math.max(...processes.map(({ peakBytes }) => peakBytes));
    };
    const [processBefore, isolateBefore] = [peak(), await heap.liveBytes()];
    const mail = largeMail();
    let [left, done, isolate] = [MAILS, false, isolateBefore];
    const sender = async (): Promise<void> => {
      while (left-- > 0) await post(`${worker.url}/cdn-cgi/local/email`, handling, mail);
    };
    const sending = Promise.all(Array.from({ length: AT_ONCE }, sender)).finally(() => {
      done = true;
    });
    while (!done) isolate = Math.max(isolate, await heap.liveBytes());
    await sending;
    return { process: peak() - processBefore, isolate: isolate - isolateBefore };
  } finally {
    heap.close();
    await worker.stop();
  }
}

async function post(url: string, handling: string, body: string): Promise<void> {
  const query = new URLSearchParams({ from: "mailer-daemon@mx.example.net", to: `${handling}@bench.example` });
  const response = await fetch(`${url}?${query}`, { method: "POST", body });
  const answer = await response.text();
  if (!response.ok) throw new Error(`the email endpoint answered ${response.status}: ${answer.slice(0, 500)}`);
}

function largeMail(): string {
  const head = [
    "From: MAILER-DAEMON <mailer-daemon@mx.example.net>",
    "To: bounce@bench.example",
    "Subject: Undelivered Mail Returned to Sender",
    "Message-ID: <large@mx.example.net>",
    "",
    "<ann@example.org>: 550 5.1.1 User unknown",
    "",
  ].join("\r\n");
  const line = `${"QUJD".repeat(19)}\r\n`;
  return head + line.repeat(Math.floor((MAIL_BYTES - head.length) / line.length));
}
