import type { VerdictClass } from "../verdict-class.ts";
import { ENVELOPE, RECIPIENT, type VerdictRow } from "./row.ts";

interface ProviderCode {
  readonly provider: string;
  /** The code with what stands around it, matched against the whole text, links included. */
  readonly code: RegExp;
  readonly meaning: string;
  /** The class under 5xx; null: the words decide. */
  readonly forGood: VerdictClass | null;
  /** The class under 4xx; null: the words and the reply code decide. */
  readonly forNow: VerdictClass | null;
  /** A reply with this code, which may come under 4xx and 5xx alike. */
  readonly sample: string;
}

/**
 * Codes by which providers name a reason, with words that mislead or without words. None says that a user is unknown:
 * such a row has to come after those for policy codes (see `recipient.ts`). From the providers' own lists:
 * postmaster.orange.fr, help.mail.163.com, cox.com and spectrum.net (e-mail error codes), postmaster.comcast.net,
 * postmaster.aol.com, senders.yahooinc.com, support.apple.com/102322, godaddy.com (bounce codes), sendersupport.olc.
 */
export const PROVIDER_CODES: readonly ProviderCode[] = [
  {
    provider: "Orange, La Poste, SFR",
    code: /\b(OFR|LPN|OUK|SFR)\d*[_-](104|105|109|110|201|503|510)\b/i,
    meaning: "too many connections or mails, or slowed down",
    forGood: "blocked-as-spam",
    forNow: "throttled",
    sample: "450 4.7.0 Too many connections, slow down. LPN105_104",
  },
  {
    provider: "Orange, La Poste",
    code: /\b(OFR|LPN|OUK)\d*[_-](102|103|108|401|506|513|517|630)\b/i,
    meaning: "the IP is blocked, SPF failed, or content taken for spam",
    forGood: "blocked-as-spam",
    forNow: null,
    sample: "550 5.2.0 Mail rejete. Mail rejected. OFR_506 [506]",
  },
  {
    provider: "Orange, La Poste",
    code: /\b(OFR|LPN|OUK)\d*[_-](305|402|403|405|415|421)\b/i,
    meaning: "credentials or sender refused",
    forGood: "unauthorised",
    forNow: null,
    sample: "501 5.1.0 Emetteur invalide. Invalid Sender. OFR204_405 [405]",
  },
  {
    provider: "Orange, La Poste",
    code: /\b(OFR|LPN|OUK)\d*[_-]417\b/i,
    meaning: "the recipient's mailbox is full",
    forGood: "mailbox-full",
    forNow: "mailbox-full",
    sample: "552 5.1.1 Boite du destinataire pleine. Recipient overquota. OFR204_417 [417]",
  },
  {
    provider: "Orange, La Poste",
    code: /\b(OFR|LPN|OUK)\d*[_-](420|426)\b/i,
    meaning: "the recipient's account is archived or blocked",
    forGood: "rejected",
    forNow: null,
    sample: "550 5.5.0 Le compte du destinataire est bloque. The recipient account isblocked. LPN007_426",
  },
  {
    provider: "Orange, La Poste",
    code: /\b(OFR|LPN|OUK)\d*[_-]514\b/i,
    meaning: "the message is too large",
    forGood: "too-large",
    forNow: null,
    sample: "552 5.3.4 Taille limite du message atteinte OFR_514",
  },
  {
    provider: "SFR",
    code: /\bGU_EIB_0\d\b/,
    meaning: "abuse detected from the IP",
    forGood: "blocked-as-spam",
    forNow: null,
    sample: "550 5.7.1 Client host rejected: Abus detecte GU_EIB_04",
  },
  {
    provider: "NetEase (163, 126, yeah)",
    code: /\b(HL:(ICC|IFC|ITC|MEP|REP)|MI:(CCL|CEL|DMC|SFQ|STC)|RP:(CCL|CEL|DRC|QRC|RCL|TRC))\b/,
    meaning: "connections, commands, recipients or mails over a limit of the minute or the day",
    forGood: "throttled",
    forNow: "throttled",
    sample: "550 RP:TRC 163 smtp1",
  },
  {
    provider: "NetEase (163, 126, yeah)",
    code: /\b(DT:(RBL|SPM?|SUM)|HL:I(HU|P\w?|MF)|MI:(DMA|SPB|SPF|DKI|DKM)|WM:BL[IU]?)\b/,
    meaning: "the IP is listed or not allowed, SPF, DKIM or DMARC failed, or content taken for spam",
    forGood: "blocked-as-spam",
    forNow: "transient",
    sample: "554 HL:IHU 163 mx29,PMCowAAnp",
  },
  {
    provider: "NetEase (163, 126, yeah)",
    code: /\bRP:FRL\b/,
    meaning: "no relaying for anonymous clients",
    forGood: "unauthorised",
    forNow: null,
    sample: "553 RP:FRL 163 mx5",
  },
  {
    provider: "NetEase (163, 126, yeah)",
    code: /\bMI:(IMF|NHD)\b/,
    meaning: "the sender's address is malformed",
    forGood: "rejected",
    forNow: null,
    sample: "550 MI:IMF 163 mx12,PMCowABXqk",
  },
  {
    provider: "Cox",
    code: /\bAUP#-?(CXBL|CXDNS|CXSNDR|CDRBL|IPBL\d+|URLBL\d+)\b/,
    meaning: "the IP or a link is listed, no reverse DNS, or SPF or DKIM failed",
    forGood: "blocked-as-spam",
    forNow: null,
    sample: "550 5.1.0 <news@example.org> sender rejected. Refer to Error Codes section at cox.com AUP#CDRBL",
  },
  {
    provider: "Cox",
    code: /\bAUP#-?(CXCNCT|CXMXRT)\b/,
    meaning: "too many connections or recipients",
    forGood: "throttled",
    forNow: "throttled",
    sample: "452 4.1.0 192.0.2.1 message threshold exceeded AUP#CXMXRT",
  },
  {
    provider: "Cox",
    code: /\bAUP#-?(CXTHRT|CXMJ)\b/,
    meaning: "our account is limited after suspicious activity",
    forGood: "unauthorised",
    forNow: "unauthorised",
    sample: "550 5.1.0 Message rejected AUP#CXMJ",
  },
  {
    provider: "Charter, Spectrum",
    code: /\bAUP#(O(ut)?-?1(0[1-8]\d)|\w*-?15[02]0)\b/i,
    meaning: "our account is blocked or limited, or the sender is not its own",
    forGood: "unauthorised",
    forNow: "unauthorised",
    sample: "550 5.7.1 Message refused. AUP#Out-1500",
  },
  {
    provider: "Charter, Spectrum",
    code: /\bAUP#\w*-?(1[34]\d\d|15[4-8]0)\b/i,
    meaning: "connections, mails or recipients over a limit",
    forGood: "throttled",
    forNow: "throttled",
    sample: "452 4.7.1 Message refused. AUP#Out-1350",
  },
  {
    provider: "Charter, Spectrum",
    code: /\bAUP#\w*-?1(0\d\d|1[0-5]\d|2[0-5]\d)\b/i,
    meaning: "the IP is listed or has no reverse DNS",
    forGood: "blocked-as-spam",
    forNow: null,
    sample: "554 5.7.1 ERROR: Mail Refused - 192.0.2.1 AUP#In-1220",
  },
  {
    provider: "Charter, Spectrum",
    code: /\bAUP#\w*-?1530\b/i,
    meaning: "the message is too large",
    forGood: "too-large",
    forNow: null,
    sample: "552 5.2.0 Message refused AUP#In-1530",
  },
  {
    provider: "Comcast",
    code: /\bRL0\d{5}\b/,
    meaning: "mails or connections over a limit",
    forGood: "throttled",
    forNow: "throttled",
    sample: "421 4.1.0 192.0.2.1 See http://postmaster.comcast.net/smtp-error-codes.php#RL000002",
  },
  {
    provider: "Comcast",
    code: /\b(BL|ES|LBL|PTR|DM|SPF|DKIM)0\d{4,}\b|comcast\S*#(SPAM|BL|LBL)\w*/,
    meaning: "the IP is listed or dynamic, authentication failed, or content taken for spam",
    forGood: "blocked-as-spam",
    forNow: null,
    sample: "554 5.7.1 imta20 192.0.2.1 see http://postmaster.comcast.net/smtp-error-codes.php#ES000010",
  },
  {
    provider: "AOL",
    code: /\((DYN|RLY):T\d\)/,
    meaning: "the IP sends too fast for its reputation",
    forGood: "throttled",
    forNow: "throttled",
    sample: "421 4.2.1 :  (DYN:T1) https://postmaster.aol.com/error-codes#421dynt1",
  },
  {
    provider: "AOL",
    code: /\((CON|RTR|RLY|HVU|DYN):\w+\)/,
    meaning: "the IP, a link or the content is blocked",
    forGood: "blocked-as-spam",
    forNow: null,
    sample: "521 5.2.1 :  (HVU:B2) https://postmaster.aol.com/error-codes",
  },
  {
    provider: "Yahoo, AOL",
    code: /\[(TSS?\d\d|IPTS\d\d)\]/,
    meaning: "the IP's mail is deferred or refused after complaints",
    forGood: "blocked-as-spam",
    forNow: "throttled",
    sample: "553 5.7.2 [TSS09] All messages from 192.0.2.25 will be permanently deferred",
  },
  {
    provider: "Yahoo, AOL",
    code: /\[BL\d\d\]|\(AU01\)/,
    meaning: "the IP is listed, or authentication failed",
    forGood: "blocked-as-spam",
    forNow: null,
    sample: "554 5.7.5 (AU01) Message not accepted for policy reasons.",
  },
  {
    provider: "Apple",
    code: /\[(CS|HM|HME|HT)\d\d?\]/,
    meaning: "content taken for spam, or authentication failed",
    forGood: "blocked-as-spam",
    forNow: null,
    sample: "550 5.7.1 [CS01] Message rejected due to local policy.",
  },
  {
    provider: "Outlook.com",
    code: /\bRP-00\d\b/,
    meaning: "mails or connections over the limit of the IP",
    forGood: "throttled",
    forNow: "throttled",
    sample: "550 RP-003 Unfortunately, some messages from 192.0.2.7 weren't sent.",
  },
  {
    provider: "Outlook.com",
    code: /\b(OU|SC|DY)-00\d\b/,
    meaning: "the IP is blocked, dynamic or open, or content taken for spam",
    forGood: "blocked-as-spam",
    forNow: null,
    sample: "550 DY-001 We generally do not accept unauthenticated SMTP email from dynamic IP's.",
  },
  {
    provider: "GoDaddy",
    code: /\bIB(007|101|504|510|605|607)\b/,
    meaning: "sessions, mails or recipients over a limit",
    forGood: "throttled",
    forNow: "throttled",
    sample: "550 This IP has sent too many mails. IB504",
  },
  {
    provider: "GoDaddy",
    code: /\bIB(10[3-8]|11[0-3]|212|508)\b/,
    meaning: "the IP is listed or has no reverse DNS, SPF failed, or content taken for spam",
    forGood: "blocked-as-spam",
    forNow: null,
    sample: "554 Connection refused. IB106",
  },
  {
    provider: "GoDaddy",
    code: /\bIB(401|50[126])\b/,
    meaning: "credentials or sender refused",
    forGood: "unauthorised",
    forNow: null,
    sample: "550 example.org From: Domain is invalid. Provide a valid From: IB506",
  },
];

/** Classes about one recipient or content; MAIL is refused for neither. */
const ABOUT_ONE: readonly VerdictClass[] = ["mailbox-full", "transient", "too-large"];

function rowsFor({ code, forGood, forNow, sample }: ProviderCode): VerdictRow[] {
  const rows: VerdictRow[] = [];
  for (const [first, verdict] of [["5", forGood] as const, ["4", forNow] as const]) {
    if (verdict === null) continue;
    const stages = ABOUT_ONE.includes(verdict) ? RECIPIENT : ENVELOPE;
    const when = { codes: [`${first}xx`], stages, raw: code };
    rows.push({ class: verdict, when, sample: sample.replace(/^./, first), stage: "rcpt" });
  }
  return rows;
}

export const PROVIDER_ROWS: readonly VerdictRow[] = PROVIDER_CODES.flatMap(rowsFor);
