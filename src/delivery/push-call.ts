import type { Push } from "../push/object.ts";

/** Delays before retries, jittered; together much shorter than any sensible lease. */
const RETRY_AFTER_MS = [200, 1_000, 3_000] as const;

interface PlatformError {
  /** The platform allows a repeated call. */
  readonly retryable?: boolean;
  /** The object is overloaded: an immediate retry makes it worse. */
  readonly overloaded?: boolean;
}

/**
 * Calls a push's object, with retries: a consumer's calls are idempotent by their token. Each attempt takes a new stub,
 * because a broken stub stays broken.
 *
 * @throws the last error, if it is not retryable or no attempts remain
 */
export async function callPush<T>(
  env: Env,
  id: string,
  call: (push: DurableObjectStub<Push>) => Promise<T>,
): Promise<T> {
  for (const wait of RETRY_AFTER_MS) {
    try {
      return await call(env.PUSH.getByName(id));
    } catch (error) {
      const { retryable, overloaded } = error as PlatformError;
      if (retryable !== true || overloaded === true) throw error;
      await new Promise((resolve) => setTimeout(resolve, wait * (0.5 + Math.random())));
    }
  }
  return await call(env.PUSH.getByName(id));
}
