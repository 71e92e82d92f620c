import { logError } from "../../log.ts";
import { giveBack } from "../../once/call.ts";
import { maxId, readPage } from "../../recipients/filter/audience.ts";
import { parseFilter } from "../../recipients/filter/filter.ts";
import { addSuppressions } from "../../recipients/suppressions.ts";
import { removeNotedSuppressions, suppressible } from "../health/suppressions.ts";
import { mirror } from "../index/mirror.ts";
import { keepPace } from "../index/pace.ts";
import { statusOf } from "../index/status.ts";
import type { DeliverJob } from "../job.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { nextReturning, postponeReturning, removeReturned } from "../ledger/once/give-back.ts";
import { type Release, undoRelease } from "../ledger/release.ts";
import { addPage, beginSnapshot, nextPage, SNAPSHOT_PAGE } from "../ledger/snapshot.ts";
import type { Limits } from "../limits.ts";
import { releaseDue, wakeFacts } from "./facts.ts";

/** Deliveries released in one round: ten `sendBatch` calls. */
const RELEASE_AT_ONCE = 1_000;
/** Concurrent `sendBatch` calls; the platform allows six connections in all. */
const SENDS_AT_ONCE = 4;
/** People given back in one call, and calls of one alarm. */
const GIVE_BACK_AT_ONCE = 2_000;
const GIVE_BACK_CALLS = 10;
/** Delay before deliveries that the queue refused are released again. */
const REQUEUE_DELAY_MS = 2_000;

/** Dependencies of the alarm's steps. Other events run during their awaits, so each write is an event that rechecks. */
export interface Dispatch {
  readonly env: Env;
  readonly ledger: Ledger;
  readonly limits: Limits;
  /** Runs one event in one transaction. */
  event<T>(event: (now: number) => T): T;
}

/** Copies one page of recipients from D1 to the ledger. False: no page to copy. */
export async function takeSnapshot({ env, ledger, event }: Dispatch): Promise<boolean> {
  const push = ledger.push();
  const cursor = push === null ? null : nextPage(push);
  if (push === null || cursor === null) return false;
  const { after, bound } = cursor;
  if (bound === null) {
    const greatest = await maxId(env.DB);
    event(() => beginSnapshot(ledger, greatest));
    return true;
  }
  const filter = parseFilter(JSON.parse(push.filter));
  if (!filter.ok) throw new Error(`the filter was accepted and cannot be read any more: ${push.filter}`);
  const page = await readPage(env.DB, filter.value, { after, bound }, SNAPSHOT_PAGE);
  event((now) => addPage(ledger, cursor, page, now));
  return true;
}

/** Queues pending deliveries up to the window. False: none were released. */
export async function release({ env, ledger, limits, event }: Dispatch): Promise<boolean> {
  const { push, releases } = event((now) => {
    const push = ledger.push();
    if (push === null) return { push: "", releases: [] };
    return { push: push.id, releases: releaseDue(ledger, push, limits, RELEASE_AT_ONCE, now) };
  });
  for (let start = 0; start < releases.length; start += SENDS_AT_ONCE) {
    try {
      await Promise.all(
        releases.slice(start, start + SENDS_AT_ONCE).map((part) => env.MAIL.sendBatch(messagesOf(push, part))),
      );
    } catch (error) {
      // The queue may hold some of these anyway: their claims find them pending and are refused.
      event((now) => undoRelease(ledger, releases.slice(start), now + REQUEUE_DELAY_MS, now));
      throw error;
    }
  }
  return releases.length > 0;
}

function messagesOf(push: string, { n, ids }: Release): MessageSendRequest<DeliverJob>[] {
  return ids.map((id) => ({ body: { push, id, release: n }, contentType: "json" }));
}

/** Suppresses in D1 the addresses that this push found not to exist. */
export async function suppress({ env, ledger, event }: Dispatch): Promise<void> {
  const push = ledger.push();
  const addresses = push === null ? [] : suppressible(ledger, push);
  if (push === null || addresses.length === 0) return;
  const entries = addresses.map(({ id, address, detail, at }) => ({
    address,
    detail,
    reason: "no-such-user" as const,
    push: push.id,
    recipient: id,
    at,
  }));
  await addSuppressions(env.DB, entries, Date.now());
  event(() => removeNotedSuppressions(ledger, addresses));
}

/**
 * Gives people of the push's `onceKey` back whom it did not mail. A key's object that does not answer is asked again
 * later, and holds up nothing else.
 */
export async function giveBackPeople({ env, ledger, limits, event }: Dispatch): Promise<void> {
  const push = ledger.push();
  const { once } = ledger;
  if (push === null || once === null) return;
  for (let call = 0; call < GIVE_BACK_CALLS; call++) {
    const returning = nextReturning(ledger, limits.backoffScale, GIVE_BACK_AT_ONCE, Date.now());
    if (returning === null) return;
    try {
      const { deliveries } = returning;
      if (deliveries.length > 0) await giveBack(env, once.key, { push: push.id, deliveries });
    } catch (error) {
      logError({ at: "give back", push: push.id, deliveries: returning.deliveries.length, error: String(error) });
      event((now) => postponeReturning(ledger, limits.backoffScale, now));
      return;
    }
    event(() => removeReturned(ledger, returning));
  }
}

/** Mirrors the push to its row in D1 when due, so that a list of pushes is one query, and notes how far it is. */
export async function mirrorWhenDue({ env, ledger, limits }: Dispatch): Promise<void> {
  const push = ledger.push();
  const now = Date.now();
  if (push === null) return;
  const { mirrorAt } = wakeFacts(ledger, push, limits, now);
  if (mirrorAt === null || mirrorAt > now) return;
  const version = push.mirror_version + 1;
  const changes = ledger.changes;
  ledger.updateMirror({ mirror_version: version, mirrored_at: now });
  const status = statusOf(ledger, push, limits, now);
  keepPace(ledger, status, now);
  await mirror(env.DB, status, version);
  if (changes === ledger.changes) ledger.updateMirror({ unmirrored: 0 });
}
