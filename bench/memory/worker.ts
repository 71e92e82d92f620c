import type { RelaySettings } from "../../src/config/relays.ts";
import { Allowance } from "../../src/delivery/allowance.ts";
import { composerOf } from "../../src/delivery/content/compose.ts";
import { holdNewContent, type Ready } from "../../src/delivery/content/prepared-content.ts";
import { sendAll } from "../../src/delivery/sessions.ts";
import { Settler } from "../../src/delivery/settle/settler.ts";
import { parseMail } from "../../src/feedback/mail/inbound-mail.ts";
import { readStart } from "../../src/feedback/mail/raw.ts";
import { readReport } from "../../src/feedback/mail/readers/read-report.ts";
import type { Content } from "../../src/message/content.ts";
import { prepareTemplates } from "../../src/message/template/template.ts";
import { smtp } from "../../src/transport/smtp/index.ts";
import type { Outgoing } from "../../src/transport/transport.ts";

const PUSHES = 16;
const MAILS = 40;
const SESSIONS = 4;
const INBOUND_MAILS = 20;
const INBOUND_BYTES = 25 * 1024 * 1024;
/** Twenty thousand tags, as many as a template may have. */
const LARGEST = "<p>{{ username }} and {{ area }}</p>".repeat(10_000);
/** Three bytes of UTF-8 for each character, in base64: a mail of 8 MB, half of it text. */
const LONG = `{% for part in (1..3) %}${"新书三本，镇上书店。\n".repeat(30_000)}{% endfor %}{{ username }}`;
const LETTER = "<p>Dear {{ username }}, our prices are attached.</p>";
const ATTACHED_BYTES = 5_000_000;
const KEYS = { current: "a key of the bench", previous: null };
const RELAY: RelaySettings = {
  id: "default",
  transport: "none",
  server: null,
  limits: { perSecond: null, quotas: [], maxSessions: null, backoffScale: 1 },
  weight: 1,
  provider: null,
  returnPath: null,
  fingerprint: "none",
};
const DEPLOYMENT = { publicUrl: "https://mailpush.example", returnPath: null, relays: [RELAY] };
const SETTINGS = { ...DEPLOYMENT, signingKeys: KEYS, rendering: { maxBytes: 4 * 1024 * 1024, timeZone: "UTC" } };
/** Says yes: only its memory would be measured, and it is not in the consumer's isolate. */
const OBJECTS = { getByName: () => ({ settle: async () => ({ later: [], stop: false }) }) };

/** What was kept before contents were bounded by bytes. */
const kept: unknown[] = [];

/** Without a bound by bytes: 25 mails a session. */
class Boundless extends Allowance {
  override fits(): boolean {
    return true;
  }
}

export default {
  async fetch(request: Request): Promise<Response> {
    const query = new URL(request.url).searchParams;
    const bounded = query.get("bounded") === "true";
    switch (query.get("measure")) {
      case "contents":
        return Response.json(await prepareContents(bounded));
      case "attached":
        return Response.json(await sendAttached(Number(query.get("port")), bounded, Number(query.get("mails"))));
      case "mails":
        return Response.json(await sendMails(Number(query.get("port")), bounded));
      case "inbound":
        return Response.json(await receiveMails(bounded));
      case "nothing":
        kept.length = 0;
        return Response.json({});
      default:
        return new Response("No such order.", { status: 400 });
    }
  },
  /** To "cancelled@…": a Worker that wants none of it. Else as mailpush reads what comes. */
  async email(message: ForwardableEmailMessage): Promise<void> {
    if (message.to.startsWith("cancelled@")) return message.raw.cancel();
    readReport(await parseMail(await readStart(message.raw)));
  },
} satisfies ExportedHandler;

async function prepareContents(bounded: boolean): Promise<{ prepared: number }> {
  for (let push = 0; push < PUSHES; push++) {
    const content = contentOf(`push${push}`, `${push}${LARGEST}`);
    if (!bounded) kept.push(prepareTemplates(content));
    else (await holdNewContent(content, SETTINGS, Date.now() + 60_000, new Allowance()))?.release();
  }
  return { prepared: PUSHES };
}

/** Reports of 25 MB, all at once, made as they are read; bounded: as the Worker reads them, else whole. */
async function receiveMails(bounded: boolean): Promise<{ bounces: number }> {
  const received = Array.from({ length: INBOUND_MAILS }, async () => {
    const raw = largeReport();
    const mail = await parseMail(bounded ? await readStart(raw) : await new Response(raw).bytes());
    return readReport(mail).kind === "bounce";
  });
  return { bounces: (await Promise.all(received)).filter(Boolean).length };
}

const REPORT = `From: MAILER-DAEMON@mx.example.net
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; ann@example.org
Action: failed
Status: 5.1.1

--b
Content-Type: message/rfc822

`;

function largeReport(): ReadableStream<Uint8Array> {
  const line = new TextEncoder().encode(`${"QUJD".repeat(19)}\r\n`.repeat(800));
  let left = INBOUND_BYTES;
  return new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(REPORT.replaceAll("\n", "\r\n"))),
    async pull(controller) {
      // As from a network: other mails come in between.
      await scheduler.wait(1);
      controller.enqueue(line.slice());
      left -= line.length;
      if (left <= 0) controller.close();
    },
  });
}

async function sendMails(port: number, bounded: boolean): Promise<Sent> {
  const content = { ...contentOf("mails", LONG), text: LONG };
  const held = await holdNewContent(content, SETTINGS, Date.now() + 60_000, new Allowance());
  if (held === null) throw new Error("no room for the content");
  const sent = await send(held.value, port, MAILS, bounded ? new Allowance() : new Boundless(), (mail) => mail);
  held.release();
  return sent;
}

/** @param shared false: each mail has the file's bytes of its own, as if they were part of what is composed */
async function sendAttached(port: number, shared: boolean, mails: number): Promise<Sent> {
  const push = "attached";
  const file = { filename: "prices.pdf", contentType: "application/pdf", contentId: null };
  const content = { ...contentOf(push, LETTER), attachments: [{ ...file, size: ATTACHED_BYTES }] };
  const held = await holdNewContent(content, SETTINGS, Date.now() + 60_000, new Allowance(), async () => [
    { ...file, bytes: new Uint8Array(ATTACHED_BYTES).fill(65) },
  ]);
  if (held === null) throw new Error("no room for the content");
  const sent = await send(held.value, port, mails, new Allowance(), shared ? (mail) => mail : whole);
  held.release();
  return sent;
}

function whole({ tail = new Uint8Array(), content: start, ...mail }: Outgoing): Outgoing {
  const content = new Uint8Array(start.length + tail.length);
  content.set(start);
  content.set(tail, start.length);
  return { ...mail, content };
}

interface Sent {
  readonly mailBytes: number;
  readonly ms: number;
}

async function send(
  ready: Ready,
  port: number,
  mails: number,
  allowance: Allowance,
  changed: (mail: Outgoing) => Outgoing,
): Promise<Sent> {
  const began = Date.now();
  const ids = Array.from({ length: mails }, (_, i) => i + 1);
  const recipient = (id: number) => ({
    ...{ id, address: `p${id}@bench.example`, username: `person ${id}`, area: "", attributes: {} },
    ...{ createdAt: 0, updatedAt: 0, suppressed: null },
  });
  const compose = composerOf(ready, "default", { get: recipient }, allowance);
  let mailBytes = 0;
  const settler = new Settler({ PUSH: OBJECTS } as unknown as Env, "mails", "token", 100);
  await sendAll(ids, {
    transport: smtp({
      host: "127.0.0.1",
      port,
      security: "none",
      username: "",
      password: "",
      ehloName: "bench.example",
    }),
    limits: { beginBefore: Date.now() + 300_000, messageTimeoutMs: 120_000 },
    settler,
    sessions: SESSIONS,
    allowance,
    recipients: { readAt: Infinity, read: async () => [] },
    compose: (id) => {
      const composed = compose(id);
      if (composed.kind === "none") throw new Error(composed.outcome.reply ?? "not composed");
      const mail = changed(composed.mail);
      mailBytes = mail.content.length + (mail.tail?.length ?? 0);
      return { kind: "mail", mail };
    },
    sendTimes: null,
  });
  await settler.end();
  return { mailBytes, ms: Date.now() - began };
}

function contentOf(push: string, html: string): Content {
  return {
    push,
    subject: "Three new books",
    html,
    text: null,
    from: "news@bench.example",
    replyTo: null,
    list: true,
    signedWith: null,
  };
}
