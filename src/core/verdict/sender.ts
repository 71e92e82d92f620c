import { ENVELOPE, RECIPIENT, type VerdictRow } from "./row.ts";
import * as wording from "./wording.ts";

/** Permanent refusals of what we are: our network, authentication, sender and credentials. */
export const SENDER_ROWS: readonly VerdictRow[] = [
  // ── Permanent: the recipient's rule, or the message's format ──
  {
    // Reads like missing credentials, but is the rule of one group or recipient.
    class: "rejected",
    when: { codes: ["5xx"], stages: RECIPIENT, words: wording.BY_RECIPIENT },
    sample: "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required",
    stage: "rcpt",
  },
  {
    // Exchange Online: a restriction of the recipient, its group or its organisation.
    class: "rejected",
    when: {
      codes: ["5xx"],
      stages: RECIPIENT,
      status: [
        "x.7.12",
        "x.7.13",
        "x.7.124",
        "x.7.133",
        "x.7.134",
        "x.7.135",
        "x.7.136",
        "x.7.504",
        "x.7.505",
        "x.7.507",
      ],
    },
    sample: "550 5.7.505 Access denied, banned recipient",
    stage: "rcpt",
  },
  {
    // Mentions spam: "to reduce the amount of spam …".
    class: "rejected",
    when: { codes: ["5xx"], stages: RECIPIENT, words: wording.MALFORMED },
    sample: "550 5.7.1 This message is not RFC 5322 compliant. To reduce the amount of spam, it has been blocked.",
    stage: "content",
  },
  {
    class: "rejected",
    when: { codes: ["5xx"], stages: RECIPIENT, words: wording.VIRUS, not: [/spam/i] },
    sample: "554 5.7.0 Virus found: Eicar-Test-Signature",
    stage: "content",
  },

  {
    // Exchange Online: our account or tenant is barred from sending.
    class: "unauthorised",
    when: {
      codes: ["5xx"],
      stages: ENVELOPE,
      status: [
        "x.7.60",
        "x.7.64",
        "x.7.501",
        "x.7.502",
        "x.7.503",
        "x.7.700",
        "x.7.701",
        "x.7.704",
        "x.7.705",
        "x.7.750",
      ],
    },
    sample: "550 5.7.501 Access denied, spam abuse detected from news@example.org",
    stage: "content",
  },

  // ── Permanent: our authentication, and block lists ──
  {
    // RFC 7372 and similar: DKIM, SPF, reverse DNS, DMARC. Microsoft: banned senders and IPs, bulk rules.
    class: "blocked-as-spam",
    when: {
      codes: ["5xx"],
      stages: RECIPIENT,
      status: [
        ...["x.7.20", "x.7.21", "x.7.22", "x.7.23", "x.7.24", "x.7.25", "x.7.26", "x.7.27", "x.7.28", "x.7.29"],
        ...["x.7.30", "x.7.31", "x.7.32", "x.7.508", "x.7.509", "x.7.510", "x.7.511", "x.7.515", "x.7.606", "x.7.708"],
      ],
    },
    sample: "550 5.7.515 Access denied, sending domain example.org doesn't meet the required authentication level.",
    stage: "content",
  },
  {
    class: "blocked-as-spam",
    // Sendmail refuses to relay and names a failed lookup as the reason.
    when: { codes: ["5xx"], stages: RECIPIENT, words: wording.UNPROVEN, not: [/^\W*relaying denied/i] },
    sample: "554 5.7.1 Your message was rejected due to example.org's DMARC policy.",
    stage: "content",
  },
  {
    // Reads like a block list, but is the relay's: our account or its server may not be used from this address.
    class: "unauthorised",
    when: { codes: ["5xx"], stages: ENVELOPE, words: wording.IP_OF_THE_ACCOUNT },
    sample: "550 that IP address is not allowed to send",
    stage: "content",
  },
  {
    class: "blocked-as-spam",
    when: { codes: ["5xx"], stages: RECIPIENT, words: wording.LISTED },
    sample: "554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org",
    stage: "rcpt",
  },
  {
    class: "blocked-as-spam",
    when: { codes: ["5xx"], stages: RECIPIENT, raw: wording.LISTED_LINK },
    sample: "553 https://www.spamhaus.org/query/ip/192.0.2.7",
    stage: "rcpt",
  },

  // ── Our sender, relay, credentials: Postfix reports these at RCPT by default ──
  {
    class: "unauthorised",
    when: { codes: ["5xx"], stages: ENVELOPE, words: wording.SENDER },
    sample: "553 5.7.1 <news@example.org>: Sender address rejected: not owned by user mailpush",
    stage: "rcpt",
  },
  {
    class: "unauthorised",
    when: { codes: ["5xx"], stages: RECIPIENT, status: ["x.1.7", "x.1.8"] },
    sample: "550 5.1.8 Access denied, bad outbound domain AS(42004)",
    stage: "rcpt",
  },
  {
    class: "unauthorised",
    when: { codes: ["5xx"], stages: ENVELOPE, words: wording.RELAY },
    sample: "554 5.7.1 <ann@example.org>: Relay access denied",
    stage: "rcpt",
  },
  {
    class: "unauthorised",
    when: { codes: ["5xx"], stages: ENVELOPE, words: wording.CREDENTIALS },
    sample: "503 Error: need EHLO and AUTH first!",
    stage: "mail",
  },
  {
    // SMTPUTF8 is asked for because of the recipient's address.
    class: "rejected",
    when: { codes: ["5xx"], stages: ["mail"], status: ["x.6.7"] },
    sample: "553 5.6.7 Must use SMTPUTF8 in MAIL",
    stage: "mail",
  },
  {
    class: "rejected",
    when: { codes: ["5xx"], stages: ["mail"], words: /\bsmtputf8\b/i },
    sample: "555 SMTPUTF8 not supported",
    stage: "mail",
  },
  {
    // Its syntax and parameters too: a return path per recipient has the same form for all.
    class: "unauthorised",
    when: { codes: ["5xx"], stages: ["mail"] },
    sample: "550 5.7.1 Access denied",
    stage: "mail",
  },
];
