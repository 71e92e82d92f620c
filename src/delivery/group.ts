import { readSettings, type Settings } from "../config.ts";
import type { DeliverJob } from "../push/job.ts";
import type { ClaimAnswer, Outcome } from "../push/rpc.ts";
import { type Addressee, readForSending } from "../recipients/audience.ts";
import { makeTransport } from "../transport/make.ts";
import { composerOf, knowsContent, learnContent } from "./compose.ts";
import { untried } from "./judge.ts";
import { callPush } from "./push-call.ts";
import { SESSION_GROUP, sendAll } from "./sessions.ts";
import { Settler } from "./settler.ts";

/** One message may take this long, and no lease is so short that two would not fit. */
const MESSAGE_TIMEOUT_MS = 8 * 60_000;

/** The messages of one push in one batch, by delivery. */
export interface Group {
  readonly push: string;
  readonly messages: Map<number, Message<DeliverJob>>;
}

/** What a group may use of its invocation. */
export interface Share {
  readonly connections: number;
  /** Epoch milliseconds: everything must be over by then. */
  readonly endsAt: number;
}

/** Claims the group's deliveries, sends those granted, settles them, and acks or retries each message. */
export async function deliverGroup(group: Group, env: Env, share: Share): Promise<void> {
  const settings = readSettings(env);
  const ids = [...group.messages.keys()];
  const token = crypto.randomUUID();
  const claimedAt = Date.now();
  const sessions = Math.min(share.connections, Math.ceil(ids.length / SESSION_GROUP));
  const settler = new Settler(env, group.push, token, SESSION_GROUP * sessions);

  const claimed = await claim(env, group.push, token, ids, settler);
  const later = new Map(claimed.later.map(({ id, delaySeconds }) => [id, delaySeconds]));
  if (claimed.send.length > 0) {
    const endsAt = Math.min(share.endsAt, claimedAt + claimed.leaseMs);
    await send(claimed, { env, settings, push: group.push, settler, sessions, claimedAt, endsAt });
    for (const [id, delaySeconds] of settler.later) later.set(id, delaySeconds);
  }
  for (const [id, message] of group.messages) {
    const delaySeconds = later.get(id);
    if (delaySeconds === undefined) message.ack();
    else message.retry({ delaySeconds });
  }
}

/** @throws when the object does not answer; whatever it may have granted has then been given back */
async function claim(env: Env, push: string, token: string, ids: number[], settler: Settler): Promise<ClaimAnswer> {
  try {
    const request = { token, ids, knowsContent: knowsContent(push) };
    return await callPush(env, push, (object) => object.claim(request));
  } catch (error) {
    for (const id of ids) settler.report(untried(id));
    await settler.end();
    throw error;
  }
}

interface Sending {
  readonly env: Env;
  readonly settings: Settings;
  readonly push: string;
  readonly settler: Settler;
  readonly sessions: number;
  readonly claimedAt: number;
  readonly endsAt: number;
}

async function send(claimed: ClaimAnswer, { env, settings, push, settler, sessions, claimedAt, endsAt }: Sending) {
  if (claimed.content !== null) learnContent(claimed.content, settings);
  const recipients = await read(env, claimed.send, settler);
  if (recipients !== null) {
    const ready = claimed.send.filter((id) => keep(id, recipients.get(id), settler));
    const messageTimeoutMs = Math.min(MESSAGE_TIMEOUT_MS, claimed.leaseMs / 2);
    await sendAll(ready, {
      transport: makeTransport(settings),
      limits: { beginBefore: endsAt - messageTimeoutMs, messageTimeoutMs },
      settler,
      sessions,
      compose: composerOf(push, recipients),
      pace: claimed.pace === null ? null : { startAt: claimedAt + claimed.pace.startInMs, gapMs: claimed.pace.gapMs },
    });
  }
  await settler.end();
}

/**
 * Reads the granted recipients as they are now, so that an unsubscribe or a changed address counts up to this moment.
 * Null: D1 did not answer, and all of them have been reported as an outage.
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

/** False for one who must not get it, which is then reported. */
function keep(id: number, recipient: Addressee | undefined, settler: Settler): boolean {
  if (recipient !== undefined && recipient.suppressed === null) return true;
  const skipped: Omit<Outcome, "class" | "address"> = { id, kind: "skipped", reply: null, attempt: 0 };
  if (recipient === undefined) settler.report({ ...skipped, class: "deleted", address: null });
  else settler.report({ ...skipped, class: recipient.suppressed, address: recipient.address });
  return false;
}
