import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";

/** How the line to an object breaks. */
export interface Break {
  /** The method whose calls lose their answer. */
  readonly method: string;
  /** How many of its calls. */
  readonly calls: number;
  /** The object carries the call out first; else the call never reaches it. */
  readonly committed: boolean;
  readonly error?: Error;
  /** The object is closed after the call and starts anew. */
  readonly evict?: boolean;
  /** The object is aborted after the call, as for an update of its code; the error is the platform's. */
  readonly abort?: boolean;
}

/** This environment with a line to the objects that breaks, and the calls that were made. Objects and rows are real. */
export function withBrokenLine({ method, calls, committed, error, evict, abort }: Break): {
  bindings: Env;
  made: string[];
} {
  const made: string[] = [];
  let left = calls;
  const through = (stub: DurableObjectStub, name: string) => {
    return async (...args: unknown[]) => {
      made.push(name);
      const breaks = name === method && left > 0;
      if (breaks) left--;
      const call = () => (stub as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>)[name]?.(...args);
      if (!breaks) return await call();
      if (committed) await call();
      if (evict) await evictDurableObject(stub);
      if (abort) await runInDurableObject(stub, (_object, state) => state.abort("its code was updated"));
      throw error ?? new Error("Network connection lost.");
    };
  };
  const PUSH = {
    getByName: (id: string) => new Proxy(env.PUSH.getByName(id), { get: (stub, name) => through(stub, String(name)) }),
  } as unknown as Env["PUSH"];
  return { bindings: { ...env, PUSH }, made };
}
