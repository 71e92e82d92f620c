import { type Condition, ENVELOPE, RECIPIENT, type VerdictRow } from "./row.ts";
import * as wording from "./wording.ts";

/** The mailbox's quota by its enhanced code (RFC 3463 section 3.3). */
export const MAILBOX_QUOTA: Condition = { codes: ["4xx", "5xx"], status: ["x.2.2"] };

/** Our own account's quota, under any code but the mailbox's (x.2.2). */
export const ACCOUNT_QUOTA: Condition = {
  codes: ["4xx", "5xx"],
  words: wording.ACCOUNT_QUOTA,
  not: [wording.NOT_THE_ACCOUNT],
};

/** Refusals that time mends, under any code: a full mailbox, greylisting, our rate and quota; then all other 4xx. */
export const TEMPORARY_ROWS: readonly VerdictRow[] = [
  // ── Temporary: this recipient ──
  {
    class: "mailbox-full",
    when: { ...MAILBOX_QUOTA, stages: RECIPIENT },
    sample: "552 5.2.2 The email account that you tried to reach is over quota",
    stage: "rcpt",
  },
  {
    class: "transient",
    when: {
      codes: ["4xx"],
      stages: RECIPIENT,
      words: wording.SERVER_STORAGE,
      not: [wording.ONE_MAILBOX],
    },
    sample: "452 4.4.5 Insufficient disk space; try again later",
    stage: "rcpt",
  },
  {
    // Before the mailbox's quota, which uses the same words.
    class: "throttled",
    when: { ...ACCOUNT_QUOTA, stages: ENVELOPE },
    sample: "550 Domain example.org has exceeded the max emails per hour (100/100 (100%)) allowed.  Message discarded.",
    stage: "content",
  },
  {
    // Gmail and others have no enhanced code for this, or use x.2.0 or x.3.1.
    class: "mailbox-full",
    when: {
      codes: ["4xx", "5xx"],
      stages: RECIPIENT,
      words: wording.MAILBOX_FULL,
      not: [wording.NOT_A_MAILBOX, wording.LISTED],
    },
    sample: "552 Requested mail action aborted: exceeded storage allocation",
    stage: "rcpt",
  },
  {
    class: "greylisted",
    when: { codes: ["4xx"], stages: ENVELOPE, words: wording.GREYLISTED },
    sample: "450 4.2.0 <ann@example.org>: Recipient address rejected: Greylisted, see http://postgrey.example/help",
    stage: "rcpt",
  },
  {
    // Reads like throttling, but is the mailbox's own limit.
    class: "transient",
    when: { codes: ["4xx"], stages: RECIPIENT, words: wording.RECEIVING },
    sample: "450 4.2.1 The user you are trying to contact is receiving mail too quickly. Please resend later.",
    stage: "rcpt",
  },

  // ── Our rate ──
  {
    class: "throttled",
    when: { codes: ["4xx"], stages: ENVELOPE, status: ["x.7.28", "x.5.3"] },
    sample: "421 4.7.28 Our system has detected unsolicited mail from your network. Please try again later.",
    stage: "content",
  },
  {
    class: "throttled",
    when: { codes: ["4xx"], stages: ENVELOPE, words: wording.RATE },
    sample: "454 Throttling failure: Maximum sending rate exceeded.",
    stage: "content",
  },
  {
    // QQ, NetEase, Alibaba and Gmail's relay answer 5xx for a limit that ends with the minute or the day.
    class: "throttled",
    when: { codes: ["5xx"], stages: ENVELOPE, words: wording.RATE_FOR_GOOD, not: [wording.RECEIVING] },
    sample: "550 Connection frequency limited. http://service.mail.qq.com/cgi-bin/help?no=1000722",
    stage: "rcpt",
  },

  // ── Our sender: a 4xx at MAIL is about the whole push ──
  {
    // Postfix answers these with 450 and 454 too; only an operator can correct them, waiting does not help.
    class: "unauthorised",
    when: {
      codes: ["4xx"],
      stages: ENVELOPE,
      words: wording.SENDER_FOR_NOW,
      not: [wording.UNPROVEN],
    },
    sample: "454 4.7.1 <ann@example.org>: Relay access denied",
    stage: "rcpt",
  },
  {
    class: "outage",
    when: { codes: ["4xx"], stages: ["mail"] },
    sample: "452 4.3.1 Insufficient system storage",
    stage: "mail",
  },
  {
    class: "too-large",
    when: { codes: ["552"], stages: ["mail"], not: [wording.SENDER] },
    sample: "552 Message size exceeds fixed limit",
    stage: "mail",
  },
  {
    class: "too-large",
    when: { codes: ["5xx"], stages: ["mail"], words: wording.TOO_LARGE, not: [wording.SENDER] },
    sample: "534 Message too big",
    stage: "mail",
  },
  {
    class: "too-large",
    when: { codes: ["5xx"], stages: ENVELOPE, status: ["x.3.4"] },
    sample: "552 5.3.4 Error: message file too big",
    stage: "content",
  },

  // ── Temporary ──
  {
    // Gmail answers so for a single message, then hangs up.
    class: "transient",
    when: { codes: ["421"], stages: ["content"], words: /\bthis (message|mail) is\b/i },
    sample: "421 4.7.0 Our system has detected that this message is suspicious due to the nature of the content.",
    stage: "content",
  },
  {
    class: "outage",
    when: { codes: ["421"] },
    sample: "421 4.4.2 mx.example.org Error: timeout exceeded",
    stage: "rcpt",
  },
  { class: "transient", when: { codes: ["4xx"] }, sample: "451 4.3.0 Temporary lookup failure", stage: "rcpt" },
];
