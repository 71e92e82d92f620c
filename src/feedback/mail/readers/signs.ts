import { codesIn } from "../codes.ts";
import type { InboundMail } from "../inbound-mail.ts";
import { isAnswer, isAutoReply } from "./auto-reply.ts";

/** Who writes bounces. */
const SENDER =
  /mailer-?daemon|post_?master|mail[ ._-]?delivery|delivery[ ._-]?(sub)?system|mail[ ._-]?system|system administrator|\bmda\b|bounce|delivery[-_. ]?(status|notif|report|agent)|mail[ -]?server|microsoft ?outlook|microsoft exchange|\b(listserv|majordomo|mailman|mdaemon)\b|-(admin|owner)@|\bowner-/i;

const SUBJECT =
  /undeliver|un-?delivered|deliver\w* (status|fail|error|problem|report|notif|delay|has failed)|(mail|message|delivery|e-?mail) (system )?(delivery )?(fail|error|could not|was not|not delivered|delayed|has failed)|failure (notice|notification|delivering)|returned (mail|message|to sender|e-?mail)|return(ed|ing) (mail|message)|non[- ]?(deliver|remis|recapit)|could ?n.t be delivered|not delivered|rejected|mail error|error sending|nondeliverable|permanent (delivery )?(failure|error)|not (a )?member|配信|不達|エラー|退信|投递失败|недоставлен|не доставлен|unzustellbar|zustell|non remis|échec|no se pudo|devuelt|devolvid|não entregue|mancat|反송|반송/i;

/** What mail systems say to people, in the languages of the largest. */
const WORDS =
  /(this|the following) (message|mail|report|e-?mail) was (created|generated) automatically|automatically generated delivery status|this is the (mail|qmail|postfix|mailer|dragonfly|mail delivery|smtp|indimail|\S+ mail|\S+ program)|(this is the|from the) \S*mailer[- ]daemon|(could|can|has|have|was|were) ?n[o']?t (be|been|yet been)? ?(deliver|sent|reach|relayed)|could not be (deliver|reach|sent)|cannot be (deliver|sent)|(un|not )able to (deliver|send|relay)|(was|were) not (delivered|relayed|sent|accepted)|deliver\w* (to the following|to:? ?<|of (your|the) (message|mail)|failed|has failed|attempts?)|did not reach|transcript of (the )?(session|smtp)|(failed|fatal|permanent|transient|delivery) errors?|following (address|recipient|destination)\S* (\S+ )?(had|failed|could|was|were|did)|error(s)? (occurred|delivering|while)|error message below|trouble (delivering|sending)|failed to (deliver|send)|undeliverable|failure reasons?|returned (to sender|mail|message)|rejected (by|recipient|the following)|mailbox (is )?full|user unknown|unknown user|no such user|not a valid (user|recipient|address|mailbox)|not a member|are not member|(mail|article|message|posting) (is|was|has been) (rejected|returned)|delivery of [\s\S]{0,80}has been postponed|invalid (final delivery |recipient )?(userid|recipient|address)|delivery (problem|error)s?|送信(でき|され)ません|配信(でき|され)ません|お届けでき|宛先|あて先|无法(投递|送达)|退信|投递失败|не (может|могло|было|удалось)|не доставлен|nicht zugestellt|unzustellbar|n'a pas (pu|été)|non (remis|consegnat)|no (se )?(pudo|ha podido)|não (pôde|foi poss)|impossibile|nie (może|mogła) zostać|전송|반송/i;

/**
 * True for a bounce that is not a report for machines. Its words alone prove nothing, since people who are away write
 * alike: it takes one more sign, or three others. A marked auto-reply that no mail system wrote has to quote a server.
 */
export function looksLikeBounce(mail: InboundMail): boolean {
  if (mail.headers("x-failed-recipients").length > 0) return true;
  const bySystem = isBySystem(mail);
  const { code, status } = codesIn(mail.notice);
  const quotesServer = status !== null || (code !== null && code >= 400);
  if (isAutoReply(mail) && !bySystem && !quotesServer) return false;
  // Of an answer it is a quotation.
  const isReturned = mail.returned !== null && !isAnswer(mail);
  const signs = [bySystem, SUBJECT.test(mail.subject), quotesServer, isReturned].filter(Boolean).length;
  const toNobody = mail.headers("return-path").some((path) => path === "<>" || SENDER.test(path));
  return WORDS.test(mail.notice.slice(0, 4_000)) ? signs >= 1 : signs + (toNobody ? 1 : 0) >= 3;
}

/** Nobody but a mail system writes with an empty address. */
function isBySystem(mail: InboundMail): boolean {
  const from = mail.headers("from");
  return SENDER.test([...from, ...mail.headers("sender")].join(" ")) || from.some((value) => /<\s*>\s*$/.test(value));
}

const DELAYED =
  /warning (message )?only|(has|have|is|was|been) (been )?delayed|delivery (status notification )?\(?delay|\(delay\)|delayed (mail|delivery|message|24|\d)|will (be|continue to be|continue|keep) (retried|retry|tried|try|trying|attempt)|(not|n.t) (yet )?been delivered (yet|after|within)|not yet been delivered|no action is required on your part|still (trying|being attempted)|it will be retried|(has been|is) postponed|delivery (attempts )?will continue|will continue to|will keep (trying|retrying)|attempts (to deliver \S+ )?will (continue|be (made|repeated))|do not need to resend/i;
const GIVEN_UP =
  /giv(en|ing) up|permanent(ly)? (error|fail|fatal)|failed permanently|permanent errors?|\(failure\)|no (further|more) (delivery )?attempts|will not be (retried|attempted)|not going to try again/i;

/** True for a warning: the server still tries. */
export function isDelayed(mail: InboundMail): boolean {
  const text = `${mail.subject}\n${mail.notice.slice(0, 4_000)}`;
  return DELAYED.test(text) && !GIVEN_UP.test(text);
}
