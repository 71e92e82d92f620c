import type { RelaySettings } from "../config/relays.ts";
import { readSettings } from "../config/settings.ts";
import { relayHeaders } from "../feedback/providers/headers.ts";
import { logError } from "../log.ts";
import type { Attachment } from "../message/attachments/attachment.ts";
import { OnceUnreachable } from "../once/call.ts";
import { callPush } from "../push/call.ts";
import type { DeliverJob } from "../push/job.ts";
import { DEFAULT_RELAY } from "../push/relay/draw.ts";
import { type ClaimAnswer, type ClaimRequest, UNREADABLE, UNRESERVED } from "../push/rpc.ts";
import { makeTransport } from "../transport/make.ts";
import type { Transport } from "../transport/transport.ts";
import type { Allowance } from "./allowance.ts";
import { composerOf } from "./content/compose.ts";
import { holdContent, holdNewContent, type Ready } from "./content/prepared-content.ts";
import { SESSION_GROUP } from "./feed.ts";
import { paces } from "./patience.ts";
import { Recipients } from "./recipients.ts";
import { Reservations } from "./reservations.ts";
import { sendAll } from "./sessions.ts";
import { untried } from "./settle/judge.ts";
import { beforeSettle } from "./settle/sent-ids.ts";
import { Settler } from "./settle/settler.ts";

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
  /** How long it may wait for send times, milliseconds; absent: as long as is useful. */
  readonly patienceMs?: number;
  /** Deadline, epoch milliseconds. */
  readonly endsAt: number;
  /** Shared by all groups. */
  readonly allowance: Allowance;
}

/** Claims the group's deliveries, sends those granted, settles them, and acks or retries each message. */
export async function deliverGroup(group: Group, env: Env, share: Share): Promise<void> {
  const settings = readSettings(env);
  // Before the claim: a transport that cannot be made must not leave claimed deliveries behind.
  const routes = new Map(
    settings.relays.map((relay) => [relay.id, { relay, transport: makeTransport(settings, relay) }]),
  );
  const ids = [...group.messages.keys()];
  const token = crypto.randomUUID();
  const claimedAt = Date.now();
  const sessions = Math.min(share.connections, Math.ceil(ids.length / SESSION_GROUP));
  const settler = new Settler(env, group.push, token, SESSION_GROUP * sessions);

  let content = holdContent(group.push, share.endsAt);
  try {
    const claimed = await claim(
      env,
      group.push,
      {
        token,
        ids,
        knowsContent: content !== null,
        relays: [...routes.keys()],
        sendsAttachments: true,
        patienceMs: share.patienceMs,
        reserves: true,
      },
      settler,
    );
    const later = new Map(claimed.later.map(({ id, delaySeconds }) => [id, delaySeconds]));
    if (claimed.send.length > 0) {
      paces.note(group.push, claimed.sendTimes?.gapMs ?? 0);
      const { allowance } = share;
      const endsAt = Math.min(share.endsAt, claimedAt + claimed.leaseMs);
      if (content === null) {
        if (claimed.content === null) throw new Error(`the content of push ${group.push} was neither known nor sent`);
        const fetch = () => attachmentsOf(env, group.push);
        content = await holdNewContent(claimed.content, settings, endsAt, allowance, fetch);
      }
      const route = routes.get(claimed.relay);
      if (content === null || route === undefined) await giveBack(claimed.send, settler);
      else {
        settler.beforeSettle = beforeSettle(route.transport, env.DB, group.push);
        const allowed = Math.min(sessions, claimed.sessions ?? sessions);
        const ready = content.value;
        await send(claimed, {
          env,
          push: group.push,
          ...route,
          ready,
          settler,
          sessions: allowed,
          claimedAt,
          endsAt,
          allowance,
        });
      }
      for (const [id, delaySeconds] of settler.later) later.set(id, delaySeconds);
    }
    for (const [id, message] of group.messages) {
      const delaySeconds = later.get(id);
      if (delaySeconds === undefined) message.ack();
      else message.retry({ delaySeconds });
    }
  } finally {
    content?.release();
  }
}

/** What an object of older code does not say: it has one relay, and no `onceKey`. */
const UNSAID = { relay: DEFAULT_RELAY, sessions: null, once: null };

/** @throws if the object does not answer, after settling any granted deliveries as untried */
async function claim(env: Env, push: string, request: ClaimRequest, settler: Settler): Promise<ClaimAnswer> {
  try {
    return { ...UNSAID, ...(await callPush(env, push, (object) => object.claim(request))) };
  } catch (error) {
    await giveBack(request.ids, settler);
    throw error;
  }
}

/** The files of a push. Null: its object does not answer, or its ledger is gone since the claim. */
async function attachmentsOf(env: Env, push: string): Promise<readonly Attachment[] | null> {
  try {
    return await callPush(env, push, (object) => object.attachments());
  } catch (error) {
    logError({ at: "attachments", push, error: String(error) });
    return null;
  }
}

async function giveBack(ids: readonly number[], settler: Settler): Promise<void> {
  for (const id of ids) settler.report(untried(id));
  await settler.end();
}

interface Sending {
  readonly env: Env;
  readonly push: string;
  readonly relay: RelaySettings;
  readonly transport: Transport;
  readonly ready: Ready;
  readonly settler: Settler;
  readonly sessions: number;
  readonly claimedAt: number;
  readonly endsAt: number;
  readonly allowance: Allowance;
}

async function send(claimed: ClaimAnswer, sending: Sending): Promise<void> {
  const { env, push, relay, transport, settler, sessions, claimedAt, endsAt, allowance } = sending;
  const reservations = claimed.once === null ? null : new Reservations(env, push, claimed.once, endsAt);
  const recipients = new Recipients(env.DB, sending.ready.list, reservations);
  const { providers } = readSettings(env);
  const headers = relayHeaders({ transport: relay.transport, provider: relay.provider ?? providers.smtp }, providers);
  const skipped = await read(recipients, claimed.send, settler);
  if (skipped !== null) {
    const messageTimeoutMs = Math.min(MESSAGE_TIMEOUT_MS, claimed.leaseMs / 2);
    await sendAll(
      claimed.send.filter((id) => !skipped.has(id)),
      {
        transport,
        limits: { beginBefore: endsAt - messageTimeoutMs, messageTimeoutMs },
        settler,
        sessions,
        alone: new Set(claimed.alone),
        allowance,
        recipients,
        compose: composerOf(sending.ready, relay.id, recipients, allowance, headers),
        sendTimes:
          claimed.sendTimes === null
            ? null
            : { startAt: claimedAt + claimed.sendTimes.startInMs, gapMs: claimed.sendTimes.gapMs },
      },
    );
  }
  await settler.end();
}

/**
 * Reads the granted recipients and reports those who may not receive; resolves to their ids. Null: D1, or the object of the
 * push's `onceKey`, did not answer; all deliveries are reported as an outage.
 */
async function read(recipients: Recipients, ids: readonly number[], settler: Settler): Promise<Set<number> | null> {
  try {
    const skipped = await recipients.read(ids);
    for (const outcome of skipped) settler.report(outcome);
    return new Set(skipped.map(({ id }) => id));
  } catch (error) {
    const [verdict, what] =
      error instanceof OnceUnreachable ? [UNRESERVED, "reserved under the onceKey"] : [UNREADABLE, "read"];
    const reply = `the recipients could not be ${what}: ${String(error)}`.slice(0, 500);
    for (const id of ids) settler.report({ ...untried(id), kind: "outage", class: verdict, reply });
    return null;
  }
}
