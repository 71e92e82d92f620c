import { api, ask, type Refusal, refusalOf, type Schemas } from "../../app/data/api.ts";
import type { Attempt } from "./draft/kept-draft.ts";

export type CreatedPush = Schemas["CreatedPush"];

/** Without an answer the same call is made again so often. */
const TRIES = 4;
const WAIT_MS = 1_500;

/**
 * Makes a push, once: the call is repeated under its key until it has an answer.
 *
 * @throws Refusal; where `isUnknown` of it, the push may have been made, and the same attempt may be made again
 */
export async function makePush({ key, body }: Attempt): Promise<CreatedPush> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask(
        api.POST("/api/pushes", { params: { header: { "Idempotency-Key": key } }, body: body as never }),
      );
    } catch (thrown) {
      const refusal = refusalOf(thrown);
      if (!isUnknown(refusal) || tries === TRIES) throw refusal;
    }
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS * tries));
  }
}

/** Whether the call may have been carried out all the same. */
export function isUnknown({ status, code }: Refusal): boolean {
  return status === 0 || status >= 500 || status === 429 || code === "idempotency-key-in-use";
}
