/** A push by BullMQ and nodemailer, in a process of its own: started by run.ts, ends when its parent does. */
import { setTimeout as sleep } from "node:timers/promises";
import { Queue, Worker } from "bullmq";
import { createTransport } from "nodemailer";

const [redisPort, smtpPort] = process.argv.slice(2, 4).map(Number);
const QUEUE = "mails";
/** As mailpush has for one batch of its queue. */
const CONNECTIONS = 4;
/** Jobs worked on at once: none of the pool's connections ever waits for one. */
const AT_ONCE = 100;
/** Jobs of one call. */
const BULK = 1_000;

const connection = { host: "127.0.0.1", port: redisPort };
const options = { removeOnComplete: true, removeOnFail: true };
const queue = new Queue(QUEUE, { connection, defaultJobOptions: options });
const pool = createTransport({
  pool: true,
  host: "127.0.0.1",
  port: smtpPort,
  ignoreTLS: true,
  maxConnections: CONNECTIONS,
  maxMessages: Number.POSITIVE_INFINITY,
});

let accepted = 0;
let message;
const worker = new Worker(
  QUEUE,
  async ({ data }) => {
    const filled = (text) => text.replace(/\{\{ (?:attributes\.)?(\w+) \}\}/g, (_, name) => data[name] ?? "");
    await pool.sendMail({
      from: "mailpush <news@example.com>",
      to: { name: data.username, address: data.address },
      subject: filled(message.subject),
      html: filled(message.html),
      text: filled(message.text),
    });
    accepted++;
  },
  { connection, concurrency: AT_ONCE },
);
worker.on("error", (error) => console.error(String(error)));
await worker.waitUntilReady();

/** Gives how many mails were accepted, from the first call of the queue to the last mail, and the processor time. */
async function push(order) {
  accepted = 0;
  message = order.message;
  const cpu = process.cpuUsage();
  const begun = performance.now();
  for (let at = 0; at < order.recipients.length; at += BULK) {
    await queue.addBulk(order.recipients.slice(at, at + BULK).map((data) => ({ name: "mail", data })));
  }
  while (accepted < order.recipients.length) await sleep(5);
  const { user, system } = process.cpuUsage(cpu);
  return { accepted, ms: performance.now() - begun, cpuMs: (user + system) / 1000 };
}

process.on("message", async (order) => process.send?.(await push(order)));
process.on("disconnect", () => process.exit());
process.send?.(null);
