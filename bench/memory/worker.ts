import type { RelaySettings } from "../../src/config/relays.ts";
import { Allowance } from "../../src/delivery/allowance.ts";
import { composerOf } from "../../src/delivery/compose.ts";
import { holdNewContent } from "../../src/delivery/prepared-content.ts";
import { sendAll } from "../../src/delivery/sessions.ts";
import { Settler } from "../../src/delivery/settler.ts";
import type { Content } from "../../src/message/content.ts";
import { prepareTemplates } from "../../src/message/template.ts";
import { smtp } from "../../src/transport/smtp/index.ts";

const PUSHES = 16;
const MAILS = 40;
const SESSIONS = 4;
/** Twenty thousand tags, as many as a template may have. */
const LARGEST = "<p>{{ username }} and {{ area }}</p>".repeat(10_000);
/** Three bytes of UTF-8 for each character, in base64: a mail of 8 MB, half of it text. */
const LONG = `{% for part in (1..3) %}${"新书三本，镇上书店。\n".repeat(30_000)}{% endfor %}{{ username }}`;
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
      case "mails":
        return Response.json(await sendMails(Number(query.get("port")), bounded));
      case "nothing":
        kept.length = 0;
        return Response.json({});
      default:
        return new Response("No such order.", { status: 400 });
    }
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

async function sendMails(port: number, bounded: boolean): Promise<{ mailBytes: number }> {
  const content = { ...contentOf("mails", LONG), text: LONG };
  const held = await holdNewContent(content, SETTINGS, Date.now() + 60_000, new Allowance());
  if (held === null) throw new Error("no room for the content");
  const allowance = bounded ? new Allowance() : new Boundless();
  const ids = Array.from({ length: MAILS }, (_, i) => i + 1);
  const recipient = (id: number) => ({
    ...{ id, address: `p${id}@bench.example`, username: `person ${id}`, area: "", attributes: {} },
    ...{ createdAt: 0, updatedAt: 0, suppressed: null },
  });
  const compose = composerOf(held.value, "default", { get: recipient }, allowance);
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
      mailBytes = composed.mail.content.length;
      return composed;
    },
    sendTimes: null,
  });
  await settler.end();
  held.release();
  return { mailBytes };
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
