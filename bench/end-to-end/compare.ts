import { sampleRecipients } from "../../scripts/sample.ts";
import { type BullMq, type BullRun, startBullMq } from "../bullmq/run.ts";
import type { Offer } from "../relay/session.ts";
import type { Relay } from "../relay.ts";
import { addressOf, MESSAGE } from "./audience.ts";
import { type PushRun, startPusher } from "./push-run.ts";
import { startSmtpSink } from "./smtp-sink.ts";

/** One kind of relay, and the pushes through it. */
export interface Kind {
  readonly relay: string;
  readonly offers: string;
  readonly mailpush: readonly PushRun[];
  /** BullMQ and nodemailer; none where they are not installed. */
  readonly bullMq: readonly BullRun[];
}

const OFFERS: readonly (Offer & { readonly name: string })[] = [
  { name: "CHUNKING, PIPELINING", chunking: true, pipelining: true },
  { name: "PIPELINING", chunking: false, pipelining: true },
  { name: "neither", chunking: false, pipelining: false },
];

/** Pushes of `size` to relays of each kind, `rounds` times in turn with BullMQ; a push to `large` where all is offered. */
export async function compared(
  relay: Relay,
  withBullMq: boolean,
  { size, rounds, large }: { readonly size: number; readonly rounds: number; readonly large: number },
): Promise<{ readonly kinds: readonly Kind[]; readonly large: PushRun }> {
  const offers = OFFERS.map((offer) => ({ ...offer, mailpush: [] as PushRun[], bullMq: [] as BullRun[] }));
  const pusher = await startPusher("smtp", relay.port, relay);
  const bull = withBullMq ? await startBullMq(relay.port) : null;
  let largeRun: PushRun;
  try {
    for (let round = 0; round < rounds; round++) {
      for (const { mailpush, bullMq, chunking, pipelining } of offers) {
        mailpush.push(await pusher.push(size, { chunking, pipelining }));
        await relay.reset({ chunking, pipelining });
        if (bull !== null) bullMq.push(await bullRun(bull, size));
      }
    }
    largeRun = await pusher.push(large);
  } finally {
    await bull?.stop();
    await pusher.stop();
  }
  const kinds: Kind[] = offers.map(({ name, mailpush, bullMq }) => ({ relay: "ours", offers: name, mailpush, bullMq }));
  return { kinds: [...kinds, ...(await atSmtpSink(withBullMq, size, rounds))], large: largeRun };
}

async function atSmtpSink(withBullMq: boolean, size: number, rounds: number): Promise<Kind[]> {
  const sink = await startSmtpSink();
  if (sink === null) return [];
  const [mailpush, bullMq]: [PushRun[], BullRun[]] = [[], []];
  try {
    const pusher = await startPusher("smtp", sink.port, null);
    const bull = withBullMq ? await startBullMq(sink.port) : null;
    try {
      for (let round = 0; round < rounds; round++) {
        mailpush.push(await pusher.push(size));
        if (bull !== null) bullMq.push(await bullRun(bull, size));
      }
    } finally {
      await bull?.stop();
      await pusher.stop();
    }
  } finally {
    await sink.stop();
  }
  return [{ relay: "Postfix's smtp-sink", offers: "PIPELINING", mailpush, bullMq }];
}

let areas = 0;

/** The same people and mail, but for the text version: one that needs no conversion. */
async function bullRun(bull: BullMq, size: number): Promise<BullRun> {
  const area = `bull${areas++}`;
  const people = sampleRecipients(size).map((one, index) => ({ ...one, area, address: addressOf(area, index) }));
  const run = await bull.push(people, { ...MESSAGE, text: MESSAGE.html.replace(/<[^>]*>/g, "") });
  if (run.accepted !== size) throw new Error(`BullMQ and nodemailer sent ${run.accepted} of ${size}`);
  return run;
}
