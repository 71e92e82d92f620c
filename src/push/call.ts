import { currentRequestId } from "../request-id.ts";
import type { Push } from "./object.ts";
import type { CommandRequest } from "./rpc.ts";

/** Delays before repeated calls, jittered; together much shorter than any sensible lease. */
const REPEAT_AFTER_MS = [200, 1_000, 3_000] as const;

/** An object refuses a command or a new push that reaches it later: its caller has given up. Covers all attempts. */
export const GIVE_UP_AFTER_MS = 30_000;

/** An object's methods, as a caller sees them. */
export type PushCalls = Pick<
  Push,
  | "create"
  | "createGuarded"
  | "change"
  | "approve"
  | "status"
  | "content"
  | "attachments"
  | "edition"
  | "fetch"
  | "deliveries"
  | "addressOf"
  | "failures"
  | "reasons"
  | "pace"
  | "claim"
  | "settle"
  | "feedback"
  | "story"
  | "erase"
  | "deadLetters"
  | "pause"
  | "resume"
  | "resumeAfter"
  | "cancel"
  | "changeRate"
  | "retry"
  | "resolve"
>;

/** No attempt of a call brought an answer: the push may have carried it out, once, or not at all. */
export class PushUnreachable extends Error {
  override readonly name = "PushUnreachable";
  readonly push: string;
  /** The object is overloaded: an immediate repeat makes it worse. */
  readonly overloaded: boolean;

  constructor(push: string, cause: unknown) {
    super(`push ${push} did not answer: ${cause}`, { cause });
    this.push = push;
    this.overloaded = isOverloaded(cause);
  }
}

/** A push's object, for one call without repeats. The cast: the platform's types treat `unknown` as not serialisable. */
export function pushObject(env: Env, id: string): PushCalls {
  return env.PUSH.getByName(id) as unknown as PushCalls;
}

/**
 * Calls a push's object; repeats the call when the line or the object breaks, except under overload. The object may have
 * committed before, so each method that commits recognises a repeat: `create` by the push's id, `claim` and `settle` by
 * their token, events by their ids, dead letters by their release, commands by their request id. Each attempt takes a new stub, because a
 * broken stub stays broken.
 *
 * @throws PushUnreachable if no attempt was answered; the object's own error, after which nothing was committed
 */
export async function callPush<T>(env: Env, id: string, call: (push: PushCalls) => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await call(pushObject(env, id));
    } catch (error) {
      if (isThrownByObject(error)) throw error;
      const wait = REPEAT_AFTER_MS[attempt];
      if (wait === undefined || isOverloaded(error)) throw new PushUnreachable(id, error);
      await new Promise((resolve) => setTimeout(resolve, wait * (0.5 + Math.random())));
    }
  }
}

/** The request of one command, for all attempts of its call. `id`: one that was made earlier, to carry it out once. */
export function newRequest(now: number, by: string, id: string = crypto.randomUUID()): CommandRequest {
  return { id, by, until: now + GIVE_UP_AFTER_MS, requestId: currentRequestId() };
}

interface PlatformError {
  readonly overloaded?: boolean;
  readonly retryable?: boolean;
  /** Thrown in the object's invocation. */
  readonly remote?: boolean;
  /** The object's instance is gone: its code was updated, its storage failed, or it was aborted. */
  readonly durableObjectReset?: boolean;
}

/** A bug or a bad configuration: the method threw inside its transaction, and would throw again. */
function isThrownByObject(error: unknown): boolean {
  const { remote, durableObjectReset, retryable, overloaded } = error as PlatformError;
  return remote === true && !durableObjectReset && !retryable && !overloaded;
}

function isOverloaded(error: unknown): boolean {
  return (error as PlatformError).overloaded === true;
}
