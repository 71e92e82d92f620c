import type { Result } from "../core/result.ts";
import { MAX_IN_FLIGHT_BYTES } from "../delivery/allowance.ts";
import { composeFor, type PersonalMail } from "../delivery/compose.ts";
import type { Personal } from "../message/template.ts";
import type { Transport } from "../transport/transport.ts";
import type { Draft } from "./draft.ts";
import { type Answered, sendAlone } from "./send-alone.ts";

/** How long a test waits for its servers. */
const ANSWER_SECONDS = 30;
const LATE = `no answer within ${ANSWER_SECONDS} s`;
const MARK = "[Test] ";

/** What became of one test mail. */
export type TestAnswer = Answered & { readonly to: string };

/**
 * Sends a draft's mail to each of these at their `address`, marked as a test. Nothing is tried twice, and nothing is
 * kept of it. Resolves within 30 seconds and a little, in the order of `recipients`.
 *
 * @param connections sessions at once
 */
export async function sendTests(
  draft: Draft,
  recipients: readonly Personal[],
  transport: Transport,
  connections: number,
): Promise<TestAnswer[]> {
  const endsAt = Date.now() + ANSWER_SECONDS * 1000;
  const answers: TestAnswer[] = [];
  const send = async (at: number, made: Result<PersonalMail>) => {
    const to = recipients[at]?.address ?? "";
    answers[at] = made.ok
      ? { to, ...(await sendAlone(transport, made.value.mail, endsAt, LATE, Date.now())) }
      : { to, accepted: false, class: "template", reply: made.error };
  };
  const made = (at: number) => composeTest(draft, recipients[at] as Personal, at);
  // The mails of one draft are alike: the first says how many of them may be in memory at once.
  const first = made(0);
  const fitting = first.ok ? Math.floor(MAX_IN_FLIGHT_BYTES / first.value.mail.content.length) : connections;
  let next = 1;
  const lane = async (begin: Promise<void> | null) => {
    await begin;
    while (next < recipients.length) {
      const at = next++;
      await send(at, made(at));
    }
  };
  const others = Math.min(connections, fitting) - 1;
  await Promise.all([lane(send(0, first)), ...Array.from({ length: Math.max(0, others) }, () => lane(null))]);
  return answers;
}

function composeTest(
  { relay, ready, headers, allowance }: Draft,
  recipient: Personal,
  at: number,
): Result<PersonalMail> {
  return composeFor(ready, relay, { ...recipient, id: at }, allowance, headers, (subject) => MARK + subject);
}
