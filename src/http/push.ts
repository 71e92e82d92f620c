import { adviceOn, adviceOnOne, type Lacking } from "../core/advice.ts";
import { isoTime } from "../core/time.ts";
import { GIVE_UP_AFTER_MS, type PushUnreachable } from "../push/call.ts";
import type { FailureGroups } from "../push/index/failure-groups.ts";
import type { PastDelivery } from "../push/index/past-deliveries.ts";
import { deliveryView } from "../push/index/view.ts";
import type { DeliveryStory } from "../push/rpc.ts";
import { notFound, type Problem } from "./problem.ts";

export { deliveryView, pushView } from "../push/index/view.ts";

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

export function pastDeliveryView({ push, delivery }: PastDelivery) {
  return { push: { ...push, createdAt: isoTime(push.createdAt) }, delivery: deliveryView(delivery) };
}

/** A list of domains may be as long as a list of failures. */
const MAX_DOMAINS = 100;

/** Failures, or others that did not arrive, in API answers, with what to do about each class. */
export function failuresView(state: Lacking, { lookedAt, classes, domains }: FailureGroups) {
  return {
    lookedAt,
    classes: classes.map(({ name, count, samples }) => ({
      class: name,
      count,
      advice: adviceOn(state, name),
      samples,
    })),
    domains: domains.slice(0, MAX_DOMAINS).map(({ name, count, classes: counts, samples }) => ({
      domain: name,
      count,
      classes: Object.entries(counts).map(([verdict, some]) => ({ class: verdict, count: some })),
      samples,
    })),
    otherDomains: Math.max(domains.length - MAX_DOMAINS, 0),
  };
}

/** A delivery with what happened to it. */
export function storyView({ delivery, events }: DeliveryStory) {
  const { state, class: name } = delivery;
  return {
    ...deliveryView(delivery),
    advice: adviceOnOne(state, name),
    events: events.map((event) => ({ ...event, at: isoTime(event.at) })),
  };
}
