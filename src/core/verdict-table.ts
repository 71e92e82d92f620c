import type { Stage } from "./reply.ts";
import type { VerdictClass } from "./verdict-class.ts";
import * as wording from "./wording.ts";

/** Met when all that is given is met. */
export interface Condition {
  /** Reply codes; x is any digit: "4xx". */
  readonly codes?: readonly string[];
  readonly stages?: readonly Stage[];
  /** Enhanced status codes (RFC 3463); x is any number: "x.1.1". */
  readonly status?: readonly string[];
  /** Among the words, without URLs and addresses. Only where the codes alone mislead. */
  readonly words?: RegExp;
  /** Anywhere in the text. */
  readonly raw?: RegExp;
  /** None of these among the words. */
  readonly not?: readonly RegExp[];
}

export interface VerdictRow {
  readonly class: VerdictClass;
  readonly when: Condition;
  /** A reply as servers give it that this row, and none before it, decides about. */
  readonly sample: string;
  readonly stage: Stage;
}

const OPENING: readonly Stage[] = ["connect", "greeting", "ehlo", "starttls"];
/** Where a refusal may be about this one recipient or its content. */
const RECIPIENT: readonly Stage[] = ["rcpt", "data", "content"];
const ENVELOPE: readonly Stage[] = ["mail", ...RECIPIENT];

/**
 * The first row that matches decides. The order: what ends the session; what is about our speed, our credentials and
 * our sender; "later"; what is about our reputation; and only then what is about the recipient, so that nobody is
 * taken for unknown because of us.
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

  // ── Later, at this recipient ──
  {
    class: "mailbox-full",
    when: { codes: ["4xx", "5xx"], stages: RECIPIENT, status: ["x.2.2"] },
    sample: "552 5.2.2 The email account that you tried to reach is over quota",
    stage: "rcpt",
  },
  {
    // Gmail and others have no enhanced code of their own for it, or hide it under x.2.0 or x.3.1.
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
    // Reads like throttling, and is about their mailbox.
    class: "transient",
    when: { codes: ["4xx"], stages: RECIPIENT, words: wording.RECEIVING },
    sample: "450 4.2.1 The user you are trying to contact is receiving mail too quickly. Please resend later.",
    stage: "rcpt",
  },

  // ── Too fast: about us ──
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
    // QQ, NetEase, Alibaba and Gmail's relay say "for good" of a limit that ends with the minute or the day.
    class: "throttled",
    when: { codes: ["5xx"], stages: ENVELOPE, words: wording.RATE_FOR_GOOD, not: [wording.RECEIVING] },
    sample: "550 Connection frequency limited. http://service.mail.qq.com/cgi-bin/help?no=1000722",
    stage: "rcpt",
  },

  // ── Our sender, as a whole: 4xx at MAIL is about the push ──
  {
    // Postfix says these with 450 and 454 too, for a person to put right: waiting does not.
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

  // ── "Later" ──
  {
    // Gmail answers for one message so, and hangs up.
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

  // ── For good, by the recipient's wish or by the message's make ──
  {
    // Reads as if our credentials were wanted; it is one group's or one person's rule.
    class: "rejected",
    when: { codes: ["5xx"], stages: RECIPIENT, words: wording.BY_RECIPIENT },
    sample: "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required",
    stage: "rcpt",
  },
  {
    // Reads like spam: "to reduce the amount of spam …".
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

  // ── For good: our proof of origin, and lists of bad senders ──
  {
    // RFC 7372 and its kin: DKIM, SPF, reverse DNS, DMARC. Microsoft: banned senders and addresses, bulk rules.
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

  // ── Our sender, our relay, our credentials: Postfix says these at RCPT by default ──
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
    // Syntax and SMTPUTF8: with one return path a recipient these are about that row.
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

  // ── For good: what they think of our mail ──
  {
    class: "blocked-as-spam",
    when: { codes: ["5xx"], stages: RECIPIENT, words: wording.SPAM },
    sample: "554 Reject by content spam",
    stage: "content",
  },
  {
    // Reads as too large for the server, and is one mailbox's limit.
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
    // Whatever a policy code says of users: the reason is a rule, not a want of a mailbox.
    class: "rejected",
    when: { codes: ["5xx"], status: ["x.7.x"] },
    sample: "550 5.7.1 <ann@example.org>: Recipient address rejected: User unknown",
    stage: "rcpt",
  },

  // ── For good: nobody there ──
  {
    // Docomo says so of people whose filter lets nobody unknown through, too.
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
    // The mailbox is there: disabled, or with a rule of its own. It may come back.
    class: "rejected",
    when: { codes: ["5xx"], status: ["x.2.x"] },
    sample: "550 5.2.1 The email account that you tried to reach is disabled.",
    stage: "rcpt",
  },
  {
    // Exchange Online, where the directory blocks at the edge.
    class: "no-such-user",
    when: { codes: ["550"], stages: RECIPIENT, status: ["x.4.1"], words: /recipient address rejected: access denied/i },
    sample:
      "550 5.4.1 Recipient address rejected: Access denied. [HE1EUR01FT040.eop-EUR01.prod.protection.outlook.com]",
    stage: "rcpt",
  },
  {
    // IronPort, where its directory knows no such address.
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
    // Outlook.com and GMX; with another enhanced code, or "or access denied", it may be a rule.
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
  // A reply that is no answer here (a 2xx before its time, a second 354): try again, with an attempt counted.
  { class: "transient", when: {}, sample: "354 End data with <CR><LF>.<CR><LF>", stage: "content" },
];
