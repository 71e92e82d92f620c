import { eraseFromSegments } from "../drafts/segments.ts";
import { eraseFromAnswers } from "../http/idempotency/idempotency-store.ts";
import { onceObject } from "../once/call.ts";
import { personOf } from "../once/person.ts";
import { callPush } from "../push/call.ts";
import { eraseFromSummaries } from "../push/index/erase.ts";
import { earliestPushId } from "../push/steering/id.ts";
import { eraseRecipient, readMacKey } from "../recipients/erased.ts";
import { eraseFromRelays } from "../relay/call.ts";

/** Erases one person from D1 and from the ledgers of the pushes with ids above `after`, a chunk a message. */
export interface EraseJob {
  readonly erase: number;
  readonly address: string;
  /** "": from the first push on. */
  readonly after: string;
  /** A second look at the last pushes: one may have had no row in D1 yet, or read the person before they were gone. */
  readonly again: boolean;
}

const PUSHES_A_MESSAGE = 25;
const CALLS_AT_ONCE = 5;
/** Longer than the row of a new push in D1 may be late. */
const AGAIN_AFTER_SECONDS = 120;
const LOOK_BACK_MS = 3_600_000;

export function isErase(body: unknown): body is EraseJob {
  if (typeof body !== "object" || body === null) return false;
  const { erase, address, after } = body as Record<string, unknown>;
  return Number.isSafeInteger(erase) && typeof address === "string" && typeof after === "string";
}

/** Queues the erasure of a person. Await it before they are removed: it finds what is to be removed by their address. */
export async function queueErasure(env: Env, id: number, address: string): Promise<void> {
  await env.FEEDBACK.send({ erase: id, address, after: "", again: false } satisfies EraseJob, { contentType: "json" });
}

/** Does one chunk and queues the next. May be repeated. */
export async function erase({ erase: id, address, after, again }: EraseJob, env: Env, now: number): Promise<void> {
  await eraseRecipient(env.DB, id, address, now);
  await eraseFromSegments(env.DB, address);
  await eraseFromAnswers(env.DB, address);
  await eraseFromRelays(env, address);
  const pushes = await eraseFromSummaries(env.DB, address, after, PUSHES_A_MESSAGE);
  for (let start = 0; start < pushes.length; start += CALLS_AT_ONCE) {
    const calls = pushes.slice(start, start + CALLS_AT_ONCE).map((push) => {
      return callPush(env, push.id, (object) => object.erase(id, address));
    });
    await Promise.all(calls);
  }
  const keys = new Set(pushes.flatMap(({ onceKey }) => onceKey ?? []));
  if (keys.size > 0) {
    const person = personOf(await readMacKey(env.DB), address);
    for (const key of keys) await onceObject(env, key).erase(id, person);
  }
  const last = pushes.at(-1)?.id;
  const next: EraseJob = { erase: id, address, after: last ?? after, again };
  if (pushes.length === PUSHES_A_MESSAGE) await env.FEEDBACK.send(next, { contentType: "json" });
  else if (!again) {
    const from: EraseJob = { ...next, after: earliestPushId(now - LOOK_BACK_MS), again: true };
    await env.FEEDBACK.send(from, { contentType: "json", delaySeconds: AGAIN_AFTER_SECONDS });
  }
}
