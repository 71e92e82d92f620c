import { isoTime, isoTimeOrNull } from "../../core/time.ts";
import type { DeliveryView, PushSummary } from "../rpc.ts";

/** A push in API answers, with times in ISO 8601; with its filter where the status has one. */
export function pushView<Status extends PushSummary>(status: Status) {
  const { relay } = status;
  return {
    ...status,
    template: status.template ?? null,
    segment: status.segment ?? null,
    relay: { ...relay, since: isoTimeOrNull(relay.since), nextTryAt: isoTimeOrNull(relay.nextTryAt) },
    steering: (status.steering ?? []).map((one) => ({ ...one, at: isoTime(one.at) })),
    createdAt: isoTime(status.createdAt),
    sendAt: isoTimeOrNull(status.sendAt),
    startedAt: isoTimeOrNull(status.startedAt),
    finishedAt: isoTimeOrNull(status.finishedAt),
    expiresAt: isoTimeOrNull(status.expiresAt),
  };
}

/** A delivery in API answers. */
export function deliveryView(delivery: DeliveryView) {
  return { ...delivery, dueAt: isoTimeOrNull(delivery.dueAt), updatedAt: isoTime(delivery.updatedAt) };
}
