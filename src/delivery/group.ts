import { readSettings } from "../config.ts";
import { callPush } from "../push/call.ts";
import type { DeliverJob } from "../push/job.ts";
import type { ClaimAnswer, ClaimRequest, Outcome } from "../push/rpc.ts";
import { type Addressee, readForSending } from "../recipients/audience.ts";
import { makeTransport } from "../transport/make.ts";
import type { Transport } from "../transport/transport.ts";
import { composerOf, makeReady, type Ready, readyContent } from "./compose.ts";
import { untried } from "./judge.ts";
import { SESSION_GROUP, sendAll } from "./sessions.ts";
import { Settler } from "./settler.ts";

/** Timeout of one message, unless half the lease is shorter. */
const MESSAGE_TIMEOUT_MS = 8 * 60_000;

/** The messages of one push in one batch, by delivery. */
export interface Group {
  readonly push: string;
  readonly messages: Map<number, Message<DeliverJob>>;
}

/** A group's share of its invocation. */
export interface Share {
  readonly connections: number;
  /** Deadline, epoch milliseconds. */
  readonly endsAt: number;
}

/** Claims the group's deliveries, sends those granted, settles them, and acks or retries each message. */
export async function deliverGroup(group: Group, env: Env, share: Share): Promise<void> {
  const settings = readSettings(env);
  // Before the claim: a transport that cannot be made must not leave claimed deliveries behind.
  const transport = makeTransport(settings);
  const ids = [...group.messages.keys()];
  const token = crypto.randomUUID();
  const claimedAt = Date.now();
  const sessions = Math.min(share.connections, Math.ceil(ids.length / SESSION_GROUP));
  const settler = new Settler(env, group.push, token, SESSION_GROUP * sessions);

  // Keep a reference: other pushes may evict the content from the cache before it is used.
  const known = readyContent(group.push);
  const claimed = await claim(env, group.push, { token, ids, knowsContent: known !== null }, settler);
  const later = new Map(claimed.later.map(({ id, delaySeconds }) => [id, delaySeconds]));
  if (claimed.send.length > 0) {
    const endsAt = Math.min(share.endsAt, claimedAt + claimed.leaseMs);
    const ready = claimed.content === null ? known : makeReady(claimed.content, settings);
    if (ready === null) throw new Error(`the content of push ${group.push} was neither known nor sent`);
    await send(claimed, { env, transport, ready, settler, sessions, claimedAt, endsAt });
    for (const [id, delaySeconds] of settler.later) later.set(id, delaySeconds);
  }
  for (const [id, message] of group.messages) {
    const delaySeconds = later.get(id);
    if (delaySeconds === undefined) message.ack();
    else message.retry({ delaySeconds });
  }
}

/** @throws if the object does not answer, after settling any granted deliveries as untried */
async function claim(env: Env, push: string, request: ClaimRequest, settler: Settler): Promise<ClaimAnswer> {
  try {
    return await callPush(env, push, (object) => object.claim(request));
  } catch (error) {
    for (const id of request.ids) settler.report(untried(id));
    await settler.end();
    throw error;
  }
}

interface Sending {
  readonly env: Env;
  readonly transport: Transport;
  readonly ready: Ready;
  readonly settler: Settler;
  readonly sessions: number;
  readonly claimedAt: number;
  readonly endsAt: number;
}

async function send(
  claimed: ClaimAnswer,
  { env, transport, ready: content, settler, sessions, claimedAt, endsAt }: Sending,
) {
  const recipients = await read(env, claimed.send, settler);
  if (recipients !== null) {
    const ready = claimed.send.filter((id) => mayReceive(id, recipients.get(id), settler));
    const messageTimeoutMs = Math.min(MESSAGE_TIMEOUT_MS, claimed.leaseMs / 2);
    await sendAll(ready, {
      transport,
      limits: { beginBefore: endsAt - messageTimeoutMs, messageTimeoutMs },
      settler,
      sessions,
      compose: composerOf(content, recipients),
      sendTimes:
        claimed.sendTimes === null
          ? null
          : { startAt: claimedAt + claimed.sendTimes.startInMs, gapMs: claimed.sendTimes.gapMs },
    });
  }
  await settler.end();
}

/**
 * Reads the granted recipients fresh, so that an unsubscribe or a changed address counts up to this moment.
 * Null: D1 did not answer; all deliveries are reported as an outage.
 */
async function read(env: Env, ids: readonly number[], settler: Settler): Promise<Map<number, Addressee> | null> {
  try {
    return await readForSending(env.DB, ids);
  } catch (error) {
    const reply = `the recipients could not be read: ${String(error)}`.slice(0, 500);
    for (const id of ids) settler.report({ ...untried(id), kind: "outage", class: "outage", reply });
    return null;
  }
}

/** False if the recipient is suppressed or deleted; reports the delivery as skipped. */
function mayReceive(id: number, recipient: Addressee | undefined, settler: Settler): boolean {
  if (recipient !== undefined && recipient.suppressed === null) return true;
  const skipped: Omit<Outcome, "class" | "address"> = { id, kind: "skipped", reply: null, attempt: 0 };
  if (recipient === undefined) settler.report({ ...skipped, class: "deleted", address: null });
  else settler.report({ ...skipped, class: recipient.suppressed, address: recipient.address });
  return false;
}
