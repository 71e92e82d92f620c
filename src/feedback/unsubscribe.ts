import { logError } from "../log.ts";
import type { SignedDelivery } from "../message/signed/delivery-token.ts";
import { callPush, PushUnreachable } from "../push/call.ts";
import { findRecipient } from "../recipients/store.ts";
import { addSuppressions, findSuppressions, findUnsubscribed, liftSuppressions } from "../recipients/suppressions.ts";
import { sendFeedback } from "./event.ts";

/** - `unknown`: neither the push's ledger nor the list of recipients knows whom to take off. */
export type Unsubscribed = "done" | "unknown";

const REASON = "unsubscribed";

/**
 * Suppresses the address to which the delivery went and the recipient's present one, before it resolves; the ledger hears
 * of it by queue. May be repeated.
 *
 * @throws if D1 or the queue does not answer: then it may have been done in part
 */
export async function unsubscribe(env: Env, delivery: SignedDelivery, now: number): Promise<Unsubscribed> {
  const { push, recipient } = delivery;
  const { addresses, isComplete } = await addressesOf(env, delivery);
  const [first] = addresses;
  if (first === undefined && isComplete) return "unknown";
  const suppressions = addresses.map((address) => {
    return { address, reason: REASON, detail: null, push, recipient } as const;
  });
  await addSuppressions(env.DB, suppressions, now);
  const known = first === undefined ? [] : await findSuppressions(env.DB, first);
  const made = known.find(({ reason }) => reason === REASON);
  // A repeat is the same event, with the same time. One by another push may be older than this mail.
  const at = made?.push === push && made.recipient === recipient ? made.createdAt : now;
  const id = `one-click:${push}.${recipient}:${made?.createdAt ?? now}`;
  await sendFeedback(env, [
    { kind: "unsubscribed", id, at, source: "one-click", push, recipient, address: null, words: null },
  ]);
  return "done";
}

/**
 * Takes an unsubscribe back, for the same addresses and for those that it suppressed and the recipient has no more; other
 * reasons stay.
 *
 * @throws if D1 does not answer
 */
export async function undoUnsubscribe(env: Env, delivery: SignedDelivery, now: number): Promise<Unsubscribed> {
  const [{ addresses }, made] = await Promise.all([addressesOf(env, delivery), findUnsubscribed(env.DB, delivery)]);
  const all = [...new Set([...addresses, ...made])];
  if (all.length === 0) return "unknown";
  await liftSuppressions(env.DB, all, REASON, "unsubscribe-page", now);
  return "done";
}

/** `isComplete`: false if the push did not answer, and may know another address. */
async function addressesOf(env: Env, { push, recipient }: SignedDelivery) {
  const [present, sentTo] = await Promise.all([
    findRecipient(env.DB, recipient),
    callPush(env, push, (object) => object.addressOf(recipient)).catch((error) => {
      if (!(error instanceof PushUnreachable)) throw error;
      logError({ at: "unsubscribe", push, error: String(error) });
      return undefined;
    }),
  ]);
  const addresses = new Set([sentTo, present?.address].filter((address) => typeof address === "string"));
  return { addresses: [...addresses], isComplete: sentTo !== undefined };
}
