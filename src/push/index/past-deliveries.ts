import { callPush } from "../call.ts";
import type { DeliveryView } from "../rpc.ts";
import { type KeptPush, listKept } from "./kept.ts";

/** A push's delivery to a person. */
export interface PastDelivery {
  readonly push: KeptPush;
  readonly delivery: DeliveryView;
}

/** Pushes asked for one page, and at once: each is a call of its object. */
const MAX_ASKED = 60;
const ASKED_AT_ONCE = 6;

/**
 * A person's deliveries, of the newest push first, over the pushes whose ledger is still there. Nobody keeps a list of
 * them by person, as that would be a row in D1 for each mail, so the pushes themselves are asked. A page may be short,
 * even empty, and have a `next`: the push to go on below.
 *
 * @param since epoch ms; pushes that ended before are not asked
 * @throws PushUnreachable
 */
export async function pastDeliveriesOf(
  env: Env,
  recipient: number,
  { before, since, limit }: { before: string | null; since: number; limit: number },
): Promise<{ deliveries: PastDelivery[]; next: string | null }> {
  const { pushes, end } = await listKept(env.DB, { before, since, limit: MAX_ASKED });
  const deliveries: PastDelivery[] = [];
  for (let asked = 0; asked < pushes.length; asked += ASKED_AT_ONCE) {
    const some = pushes.slice(asked, asked + ASKED_AT_ONCE);
    const found = await Promise.all(
      some.map(async (push) => ({ push, delivery: await find(env, push.id, recipient) })),
    );
    for (const { push, delivery } of found) {
      if (delivery === null) continue;
      if (deliveries.length === limit) return { deliveries, next: deliveries.at(-1)?.push.id ?? null };
      deliveries.push({ push, delivery });
    }
  }
  return { deliveries, next: end };
}

async function find(env: Env, push: string, recipient: number): Promise<DeliveryView | null> {
  const query = { state: null, after: recipient - 1, limit: 1 };
  const { deliveries } = await callPush(env, push, (object) => object.deliveries(query));
  return deliveries.find(({ id }) => id === recipient) ?? null;
}
