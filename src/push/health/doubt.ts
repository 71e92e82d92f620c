import { type Reason, reasonOf } from "../reason.ts";
import type { Outcome } from "../rpc.ts";

/**
 * Rounds of doubt. A relay, or a proxy before it, that takes each content and closes the connection before its reply
 * may have delivered every mail, and the push cannot know. A round is a back-off because of such connections, with
 * nothing accepted. Pure and JSON-serialisable. Expired leases are not counted: they say nothing about the relay.
 */
export interface Doubt {
  readonly rounds: number;
  /** Deliveries in doubt since the last accepted mail or back-off. */
  readonly inARow: number;
  /** How the last such connection ended. */
  readonly words: string | null;
  /** Resends wait for an accepted mail; see `sweepDoubts`. */
  readonly resendsWait: boolean;
}

export const NO_DOUBT: Doubt = { rounds: 0, inARow: 0, words: null, resendsWait: false };

/** The round that pauses the push. */
const LAST_ROUND = 3;

/** One connection has at most this many mails in flight, and one lost connection is no round where others work. */
const OF_ONE_CONNECTION = 25;

/** Counts the outcomes of one settle, in the order reported. */
export function countDoubts(before: Doubt, outcomes: readonly Outcome[]): Doubt {
  let doubt = before;
  for (const { kind, reply } of outcomes) {
    if (kind === "sent") doubt = NO_DOUBT;
    if (kind === "in_doubt") doubt = { ...doubt, inARow: doubt.inARow + 1, words: reply };
  }
  return doubt;
}

/**
 * True if the doubts counted are a round.
 *
 * @param accepted mails accepted since the start, resume or last back-off
 * @param down the relay could not be reached afterwards
 */
export function isRound({ inARow }: Doubt, accepted: number, down: boolean): boolean {
  return inARow > (accepted === 0 || down ? 0 : OF_ONE_CONNECTION);
}

export function afterRound(doubt: Doubt): Doubt {
  return { ...doubt, rounds: doubt.rounds + 1, inARow: 0, resendsWait: true };
}

/** The reason to pause after this round, or null. */
export function reasonToPause({ rounds, words }: Doubt): Reason | null {
  if (rounds < LAST_ROUND) return null;
  const said = words ?? "no reply";
  return reasonOf(
    "lost-connections",
    `the connection was lost after the message in ${rounds} tries in a row, and nothing was accepted: ${said}`,
    { tries: rounds, said },
  );
}
