import { AsyncLocalStorage } from "node:async_hooks";

// The id that ties an answer to its lines in the log. Stored beside the call chain: every refusal and every line needs
// it, and passing it on would put it into each signature between.

const current = new AsyncLocalStorage<string>();

/** Runs work on behalf of a request; all that it awaits included. Null: of none. */
export function onBehalfOf<T>(requestId: string | null, work: () => T): T {
  return requestId === null ? work() : current.run(requestId, work);
}

/** The id of the request that is being answered; null outside of one: in an alarm, a queue's batch. */
export function currentRequestId(): string | null {
  return current.getStore() ?? null;
}
