import { RECIPIENT, type VerdictRow } from "./row.ts";
import * as wording from "./wording.ts";

/** Permanent refusals of the content and, last, of the recipient; then whatever is left. */
export const RECIPIENT_ROWS: readonly VerdictRow[] = [
  // ── Permanent: spam and size ──
  {
    class: "blocked-as-spam",
    when: { codes: ["5xx"], stages: RECIPIENT, words: wording.SPAM },
    sample: "554 Reject by content spam",
    stage: "content",
  },
  {
    // Reads as too large for the server, but is one mailbox's limit.
    class: "rejected",
    when: { codes: ["5xx"], status: ["x.2.3"] },
    sample: "552 5.2.3 Message length exceeds limit set by recipient",
    stage: "content",
  },
  {
    class: "too-large",
    when: {
      codes: ["5xx"],
      stages: RECIPIENT,
      words: wording.TOO_LARGE,
      not: [/recipient|mailbox|\bhops?\b|loop/i],
    },
    sample: "552 Requested mail action aborted: exceeded mailsize limit",
    stage: "content",
  },
  {
    // A policy code means a rule, even where the text says that the user is unknown.
    class: "rejected",
    when: { codes: ["5xx"], status: ["x.7.x"] },
    sample: "550 5.7.1 <ann@example.org>: Recipient address rejected: User unknown",
    stage: "rcpt",
  },

  // ── Permanent: no such user ──
  {
    // Docomo also answers so for users whose filter refuses unknown senders.
    class: "rejected",
    when: { codes: ["5xx"], raw: /unknown user \S+@(\S+\.)?docomo\.(\S+\.)?ne\.jp/i },
    sample: "550 Unknown user ann@docomo.ne.jp",
    stage: "content",
  },
  {
    class: "no-such-user",
    when: { codes: ["5xx"], stages: RECIPIENT, status: ["x.1.1", "x.1.6"], not: [wording.NOT_THE_USER] },
    sample: "550 5.1.1 The email account that you tried to reach does not exist.",
    stage: "rcpt",
  },
  {
    // Orange and La Poste.
    class: "no-such-user",
    when: { codes: ["5xx"], stages: RECIPIENT, raw: /\b(OFR|LPN|OUK)\d*[_-](416|418)\b/i },
    sample: "550 5.5.0 Adresse d au moins un destinataire invalide. OFR204_418 [418]",
    stage: "rcpt",
  },
  {
    class: "no-such-user",
    when: { codes: ["5xx"], stages: RECIPIENT, status: ["x.1.10"] },
    sample: "556 5.1.10 Recipient domain has a null MX",
    stage: "rcpt",
  },
  {
    class: "no-such-user",
    when: { codes: ["5xx"], stages: RECIPIENT, words: wording.UNKNOWN_USER, not: [wording.NOT_THE_USER] },
    sample: "550 Mailbox not found. http://service.mail.qq.com/cgi-bin/help?no=1000728",
    stage: "rcpt",
  },
  {
    // The mailbox exists: disabled (it may be enabled again) or with its own rule.
    class: "rejected",
    when: { codes: ["5xx"], status: ["x.2.x"] },
    sample: "550 5.2.1 The email account that you tried to reach is disabled.",
    stage: "rcpt",
  },
  {
    // Exchange Online with directory-based edge blocking.
    class: "no-such-user",
    when: { codes: ["550"], stages: RECIPIENT, status: ["x.4.1"], words: /recipient address rejected: access denied/i },
    sample:
      "550 5.4.1 Recipient address rejected: Access denied. [HE1EUR01FT040.eop-EUR01.prod.protection.outlook.com]",
    stage: "rcpt",
  },
  {
    // IronPort, if its directory lacks the address.
    class: "no-such-user",
    when: {
      codes: ["550"],
      stages: RECIPIENT,
      status: ["x.1.0"],
      words: /\b(address|recipient) rejected\W*$/i,
      not: [wording.NOT_THE_USER],
    },
    sample: "550 #5.1.0 Address rejected.",
    stage: "rcpt",
  },
  {
    // Outlook.com and GMX; another enhanced code, or "or access denied", may mean a rule.
    class: "no-such-user",
    when: {
      codes: ["550", "553"],
      stages: RECIPIENT,
      words: /(action not taken: ?|rcpt to\W*|^)mail ?box unavailable(?! or)/i,
      not: [wording.NOT_THE_USER],
    },
    sample: "550 5.5.0 Requested action not taken: mailbox unavailable",
    stage: "rcpt",
  },

  {
    class: "rejected",
    when: { codes: ["5xx"] },
    sample: "550 5.1.2 Bad destination host: example.invalid",
    stage: "rcpt",
  },
  // A protocol error (an early 2xx, a second 354): retry, with an attempt counted.
  { class: "transient", when: {}, sample: "354 End data with <CR><LF>.<CR><LF>", stage: "content" },
];
