import type { Mail } from "maildev";
import { expect, it } from "vitest";
import { judgeInbox } from "../../../scripts/inbox.ts";
import { sampleRecipients } from "../../../scripts/sample.ts";

const expected = sampleRecipients(3);

function mailTo(address: string, text: string): Mail {
  return { id: "", text, envelope: { to: [{ address }] } };
}

const right = expected.map(({ address, username }) => mailTo(address, `Dear ${username}!`));

it("finds nothing wrong when everyone got one mail with their own name", () => {
  expect(judgeInbox(right, expected)).toEqual([]);
});

it("names who got no mail, two mails, another's name, or a mail they should not have", () => {
  const [first, second, third] = expected as [(typeof expected)[0], (typeof expected)[0], (typeof expected)[0]];
  const mails = [
    mailTo(second.address, `Dear ${second.username}!`),
    mailTo(second.address, `Dear ${second.username}!`),
    mailTo(third.address, `Dear ${first.username}!`),
    mailTo("stranger@example.com", "Dear stranger!"),
  ];
  expect(judgeInbox(mails, expected)).toEqual([
    `${first.address} got no mail.`,
    `${second.address} got 2 mails.`,
    `${third.address} got a mail without their name, ${third.username}.`,
    "stranger@example.com got a mail, and should not.",
  ]);
});
