import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseReplyLine, type Reply } from "../../src/core/reply.ts";
import { classify, isAccountQuota } from "../../src/core/verdict.ts";

function reply(text: string): Reply {
  const parsed = parseReplyLine(text);
  if (parsed === null) throw new Error(`not a reply: ${text}`);
  return parsed;
}

describe("our own account's quota", () => {
  test.each([
    "550 Domain example.org has exceeded the max emails per hour (100/100 (100%)) allowed.  Message discarded.",
    "550 Domain example.com has exceeded the max defers and failures per hour (5/5 (100%)) allowed. Message discarded.",
    "552 Message would take you over your relay quota of 500 Current quota used: 487",
    "550 User has exceeded outgoing email quota",
    "450 4.7.1 <x>: Recipient address rejected: Policy Rejection- Quota Exceeded.",
    "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; Failed to process message",
    "454 Throttling failure: Daily message quota exceeded.",
    "550 5.4.5 Daily user sending limit exceeded. For more information on Gmail sending limits go to",
    "550 5.7.1 Email quota exceeded.",
    "450 4.2.1 Peak SMTP relay limit exceeded for customer. This is a temporary error.",
    "550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients",
    "550 You have exceeded your hourly sending limit",
    "451 You have sent too many messages in the last 24 hours",
    "554 Your account has reached the maximum number of messages for this month",
    "550 5.7.1 Daily email limit for your plan reached",
    "452 4.7.1 Sender's quota exceeded",
    "550 Account example has reached its monthly sending cap",
    "451 4.7.1 You have used all of your emails for the hour",
    "421 4.3.0 You have used up your monthly credits",
    "550 5.7.1 Mail sent too quickly, your quota of messages for the day has been used up",
    "535 5.7.0 You have exceeded your daily sending limit",
  ])("is throttled, and known as such: %s", (text) => {
    expect(isAccountQuota(reply(text))).toBe(true);
    for (const stage of ["mail", "rcpt", "content"] as const) expect(classify(reply(text), stage)).toBe("throttled");
  });

  test.each([
    "552 5.2.2 The email account that you tried to reach is over quota",
    "452 4.2.2 Quota exceeded",
    "552 Quota exceeded",
    "552 Requested mail action aborted: exceeded storage allocation",
    "451 domain.ru prohibited. Disk quota exceeded",
    "422 4.2.2 Quota limit exceeded (Speicherplatz des Kontos ueberschritten)",
    "554 delivery error: dd ann@example.com: user is over quota",
    "550 5.2.1 The user you are trying to contact is receiving mail at a rate that prevents delivery",
    "554 5.2.122 The recipient has exceeded their limit for the number of messages they can receive per hour.",
    "552 5.2.2 This account has exceeded its daily quota",
    "452 4.2.2 The recipient's mailbox is over its storage limit",
    "450 4.2.1 This user has reached the number of messages they can receive per day",
    "552 5.3.4 Message size exceeds the limit of your account",
    "454 Throttling failure: Maximum sending rate exceeded.",
    "421 4.7.0 Too many connections from your IP per hour",
    "250 Daily quota: 5 of 100",
  ])("is not the mailbox's, the message's or a rate: %s", (text) => {
    expect(isAccountQuota(reply(text))).toBe(false);
  });

  test("is never one under the mailbox's code, and never fails anybody", () => {
    const words = fc
      .array(
        fc.constantFrom(
          "Your",
          "account",
          "daily",
          "sending",
          "quota",
          "limit",
          "exceeded",
          "per hour",
          "relay",
          "user",
        ),
        { minLength: 1, maxLength: 8 },
      )
      .map((each) => each.join(" "));
    fc.assert(
      fc.property(fc.integer({ min: 400, max: 599 }), words, (code, text) => {
        const status = `${Math.trunc(code / 100)}.2.2`;
        expect(isAccountQuota({ code, enhanced: status, text })).toBe(false);
        fc.pre(isAccountQuota({ code, enhanced: null, text }) && ![530, 534, 535, 538].includes(code));
        expect(classify({ code, enhanced: null, text }, "rcpt")).toBe("throttled");
      }),
    );
  });
});
