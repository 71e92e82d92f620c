/** Replies of hosting providers, filters and older servers. The form is described in `../server-replies.ts`. */
export const HOSTING_REPLIES = String.raw`
rcpt mailbox-full 552 recipient storage full, try again later
content mailbox-full 551 bounce as<the destination mailbox <ann@example.com> is full> queue as 100.1.ZmxEL.720k.1140313037
rcpt mailbox-full 552 too many messages in this mailbox
rcpt mailbox-full 550 The user has not enough diskspace available
rcpt mailbox-full 550 522_mailbox_full
rcpt mailbox-full 552 exceeds allowed message count
content mailbox-full 552 message is larger than the space available
rcpt mailbox-full 550 The user's space has used up.
rcpt mailbox-full 550 maildir has overdrawn his diskspace quota
rcpt mailbox-full 552 mail box space not enough
rcpt mailbox-full 550 over the maximum allowed mailbox size
rcpt mailbox-full 550 Mailbox is full / Blocks limit exceeded / Inode limit exceeded
rcpt unauthorised 550 relaying to <ann@example.com> prohibited by administrator
rcpt unauthorised 550 relaying mail to work.example is not allowed
rcpt unauthorised 554 Relay operation rejected
rcpt unauthorised 550 5.7.1 <ann@example.com>... Relaying denied. IP name lookup failed [192.0.2.66]
rcpt unauthorised 553 Sorry, this domain is not in my list of allowed hosts (#5.7.1)
rcpt unauthorised 550 not a gateway
rcpt unauthorised 550 Please receive your mail before sending
rcpt unauthorised 550 is not accepting mail from this sender
rcpt unauthorised 553 sorry, your envelope sender is in my badmailfrom list (#5.7.1)
rcpt unauthorised 551 The sender's address is not valid for your login
rcpt unauthorised 550 R1: HELO should be a FQDN or address literal (See RFC 2821 4.1.1.1)
rcpt unauthorised 550-Postmaster verification failed while checking <george@example.org>\n550-Response: 550 <postmaster@example.org>: User unknown
rcpt throttled 450 4.7.1 only 5 recipients per 5 minutes allowed
content blocked-as-spam/rejected 550 5.7.1 bulkmail
content blocked-as-spam 550 message classified as bulk
content blocked-as-spam 550 This message scored 9.9 points. Congratulations!
content blocked-as-spam 550 DmarcRejection: see policy
rcpt blocked-as-spam 550 Address does not pass the Sender Policy Framework
rcpt rejected/no-such-user 550 <ann@example.com>... User account not activated
rcpt rejected/no-such-user 550 Account is not active
rcpt no-such-user 554 delivery error: dd ann@example.com is no longer valid. [-20] - mta4151.mail.example
rcpt no-such-user 550 User not a member of domain: <ann@example.com>
rcpt no-such-user 550 ann@example.com:user not exist
rcpt no-such-user 550-I'm sorry but ann@example.com does not have an account here. I will not\n550 accept this mail.
rcpt no-such-user 550 no users here by that name
rcpt no-such-user 550 user invalid
rcpt no-such-user 550 user_unknown
rcpt no-such-user 550 The following recipients are unknown
rcpt no-such-user 550 bad destination email address
rcpt no-such-user 550 Invalid final delivery user
rcpt no-such-user 550 not a recognised email account
rcpt no-such-user 550 address is no longer active
rcpt no-such-user 550 sorry, isn't in my list of allowed recipients
rcpt no-such-user 550 not known at this site
rcpt no-such-user 550 email name is not found
rcpt no-such-user 550 recipient unrecognized
rcpt no-such-user 550 No such ID
rcpt throttled/rejected/blocked-as-spam 550 too many invalid recipients from your host
rcpt rejected/blocked-as-spam/throttled 550 Dictionary attack detected: unknown recipients
rcpt no-such-user 559 Invalid rcptto <@work.example>
rcpt blocked-as-spam 553 RP:RDN 192.0.2.1
mail throttled 452 4.3.1 You have exceeded your credits for today
content unauthorised 550 Sending from this domain is paused
content unauthorised 550 Plan does not allow sending to more recipients, upgrade your plan
rcpt no-such-user 550 destin. Sconosciuto
rcpt no-such-user 550 Destinatario errato
rcpt no-such-user 550 UserUnknown
rcpt no-such-user 550 Some recipients are invalid
rcpt no-such-user 550 We are sorry but the address is invalid
rcpt rejected 550 The address is invalid: syntax error
rcpt no-such-user 550 Ann Example is no longer an employee
rcpt blocked-as-spam 550 Domain has received too many bounces
`;
