import { bareId } from "../../feedback/providers/email-service.ts";
import { rememberSent, type SentMessage } from "../../feedback/providers/sent-messages.ts";
import { logError } from "../../log.ts";
import type { Outcome } from "../../push/rpc.ts";
import type { Transport } from "../../transport/transport.ts";
import { within } from "../../transport/within.ts";

/** A settle must not wait for D1 longer than its deliveries can. */
const TIMEOUT_MS = 5_000;

/** As the transport for Cloudflare Email Service reports an accepted mail: the service's message id is all its words. */
const ACCEPTED = /^250 2\.0\.0 (\S+)$/;

/**
 * What has to be done with outcomes before they are settled: the message ids that Email Service gave are written to D1,
 * since its events name nothing else. If D1 does not take them, the outcomes count all the same.
 */
export function beforeSettle(
  { name }: Pick<Transport, "name">,
  db: D1Database,
  push: string,
): ((outcomes: readonly Outcome[]) => Promise<void>) | null {
  if (name !== "email-service") return null;
  return async (outcomes) => {
    const late = () => new Error(`no answer within ${TIMEOUT_MS / 1000} s`);
    try {
      await within(TIMEOUT_MS, rememberSent(db, push, idsIn(outcomes), Date.now()), late);
    } catch (error) {
      logError({ at: "sent messages", push, outcomes: outcomes.length, error: String(error) });
    }
  };
}

function idsIn(outcomes: readonly Outcome[]): SentMessage[] {
  return outcomes.flatMap(({ id, kind, reply }) => {
    const messageId = kind === "sent" ? ACCEPTED.exec(reply ?? "")?.[1] : undefined;
    return messageId === undefined ? [] : { messageId: bareId(messageId), recipient: id };
  });
}
