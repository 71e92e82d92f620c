import { adviceOn } from "../core/advice.ts";
import { GIVE_UP_AFTER_MS, type PushUnreachable } from "../push/call.ts";
import type { FailureGroups } from "../push/index/failure-groups.ts";
import type { PastDelivery } from "../push/index/past-deliveries.ts";
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

export function pastDeliveryView({ push, delivery }: PastDelivery) {
  return { push: { ...push, createdAt: isoTime(push.createdAt) }, delivery: deliveryView(delivery) };
}

/** A list of domains may be as long as a list of failures. */
const MAX_DOMAINS = 100;

/** Failures in API answers, with what to do about each class. */
export function failuresView({ lookedAt, classes, domains }: FailureGroups) {
  return {
    lookedAt,
    classes: classes.map(({ name, count, samples }) => ({ class: name, count, advice: adviceOn(name), samples })),
    domains: domains.slice(0, MAX_DOMAINS).map(({ name, count, classes: counts, samples }) => ({
      domain: name,
      count,
      classes: Object.entries(counts).map(([verdict, some]) => ({ class: verdict, count: some })),
      samples,
    })),
    otherDomains: Math.max(domains.length - MAX_DOMAINS, 0),
  };
}

export function deliveryView(delivery: DeliveryView) {
  return { ...delivery, dueAt: isoTimeOrNull(delivery.dueAt), updatedAt: isoTime(delivery.updatedAt) };
}

/** A delivery with what happened to it. */
export function storyView({ delivery, events }: DeliveryStory) {
  return { ...deliveryView(delivery), events: events.map((event) => ({ ...event, at: isoTime(event.at) })) };
}
