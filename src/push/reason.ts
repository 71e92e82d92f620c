/**
 * Why a push is paused, has cancelled itself, or waits: stable codes, each with its parameters. `said`: words that are not
 * ours, of a server or a person.
 *
 * | code              | parameters                                                                      |
 * |-------------------|---------------------------------------------------------------------------------|
 * | asked             |                                                                                 |
 * | first-alike       | count, said: all mails so far were refused alike                                |
 * | alike             | count, said: so many in a row were                                              |
 * | spam-share        | count, of, said: refused as spam, of the last mails                             |
 * | lost-connections  | tries, said: lost after the message, nothing accepted                           |
 * | bounces           | count, of: of the mails that the relay took                                     |
 * | complaints        | count, of                                                                       |
 * | relay-refuses     | said: its relays take nothing from us                                           |
 * | relay-paused      | relay: a person paused it                                                       |
 * | no-relay          | relays: none of them is configured any more                                     |
 * | canary-failed     | of, failed, bounced, complained, inDoubt, allowed (a share)                     |
 * | not-approved      | days                                                                            |
 * | own-fault         | said: our database or object did not answer                                     |
 * | quota             | relay, limit, seconds, until (epoch milliseconds), expiring                     |
 * | relay-away        | relay, said                                                                     |
 * | canary-choosing   | count: they go first, once all recipients are known                             |
 * | canary-going      | left, rest: not judged before they have gone                                    |
 * | canary-next       | skipped, count, rest: all so far were skipped, and the next ones go             |
 * | canary-deferred   | rest: all of the canary's mails are deferred                                    |
 * | canary-begins     | seconds, rest: until it is judged                                               |
 * | canary-waits      | until (epoch milliseconds), allowed (a share), rest                             |
 */
export const REASON_CODES = [
  "asked",
  "first-alike",
  "alike",
  "spam-share",
  "lost-connections",
  "bounces",
  "complaints",
  "relay-refuses",
  "relay-paused",
  "no-relay",
  "canary-failed",
  "not-approved",
  "own-fault",
  "quota",
  "relay-away",
  "canary-choosing",
  "canary-going",
  "canary-next",
  "canary-deferred",
  "canary-begins",
  "canary-waits",
] as const;
export type ReasonCode = (typeof REASON_CODES)[number];

/** A reason for readers in any language. */
export interface ReasonDetail {
  readonly code: ReasonCode;
  readonly params: Readonly<Record<string, string | number>>;
}

/** A reason, and the same in English words. */
export interface Reason extends ReasonDetail {
  readonly words: string;
}

export function reasonOf(
  code: ReasonCode,
  words: string,
  params: Readonly<Record<string, string | number>> = {},
): Reason {
  return { code, words, params };
}

/** Without the words: as it is stored and answered. */
export function detailOf({ code, params }: Reason): ReasonDetail {
  return { code, params };
}
