import { dsn } from "../../../feedback/mail/mails.ts";
import type { Records } from "../../../relay/records.ts";

/**
 * What comes back of a mail.
 * - `gone`, `full`: a delivery report, for good or not. `delivered`: one of success.
 * - `complaint`: a mailbox provider's feedback report.
 * - `unsubscribe`: the one-click POST of RFC 8058.
 */
export type AnswerKind = "gone" | "full" | "delivered" | "complaint" | "unsubscribe";

export interface Answer {
  readonly kind: AnswerKind;
  readonly address: string;
}

/** What the relay knows of a mail that it took. */
export interface Mail {
  /** The envelope sender, which names the delivery. */
  readonly from: string;
  readonly to: string;
  /** Unfolded header fields. */
  readonly header: string;
}

/** The first of these people give the answers of one kind each, as many as `counts` says. */
export function answersTo(people: readonly string[], counts: Partial<Record<AnswerKind, number>>): Answer[] {
  const kinds = Object.entries(counts).flatMap(([kind, count]) => Array<AnswerKind>(count).fill(kind as AnswerKind));
  return kinds.map((kind, index) => ({ kind, address: people[index] as string }));
}

/** The mail that this address got; null: none yet. */
export function mailTo({ mails }: Pick<Records, "mails">, address: string): Mail | null {
  const mail = mails.find(({ to }) => to.includes(address));
  if (mail === undefined) return null;
  const [header = ""] = (mail.content ?? "").split("\r\n\r\n", 1);
  return { from: mail.from, to: address, header: header.replaceAll(/\r\n[ \t]+/g, " ") };
}

/** Sends an answer to mailpush; false: it was not taken, or nobody knows. */
export async function send(url: string, { kind }: Answer, mail: Mail): Promise<boolean> {
  try {
    const response = await (kind === "unsubscribe" ? click(url, mail) : post(url, kind, mail));
    await response.text();
    return response.ok;
  } catch {
    return false;
  }
}

function click(url: string, mail: Mail): Promise<Response> {
  const link = field(mail, "List-Unsubscribe").match(/<(http[^>]+)>/)?.[1] ?? "";
  if (!link.startsWith(`${url}/u/`)) throw new Error(`not a link of ours: ${link}`);
  return fetch(link, { method: "POST", body: new URLSearchParams(field(mail, "List-Unsubscribe-Post")) });
}

/** A mail to the Worker's email handler, as `wrangler dev` takes it. */
function post(url: string, kind: Exclude<AnswerKind, "unsubscribe">, mail: Mail): Promise<Response> {
  const { from, to, lines } = kind === "complaint" ? complaint(mail) : report(kind, mail);
  const query = new URLSearchParams({ from, to });
  return fetch(`${url}/cdn-cgi/local/email?${query}`, { method: "POST", body: lines.join("\r\n") });
}

const FIELDS = {
  gone: ["Action: failed", "Status: 5.1.1", "Diagnostic-Code: smtp; 550 5.1.1 no such user"],
  full: ["Action: failed", "Status: 5.2.2", "Diagnostic-Code: smtp; 552 5.2.2 mailbox full"],
  delivered: ["Action: delivered", "Status: 2.0.0"],
};

function report(kind: keyof typeof FIELDS, mail: Mail) {
  const lines = dsn([[`Final-Recipient: rfc822; ${mail.to}`, ...FIELDS[kind]]], { returned: [messageId(mail)] });
  const own = lines.map((line) => line.replace("<report-1@", `<${kind}-${mail.to.replace("@", ".")}@`));
  return { from: "MAILER-DAEMON@mx.example.net", to: mail.from, lines: own };
}

/** To the address that is registered with the provider: only the returned message names the delivery. */
function complaint(mail: Mail) {
  const lines = [
    "From: feedback@isp.example.net",
    "To: bounce@bounces.example.com",
    `Message-ID: <complaint-of-${mail.to.replace("@", ".")}@isp.example.net>`,
    "Subject: FW: Hello",
    "MIME-Version: 1.0",
    'Content-Type: multipart/report; report-type=feedback-report; boundary="b1"',
    "",
    "--b1",
    "Content-Type: message/feedback-report",
    "",
    "Feedback-Type: abuse",
    "Version: 1",
    "User-Agent: isp/1",
    "",
    "--b1",
    "Content-Type: message/rfc822",
    "",
    messageId(mail),
    "To: <redacted>",
    "",
    "Hello",
    "--b1--",
    "",
  ];
  return { from: "feedback@isp.example.net", to: "bounce@bounces.example.com", lines };
}

function messageId(mail: Mail): string {
  return `Message-ID: ${field(mail, "Message-ID")}`;
}

function field({ header }: Mail, name: string): string {
  const line = header.split("\r\n").find((one) => one.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  if (line === undefined) throw new Error(`the mail has no ${name}`);
  return line.slice(name.length + 1).trim();
}
