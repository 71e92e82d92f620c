import { evidenceIn } from "../evidence.ts";
import type { InboundMail } from "../inbound-mail.ts";
import type { Evidence, MailReport } from "../report.ts";

const SUBJECT =
  /^\s*[[(]?(auto(matic|mated)?[- ]?(re(ply|sponse|sponder)|antwort)|auto:|automat\w+ (odpowied|odpověď|svar)|out of( the)? office|vacation|away from|on holiday|abwesen|réponse automatique|absence|respuesta automática|risposta automatica|resposta automática|automatisch|自动回复|自動返信|不在|автоответ)/i;

/** True for a mail that calls itself an auto-reply, as most of Exim's bounces do too. */
export function isAutoReply(mail: InboundMail): boolean {
  const precedence = [...mail.headers("precedence"), ...mail.headers("x-precedence")];
  return (
    mail.headers("auto-submitted").some((value) => /^auto-(replied|notified)/i.test(value)) ||
    ["x-autoreply", "x-autorespond"].some((name) => mail.headers(name).length > 0) ||
    precedence.some((value) => /auto[-_]?reply/i.test(value)) ||
    SUBJECT.test(mail.subject)
  );
}

/** Some mark their replies as Exchange does, as made by a program. Reports of many kinds are marked so too. */
function isAutomaticAnswer(mail: InboundMail): boolean {
  return mail.headers("auto-submitted").some((value) => /^auto-generated/i.test(value)) && isAnswer(mail);
}

/** True for a mail that names the one it answers. */
export function isAnswer(mail: InboundMail): boolean {
  return ["in-reply-to", "references"].some((name) => mail.headers(name).length > 0);
}

/** Reads an auto-reply (RFC 3834, and the fields in use before it); null: the mail is none. */
export function readAutoReply(mail: InboundMail): MailReport | null {
  return isAutoReply(mail) || isAutomaticAnswer(mail)
    ? { kind: "auto-reply", words: mail.subject, evidence: repliedTo(mail) }
    : null;
}

/**
 * An unsubscribe that a mail program sent for its user (RFC 8058 leaves mailto: to RFC 2369): subject "unsubscribe", and
 * either marked as automatic or with nothing else to say.
 */
export function readUnsubscribeRequest(mail: InboundMail): MailReport | null {
  const isAsked = /^\s*unsubscribe\s*$/i.test(mail.subject) || mail.headers("x-apple-unsubscribe").includes("true");
  if (!isAsked) return null;
  const isShort = mail.notice.trim().length < 200 || mail.headers("auto-submitted").length > 0;
  if (!isShort || mail.returned !== null) return null;
  return { kind: "feedback", type: "opt-out", recipients: [], evidence: repliedTo(mail) };
}

/** A reply names the message that it answers. */
function repliedTo(mail: InboundMail): Evidence {
  const ids = [...mail.headers("in-reply-to"), ...mail.headers("references")].flatMap(
    (value) => value.match(/[^<>\s]+@[^<>\s]+/g) ?? [],
  );
  return { ...evidenceIn(mail.returned), messageIds: [...new Set(ids)].slice(-20) };
}
