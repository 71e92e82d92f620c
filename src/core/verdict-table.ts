import type { Stage } from "./reply.ts";
import type { VerdictClass } from "./verdict-class.ts";
import * as wording from "./wording.ts";

/** Matches when all given fields match. */
export interface Condition {
  /** Reply codes; x is any digit: "4xx". */
  readonly codes?: readonly string[];
  readonly stages?: readonly Stage[];
  /** Enhanced status codes (RFC 3463); x is any number: "x.1.1". */
  readonly status?: readonly string[];
  /** Matched against the text without URLs and addresses. Only where the codes alone mislead. */
  readonly words?: RegExp;
  /** Matched against the whole text. */
  readonly raw?: RegExp;
  /** None of these may match the text without URLs and addresses. */
  readonly not?: readonly RegExp[];
}

export interface VerdictRow {
  readonly class: VerdictClass;
  readonly when: Condition;
  /** A real reply that this row is the first to match. */
  readonly sample: string;
  readonly stage: Stage;
}

const OPENING: readonly Stage[] = ["connect", "greeting", "ehlo", "starttls"];
/** Stages at which a refusal may be about one recipient or its content. */
const RECIPIENT: readonly Stage[] = ["rcpt", "data", "content"];
const ENVELOPE: readonly Stage[] = ["mail", ...RECIPIENT];

/** The mailbox's quota by its enhanced code (RFC 3463 section 3.3). */
export const MAILBOX_QUOTA: Condition = { codes: ["4xx", "5xx"], status: ["x.2.2"] };

/** Our own account's quota, under any code but the mailbox's (x.2.2). */
export const ACCOUNT_QUOTA: Condition = {
  codes: ["4xx", "5xx"],
  words: wording.ACCOUNT_QUOTA,
  not: [wording.NOT_THE_ACCOUNT],
};

/**
 * The first matching row decides. Order: session failures; our rate, credentials and sender; temporary refusals; our
 * reputation; the recipient last, so that no recipient is classified as unknown through a fault of ours.
 */
export const VERDICT_TABLE: readonly VerdictRow[] = [
  {
    class: "accepted",
    when: { codes: ["2xx"], stages: ["content"] },
    sample: "250 2.0.0 Ok: queued as 4XyZ12",
    stage: "content",
  },

  // ── No session ──
  {
    class: "outage",
    when: { codes: ["4xx", "5xx"], stages: OPENING },
    sample: "554 5.3.2 No SMTP service here",
    stage: "greeting",
  },
  {
    class: "unauthorised",
    when: { codes: ["5xx"], stages: ["auth"] },
    sample: "526 Authentication failure[0006]",
    stage: "auth",
  },
  {
    class: "outage",
    when: { codes: ["4xx"], stages: ["auth"] },
    sample: "454 4.7.0 Temporary authentication failure",
    stage: "auth",
  },
  {
    class: "unauthorised",
    when: { codes: ["530", "534", "535", "538"], stages: ENVELOPE },
    sample: "530 5.7.0 Must issue a STARTTLS command first",
    stage: "mail",
  },

  // ── Temporary: this recipient ──
  {
    class: "mailbox-full",
    when: { ...MAILBOX_QUOTA, stages: RECIPIENT },
    sample: "552 5.2.2 The email account that you tried to reach is over quota",
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
      words:
        /sender address rejected|relay(ing)? (access )?denied|authentication (is )?required|conform with authentication/i,
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
    when: { codes: ["552"], stages: ["mail"] },
    sample: "552 Message size exceeds fixed limit",
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

  // ── Permanent: the recipient's rule, or the message's format ──
  {
    // Reads like missing credentials, but is the rule of one group or recipient.
    class: "rejected",
    when: { codes: ["5xx"], stages: RECIPIENT, words: wording.BY_RECIPIENT },
    sample: "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required",
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
    when: { codes: ["5xx"], stages: RECIPIENT, words: wording.VIRUS },
    sample: "554 5.7.0 Virus found: Eicar-Test-Signature",
    stage: "content",
  },

  // ── Permanent: our authentication, and block lists ──
  {
    // RFC 7372 and similar: DKIM, SPF, reverse DNS, DMARC. Microsoft: banned senders and IPs, bulk rules.
    class: "blocked-as-spam",
    when: {
      codes: ["5xx"],
      stages: RECIPIENT,
      status: ["x.7.20", "x.7.21", "x.7.22", "x.7.23", "x.7.25", "x.7.26", "x.7.27", "x.7.28"].concat([
        "x.7.509",
        "x.7.511",
        "x.7.515",
        "x.7.606",
      ]),
    },
    sample: "550 5.7.515 Access denied, sending domain example.org doesn't meet the required authentication level.",
    stage: "content",
  },
  {
    class: "blocked-as-spam",
    when: { codes: ["5xx"], stages: RECIPIENT, words: wording.UNPROVEN },
    sample: "554 5.7.1 Your message was rejected due to example.org's DMARC policy.",
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
    // Syntax and SMTPUTF8: with a return path per recipient, these concern that recipient only.
    class: "rejected",
    when: { codes: ["5xx"], stages: ["mail"], status: ["x.6.7", "x.1.7", "x.5.2"] },
    sample: "553 5.6.7 Must use SMTPUTF8 in MAIL",
    stage: "mail",
  },
  {
    class: "rejected",
    when: { codes: ["501", "555"], stages: ["mail"] },
    sample: "501 Bad address syntax",
    stage: "mail",
  },
  {
    class: "unauthorised",
    when: { codes: ["5xx"], stages: ["mail"] },
    sample: "550 5.7.1 Access denied",
    stage: "mail",
  },

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
      codes: ["552", "554", "550", "523"],
      stages: RECIPIENT,
      words: wording.TOO_LARGE,
      not: [/recipient|mailbox/i],
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
      words: /\baddress rejected/i,
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
