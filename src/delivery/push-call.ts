import type { Push } from "../push/object.ts";

/** Waits before each further try; the last one gives up well inside the shortest sensible lease. */
const RETRY_AFTER_MS = [200, 1_000, 3_000] as const;

interface PlatformError {
  /** The platform's word that the call may be repeated. */
  readonly retryable?: boolean;
  /** The object has more to do than it can: asking again at once makes it worse. */
  readonly overloaded?: boolean;
}

/**
 * Calls a push's object, again where that may help: every call a consumer makes is idempotent by its token. Each try
 * takes a new stub, since a broken one stays broken.
 *
 * @throws the last error, once it may not be repeated or the tries are used up
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
