import { GIVE_UP_AFTER_MS, type PushUnreachable } from "../push/call.ts";
import type { DeliveryStory, DeliveryView, PushSummary } from "../push/rpc.ts";
import { notFound, type Problem } from "./problem.ts";
import { isoTime, isoTimeOrNull } from "./time.ts";

export function unknownPush(id: string): Problem {
  return notFound(`push ${JSON.stringify(id.slice(0, 64))}`);
}

/**
 * The answer when a push's object did not answer. A request that changes something may have done so, which only the push
 * can tell.
 */
export function unreachable({ push, overloaded }: PushUnreachable, method: string): Problem {
  const location = `/api/pushes/${push}`;
  if (method === "GET" || method === "HEAD") {
    const detail = `push ${push} does not answer at the moment; try again`;
    return { code: "push-unreachable", detail, id: push, headers: { "retry-after": overloaded ? "10" : "1" } };
  }
  const retryAfter = `${GIVE_UP_AFTER_MS / 1000}`;
  const detail =
    `push ${push} did not answer: it is unknown whether this request was carried out. ` +
    `GET ${location} in ${retryAfter} seconds tells, for good; look there before you send the request again`;
  return { code: "outcome-unknown", detail, id: push, headers: { location, "retry-after": retryAfter } };
}

/** A push in API answers, with times in ISO 8601; with its filter where the status has one. */
export function pushView<Status extends PushSummary>(status: Status) {
  const { relay } = status;
  return {
    ...status,
    relay: { ...relay, since: isoTimeOrNull(relay.since), nextTryAt: isoTimeOrNull(relay.nextTryAt) },
    steering: (status.steering ?? []).map((one) => ({ ...one, at: isoTime(one.at) })),
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

/** A delivery with what happened to it. */
export function storyView({ delivery, events }: DeliveryStory) {
  return { ...deliveryView(delivery), events: events.map((event) => ({ ...event, at: isoTime(event.at) })) };
}
