import { within } from "../transport/within.ts";
import type { Once } from "./object.ts";
import type { GiveBackRequest, ReserveAnswer, ReserveRequest } from "./rpc.ts";

/** How long a consumer waits for an answer, repeats included. Ledgers give back later than that. */
export const RESERVE_WITHIN_MS = 10_000;
const GIVE_BACK_WITHIN_MS = 10_000;
const REPEAT_AFTER_MS = [200, 1_000, 3_000] as const;

/** Nobody may be mailed: it is unknown who is reserved. */
export class OnceUnreachable extends Error {
  override readonly name = "OnceUnreachable";
}

/** The object of an `onceKey`. */
export function onceObject(env: Env, key: string): Pick<Once, "reserve" | "giveBack" | "erase"> {
  return env.ONCE.getByName(key) as unknown as Pick<Once, "reserve" | "giveBack" | "erase">;
}

/**
 * Reserves a claim's people. Repeats a call that broke, until `request.until`: the object may have been restarted.
 *
 * @throws OnceUnreachable if there was no answer in time; whoever was reserved all the same belongs to the push
 */
export async function reserve(env: Env, key: string, request: ReserveRequest): Promise<ReserveAnswer> {
  for (let attempt = 0; ; attempt++) {
    const late = () => new OnceUnreachable("no answer in time");
    try {
      const answer = await within(Math.max(0, request.until - Date.now()), onceObject(env, key).reserve(request), late);
      if (answer === null) throw late();
      return answer;
    } catch (error) {
      if (error instanceof OnceUnreachable) throw error;
      const wait = REPEAT_AFTER_MS[attempt];
      if (wait === undefined || Date.now() + wait >= request.until) throw new OnceUnreachable(String(error));
      await new Promise((resolve) => setTimeout(resolve, wait * (0.5 + Math.random() / 2)));
    }
  }
}

/** @throws if there is no answer; it may have been carried out */
export async function giveBack(env: Env, key: string, request: GiveBackRequest): Promise<void> {
  const late = () => new OnceUnreachable("no answer in time");
  await within(GIVE_BACK_WITHIN_MS, onceObject(env, key).giveBack(request), late);
}
