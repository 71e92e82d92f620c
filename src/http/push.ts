import type { Push } from "../push/object.ts";
import type { DeliveryView, PushStatus } from "../push/rpc.ts";
import { notFound, type Problem } from "./problem.ts";
import { isoTime, isoTimeOrNull } from "./time.ts";

type Calls = "create" | "status" | "deliveries" | "pause" | "resume" | "cancel" | "retry" | "resolve";

/** The push's object. The cast: the platform's types treat `unknown` fields as not serialisable. */
export function pushObject(env: Env, id: string): Pick<Push, Calls> {
  return env.PUSH.getByName(id) as unknown as Pick<Push, Calls>;
}

export function unknownPush(id: string): Problem {
  return notFound(`push ${JSON.stringify(id.slice(0, 64))}`);
}

/** A push in API answers, with times in ISO 8601. */
export function pushView(status: PushStatus) {
  const { relay } = status;
  return {
    ...status,
    relay: { ...relay, since: isoTimeOrNull(relay.since), nextTryAt: isoTimeOrNull(relay.nextTryAt) },
    createdAt: isoTime(status.createdAt),
    sendAt: isoTimeOrNull(status.sendAt),
    startedAt: isoTimeOrNull(status.startedAt),
    finishedAt: isoTimeOrNull(status.finishedAt),
    expiresAt: isoTimeOrNull(status.expiresAt),
  };
}

export function deliveryView(delivery: DeliveryView) {
  return { ...delivery, dueAt: isoTimeOrNull(delivery.dueAt), updatedAt: isoTime(delivery.updatedAt) };
}
