import { LINES } from "../../../src/export/lines.ts";
import { exportStream, type Written } from "../../../src/export/stream.ts";
import type { NewPush } from "../../../src/push/rpc.ts";
import type { FeedbackKind, Step } from "../step.ts";
import { returnedTo } from "./feedback.ts";
import { idsOf, type LedgerBench, sentTo } from "./object.ts";

export { LedgerBench } from "./object.ts";

interface Bindings {
  readonly LEDGER: DurableObjectNamespace<LedgerBench>;
}

const BATCH = 100;
const GROUP = 25;
/** Consumers at once: `max_concurrency`. */
const CONSUMERS = 5;

/** `POST /NAME/STEP?after=&upTo=`: does a step in the object NAME and answers with how long it took. */
export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    const [, name = "", step = ""] = pathname.split("/");
    const [after, upTo] = [Number(searchParams.get("after")), Number(searchParams.get("upTo"))];
    if (name === "") return new Response("up");
    const object = env.LEDGER.getByName(name);
    if (step === "begin") {
      await object.begin(pushOf(name, upTo));
      return Response.json(null);
    }
    if (step === "live") return object.fetch(request);
    if (step === "export") {
      const lines = LINES[searchParams.get("format") === "csv" ? "csv" : "ndjson"];
      const end = async (written: Written) => `${JSON.stringify(written)}\n`;
      return new Response(exportStream(lines, (from) => object.deliveries(from), end));
    }
    if (step === "tallies") return Response.json(await object.tallies());
    if (step === "calls") return Response.json(await byCalls(object, after, upTo));
    if (step === "feedback") {
      const kind = searchParams.get("kind") as FeedbackKind;
      return Response.json(await returnedTo(object, name, kind, idsOf(after, upTo)));
    }
    return Response.json(await object.step(step as Step, after, upTo, searchParams.has("count")));
  },
} satisfies ExportedHandler<Bindings>;

/** The same claims and settles, each its own call, from as many consumers at once as the queue has. */
async function byCalls(object: DurableObjectStub<LedgerBench>, after: number, upTo: number): Promise<null> {
  let next = after;
  const consumer = async () => {
    while (next < upTo) {
      const ids = idsOf(next, Math.min(upTo, next + BATCH));
      next += BATCH;
      const token = crypto.randomUUID();
      const { send } = await object.claim({ token, ids, knowsContent: true });
      for (let at = 0; at < send.length; at += GROUP) {
        await object.settle({ token, outcomes: send.slice(at, at + GROUP).map(sentTo) });
      }
      // As a consumer waits for its relay. Without any wait the local event loop never looks at timers and sockets.
      await scheduler.wait(0);
    }
  };
  await Promise.all(Array.from({ length: CONSUMERS }, consumer));
  return null;
}

function pushOf(id: string, expected: number): NewPush {
  return {
    id,
    action: "mailpush",
    filter: { area: "area" },
    subject: "Hello {{ username }}",
    html: `<p>Hello {{ username }}!</p>${"<p>A paragraph of a newsletter.</p>".repeat(50)}`,
    text: null,
    from: "mailpush <news@example.com>",
    replyTo: null,
    list: true,
    signedWith: null,
    expected,
    expectedIsEstimate: false,
    acceptUntil: Number.POSITIVE_INFINITY,
    createdAt: Date.now(),
    sendAt: null,
    expiresInSeconds: 86_400,
    rate: null,
    inDoubt: "resend",
    by: "bench",
    relays: null,
    priority: "normal",
  };
}
