import { isoTime, isoTimeOrNull } from "../../core/time.ts";
import type { DeliveryView, PushSummary, RelayHealth } from "../rpc.ts";

/** A push in API answers, with times in ISO 8601; with its filter where the status has one. */
export function pushView<Status extends PushSummary>(status: Status) {
  const { relay, expiresInSeconds, ...shown } = status;
  return {
    ...shown,
    template: status.template ?? null,
    segment: status.segment ?? null,
    relay: relayTimes(relay),
    relays: (status.relays ?? []).map(relayTimes),
    priority: status.priority ?? "normal",
    contentVersion: status.contentVersion ?? 1,
    expiresIn: expiresInSeconds ?? null,
    inDoubt: status.inDoubt ?? null,
    onceKey: status.onceKey ?? null,
    canary:
      status.canary === undefined || status.canary === null
        ? null
        : { ...status.canary, waitsUntil: isoTimeOrNull(status.canary.waitsUntil) },
    reasonDetail: status.reasonDetail ?? null,
    waiting: status.waiting ?? null,
    waitingDetail: status.waitingDetail ?? null,
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

function relayTimes<Relay extends RelayHealth>(relay: Relay) {
  return { ...relay, since: isoTimeOrNull(relay.since), nextTryAt: isoTimeOrNull(relay.nextTryAt) };
}
