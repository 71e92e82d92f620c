import type { VerdictClass } from "../src/core/verdict-class.ts";

/** The classes that are right for a reason of Sisimai's, where the reply is for good (5xx) and where it is not (4xx). */
export interface Expectation {
  readonly forGood: readonly VerdictClass[];
  readonly forNow: readonly VerdictClass[];
  /** About the sender, the relay, our reputation or the message: never `no-such-user`. */
  readonly aboutUs: boolean;
}

const aboutUs = (forGood: readonly VerdictClass[], forNow: readonly VerdictClass[] = ["transient"]): Expectation => ({
  forGood,
  forNow,
  aboutUs: true,
});
const aboutThem = (forGood: readonly VerdictClass[], forNow: readonly VerdictClass[] = ["transient"]): Expectation => ({
  forGood,
  forNow,
  aboutUs: false,
});

/**
 * Sisimai's reasons (https://libsisimai.org/en/reason/) as our classes. One class where one is right; more where the
 * reason covers replies that we keep apart. A 421 may be an `outage` or `throttled` under any reason.
 */
export const MAPPING: Readonly<Record<string, Expectation>> = {
  // Nobody there.
  userunknown: aboutThem(["no-such-user"]),
  hasmoved: aboutThem(["no-such-user"]),
  // Filtered: "the recipient's filter", of servers that say "user unknown" of it; which it was nobody can tell.
  filtered: aboutThem(["no-such-user", "rejected"]),
  // Somebody is there, or it is the whole domain: not for an address to be suppressed.
  suspend: aboutThem(["rejected"]),
  hostunknown: aboutThem(["rejected"]),
  notaccept: aboutThem(["rejected"]),
  suppressed: aboutThem(["rejected"]),
  mailboxfull: aboutThem(["mailbox-full"], ["mailbox-full"]),
  exceedlimit: aboutThem(["rejected"]), // 5.2.3: that limit is the mailbox's
  // Too large for the server.
  mesgtoobig: aboutUs(["too-large", "rejected"]), // rejected: 5.2.3 again
  emailtoolarge: aboutUs(["too-large", "rejected"]),
  // Where the mail is from, and what it looks like.
  authfailure: aboutUs(["blocked-as-spam"]),
  badreputation: aboutUs(["blocked-as-spam"]),
  requireptr: aboutUs(["blocked-as-spam"]),
  spamdetected: aboutUs(["blocked-as-spam"]),
  blocked: aboutUs(["blocked-as-spam", "rejected"]), // rejected: where it names no list and no spam
  policyviolation: aboutUs(["rejected", "blocked-as-spam"]),
  virusdetected: aboutUs(["rejected", "blocked-as-spam"]),
  contenterror: aboutUs(["rejected"]),
  notcompliantrfc: aboutUs(["rejected"]),
  syntaxerror: aboutUs(["rejected", "unauthorised"]), // unauthorised: 503 for want of AUTH
  // The sender, the relay, the credentials.
  rejected: aboutUs(["unauthorised", "rejected"], ["unauthorised", "transient"]),
  norelaying: aboutUs(["unauthorised"], ["unauthorised"]),
  securityerror: aboutUs(["rejected", "unauthorised"]),
  failedstarttls: aboutUs(["unauthorised", "outage"], ["outage", "transient"]),
  // How fast.
  toomanyconn: aboutUs(["throttled"], ["throttled"]),
  speeding: aboutUs(["throttled"], ["throttled"]),
  ratelimited: aboutUs(["throttled"], ["throttled"]),
  greylisting: aboutUs(["greylisted"], ["greylisted"]),
  // The server or the way to it.
  systemerror: aboutUs(["rejected"]),
  systemfull: aboutUs(["rejected"]),
  mailererror: aboutUs(["rejected"]),
  networkerror: aboutUs(["rejected"]),
  expired: aboutUs(["rejected"]),
};
