import type { Context } from "hono";

/** - `read`: every GET. `write`: what people get mail is prepared from, and to stop a push. `send`: what sends mail. */
export const SCOPES = ["read", "write", "send"] as const;
export type Scope = (typeof SCOPES)[number];

/** Who makes a request, as its token says. */
export interface Caller {
  /** The token's id; `MASTER.id` for API_TOKEN. Never given to a second token. */
  readonly id: string;
  /** The token's name, which a push records as `by`. */
  readonly name: string;
  /** null: everything, as API_TOKEN may. */
  readonly scopes: readonly Scope[] | null;
}

/** The caller with API_TOKEN. No token can have this name or this id. */
export const MASTER: Caller = { id: "master", name: "API_TOKEN", scopes: null };

/** One attempt to carry out a request: with an Idempotency-Key there may be more. */
export interface Attempt {
  /** The id of what the request creates, and of the command that it gives to a push. The same in each attempt. */
  readonly id: string;
  /** An earlier attempt may have done it. */
  readonly isRepeat: boolean;
}

/** The request of a caller, as its routes see it. */
export interface Api {
  Bindings: Env;
  Variables: {
    caller: Caller;
    /** Undefined without an Idempotency-Key. */
    attempt: Attempt | undefined;
  };
}

/** The token's name of whoever makes this request. */
export function callerOf(context: Context<Api>): string {
  return context.get("caller").name;
}
