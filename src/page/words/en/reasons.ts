import { number, percent, plural, span, wholeTime } from "../../app/time/format.ts";

/** Numbers and names that a reason comes with. */
export interface Params {
  count(name: string): number;
  text(name: string): string;
}

const mails = (count: number): string => `${number(count)} ${plural(count, { one: "mail", other: "mails" })}`;

/** A fault of the sender's meets everybody; wrong addresses may also stand together, as at the head of an old list. */
const ALIKE =
  "If the words are about the sender, the mail or the relay: mend that, resume, and retry those. If they are about addresses that are wrong: resume, and the others go on.";

/** Why a push is paused, cancelled or waits, by the API's code; the words of a server stand under it. */
export const reasons: Readonly<Record<string, (of: Params) => string>> = {
  "first-alike": (of) =>
    `mailpush paused it: the first ${mails(of.count("count"))} were all refused in the same words. ${ALIKE}`,
  alike: (of) => `mailpush paused it: ${mails(of.count("count"))} in a row were refused in the same words. ${ALIKE}`,
  "spam-share": (of) =>
    `mailpush paused it: ${number(of.count("count"))} of the last ${mails(of.count("of"))} were refused as spam. Look at the sender's SPF, DKIM and DMARC, the links and the wording before you resume.`,
  "lost-connections": (of) =>
    `mailpush paused it: in ${number(of.count("tries"))} tries in a row the connection was lost after the message, and nothing was accepted. Look at the relay, decide those in doubt, then resume.`,
  bounces: (of) =>
    `mailpush paused it: of ${mails(of.count("of"))} that the relay took, ${number(of.count("count"))} bounced (${percent(of.count("count"), of.count("of"))}). Look at the list's age and origin before you resume.`,
  complaints: (of) =>
    `mailpush paused it: of ${mails(of.count("of"))} that the relay took, ${number(of.count("count"))} were reported as spam (${percent(of.count("count"), of.count("of"))}). Look at whether these people asked for it before you resume.`,
  "relay-refuses": () =>
    "mailpush paused it: the relay refuses the sender, the password or the mail. Correct what its words name, then resume.",
  "relay-paused": (of) =>
    `A person paused relay ${of.text("relay")}. Resume the relay, and this push goes on by itself.`,
  "no-relay": (of) =>
    `None of its relays is configured any more: ${of.text("relays")}. Configure one of them, or make a new push.`,
  "canary-failed": (of) => {
    const bad = of.count("failed") + of.count("bounced") + of.count("complained") + of.count("inDoubt");
    return `The canary failed: of ${mails(of.count("of"))}, ${number(bad)} went wrong (${percent(bad, of.count("of"))}, at most ${percent(of.count("allowed"), 1)} may). The others wait; Resume sends them, Cancel drops them.`;
  },
  "not-approved": (of) => `Nobody approved it within ${number(of.count("days"))} days, so it was cancelled.`,
  "own-fault": () => "Nothing is sent just now: mailpush's own database does not answer. It tries again by itself.",
  quota: (of) => {
    const until = wholeTime(of.count("until"));
    const limit = of.count("limit");
    const used =
      limit > 0 ? `${number(limit)} in ${span(of.count("seconds") * 1000)} are used` : "what it allows is used";
    const late = of.count("expiring");
    const lost =
      late > 0 ? ` ${mails(late)} will expire before: a relay more, or a longer time to expiry, would save them.` : "";
    return `The quota of relay ${of.text("relay")} is full: ${used}. It goes on by itself at about ${until}.${lost}`;
  },
  "relay-away": (of) =>
    `Nothing is sent just now: relay ${of.text("relay")} takes no mail. It is tried again by itself.`,
  "canary-choosing": (of) => `Canary: ${mails(of.count("count"))} go first, once all recipients are known.`,
  "canary-going": (of) =>
    `Canary: ${mails(of.count("left"))} still to go before it is judged; ${number(of.count("rest"))} wait for its verdict.`,
  "canary-next": (of) =>
    `Canary: ${mails(of.count("skipped"))} were skipped, which shows nothing. The next ${number(of.count("count"))} go in their place; ${number(of.count("rest"))} wait for the verdict.`,
  "canary-deferred": (of) =>
    `Canary: all its mails are tried again later, and none has an outcome to judge; ${number(of.count("rest"))} wait.`,
  "canary-begins": (of) =>
    `Canary: all its mails have gone out. It is judged in ${span(of.count("seconds") * 1000)}; ${number(of.count("rest"))} wait.`,
  "canary-waits": (of) =>
    `Canary: it is judged at ${wholeTime(of.count("until"))}, and at most ${percent(of.count("allowed"), 1)} may go wrong; ${number(of.count("rest"))} wait.`,
};
