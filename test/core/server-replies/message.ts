/** Replies before and after RCPT. The form is described in `../server-replies.ts`. */
export const MESSAGE_REPLIES = String.raw`
greeting outage 554 5.7.1 : (RTR:BL) https://postmaster.aol.com/error-codes#554rtrbl
greeting outage 554 5.7.1 None/bad reputation. Ask your postmaster for help or to contact tosa@rx.t-online.de for reset.
greeting outage 554 IP=192.0.2.254 - A problem occurred. (Ask your postmaster for help or to contact tosa@rx.t-online.de to clarify.)
greeting outage 554 resimta-po-11v.sys.comcast.net 192.0.2.1 found on one or more DNSBLs, see http://postmaster.comcast.net/smtp-error-codes.php#BL000010
greeting outage 554-mx.example.com\n554 Your access to this mail system has been rejected due to the sending MTA's poor reputation. If you believe that this failure is in error, please contact the intended recipient via alternate means.
auth unauthorised 535 5.7.8 Username and Password not accepted. Learn more at https://support.google.com/mail/?p=BadCredentials
auth unauthorised 535 5.7.3 Authentication unsuccessful [AM0PR04CA0012.eurprd04.prod.outlook.com]
auth unauthorised 535 Authentication Failed
auth outage 454 Temporary authentication failure
auth unauthorised 534 5.7.9 Application-specific password required. Learn more at https://support.google.com/mail/?p=InvalidSecondFactor
auth unauthorised 535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.
auth unauthorised 535 Login Fail. Please enter your authorization code to login.
auth unauthorised 535 5.7.8 Sign in to your account to activate it: account not active
auth unauthorised 534 5.7.14 Please log in via your web browser and then try again.
auth unauthorised 535 5.7.0 (#AUTH005) Too many bad auth attempts.
mail unauthorised 530 5.7.0 Must issue a STARTTLS command first. j12sm123 - gsmtp
mail unauthorised/blocked-as-spam/rejected 553 5.7.2 [TSS09] All messages from 192.0.2.25 will be permanently deferred; Retrying will NOT succeed. See https://senders.yahooinc.com/error-codes
mail throttled/outage 421 4.2.1 :  (DYN:T1) https://postmaster.aol.com/error-codes#421dynt1
mail unauthorised 553 Relaying disallowed as <news@example.org>
mail unauthorised 553 Mail from must equal authorized user
mail unauthorised 501 mail from address must be same as authorization user
mail throttled/outage 421 Connection frequency limited
mail unauthorised 554 sender is unvalidated.
mail throttled 452 4.1.0 192.0.2.1 message threshold exceeded AUP#CXMXRT
mail unauthorised/blocked-as-spam 550 5.1.0 <news@example.org> sender rejected : domain does not resolve AUP#CXSNDR
mail outage/throttled/transient 451 Unable to process connection at this time
mail unauthorised 554 5.1.8 <news@example.org>: Sender address rejected: Domain not found
mail outage 452 4.4.5 Insufficient disk space; try again later
mail unauthorised 553 sorry, your envelope sender is in my badmailfrom list (#5.7.1)
mail unauthorised 554 Message rejected: Email address is not verified. The following identities failed the check in region US-EAST-1: news@example.org
mail unauthorised 550 Unauthenticated senders not allowed
mail unauthorised 550 5.7.1 [internal] no sending domain in message
mail unauthorised 502 5.7.0 Your SMTP account is not yet activated. Please contact us to request activation
mail unauthorised 525 5.7.1 Unauthorized IP address
mail throttled/outage 421 Too many auth failures, try again later
mail unauthorised 550 5.7.1 Invalid credentials for relay [192.0.2.1]. The IP address you've registered in your G Suite SMTP Relay service doesn't match domain of the account this email is being sent from.
mail unauthorised 530 5.7.57 Client not authenticated to send mail. Error: 535 5.7.3 Authentication unsuccessful
mail throttled/outage 421 Max message per connection reached, closing transmission channel
mail transient/outage/throttled 421 4.7.1 [TS03] All messages from 192.0.2.1 will be permanently deferred; Retrying will NOT succeed.
mail unauthorised 553 Sender is not allowed to relay emails
mail outage/throttled 421 mwinf5c77 ME Service refuse. Veuillez essayer plus tard. Service refused, please try later. OFR_999 [999]
mail unauthorised 550 Invalid User
mail unauthorised 551 Local user only or Authentication mechanism
mail unauthorised 552 mail from invalid.
mail throttled 451 Ratelimit exceeded. Try again later.
mail throttled/unauthorised 554 5.7.1 [2] Message rejected: too many messages from this sender today
mail unauthorised 553 5.7.1 Sender address rejected: not owned by auth user.
mail outage/throttled 421 4.1.0 192.0.2.1 Throttled - try again later. Please see http://postmaster.comcast.net/smtp-error-codes.php#RL000002
mail blocked-as-spam/unauthorised 550 5.1.0 <news@example.org> sender rejected. Please see https://www.cox.com/residential/support/email-error-codes.html AUP#CDRBL
mail throttled 421 4.7.0 too many sessions from 192.0.2.1 AUP#CXCNCT
mail outage/transient/throttled 451 4.3.0 Please try again later
mail throttled/outage 421 4.3.0 Maximum messages per session reached
mail unauthorised 550 Sender domain is invalid
mail unauthorised 550 The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved.
mail throttled 450 4.7.1 Error: too much mail from 192.0.2.1
mail outage/throttled 421 4.3.2 System not accepting network messages, try again later
mail outage 421 Service not available, closing transmission channel
mail outage 421 Service Temporarily Unavailable
mail outage/transient 421 4.4.0 Problem attempting to execute commands. Please try again later
mail unauthorised 550 Command Rejected
mail unauthorised/rejected 503 5.5.1 EHLO/HELO first.
mail unauthorised 530 5.5.1 Authentication Required.
mail rejected/unauthorised 553 5.1.7 The sender address <x> is not a valid RFC 5321 address.
mail unauthorised/rejected 554 5.7.0 Too Many Unauthenticated commands.
mail throttled/outage 421 RP-002 (SNT004-MC1F12) Unfortunately, some messages from 192.0.2.1 weren't sent. Please try again. The mail server IP connecting to Outlook.com server has exceeded the connection limit allowed on this session.
mail unauthorised 553 From: address not verified; see http://help.yahoo.com/l/us/yahoo/mail/original/manage/sendfrom-07.html
mail unauthorised/blocked-as-spam/rejected 554 5.7.1 The file you attached cannot be sent
mail throttled/outage 421 4.7.0 mx.example.org Error: too many connections
mail too-large 552 5.3.4 Message size exceeds fixed limit
mail outage/throttled 451 4.3.2 Server overloaded
mail outage/throttled/transient 450 4.3.2 System busy, try later
mail unauthorised 550 5.7.1 Sender domain example.org is not authorized for this account
mail unauthorised 551 5.7.1 You must use your own address as sender
mail throttled/outage 421 Too many concurrent connections from this client (G2)
mail outage/throttled 421 Temporarily rejected. Reverse DNS for 192.0.2.1 failed. IB108
mail throttled/outage 421 Server temporarily unavailable. Try again later. IB101
mail outage/throttled 421 4.7.0 : Sender IP rejected: sending IP has insufficient reputation. Please retry later.
mail unauthorised 501 "MAIL FROM" is non-local account
mail unauthorised 502 Mailfrom account is a local account
mail outage/unauthorised 450 "MAIL FROM" mailbox unavailable
mail unauthorised/outage 440 mail from account doesn't conform with authentication
mail outage/throttled 421 Reject due to policy violations
mail throttled/outage 421 Rate limit reached. Please try again later
content blocked-as-spam/transient 550 5.7.28 Our system has detected an unusual rate of unsolicited mail originating from your SPF domain example.org. To protect our users from spam, mail sent from your domain has been blocked.
content throttled/transient 421 4.7.32 Your email has been rate limited because the From: header (RFC5322) in this message isn't aligned with either the authenticated SPF or DKIM organizational domain.
content blocked-as-spam 550 5.7.24 The SPF record of the sending domain has one or more suspicious entries.
content rejected 552 5.2.3 Your message exceeded Google's message size limits.
content throttled 452 4.5.3 Domain policy size per transaction exceeded, please try this recipient in a separate transaction.
content rejected/blocked-as-spam 550 5.7.1 Message violates user policy
content blocked-as-spam/rejected 550 5.7.1 Service unavailable, MailFrom domain is listed in Spamhaus. To request removal from this list see https://www.spamhaus.org/query/lookup/ (S8002)
content blocked-as-spam/rejected 550 DY-001 Mail rejected by Outlook.com for policy reasons. We generally do not accept email from dynamic IP's as they are not typically used to deliver unauthenticated SMTP email to an Internet mail server.
content unauthorised 550 5.7.60 SMTP; Client does not have permissions to send as this sender
content unauthorised/rejected 550 5.7.501 Access denied, spam abuse detected from news@example.org
content unauthorised/blocked-as-spam/rejected 550 5.7.750 Service unavailable. Client blocked from sending from unregistered domains
content rejected 550 5.7.124 RESOLVER.RST.RecipientNotInAllowedSendersList; Sender not in allowed-senders list
content mailbox-full 554 5.2.2 STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded; Failed to process message due to a permanent exception
content throttled/transient 432 4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending for more information.
content rejected 554 30 Sorry, your message to ann@aol.jp cannot be delivered. This mailbox is disabled (554.30).
content rejected/no-such-user 554 delivery error: dd Not a valid recipient - atlas117.free.mail.bf1.yahoo.com
content blocked-as-spam/rejected 554 5.7.5 (AU01) Message not accepted for policy reasons. See https://help.yahoo.com/kb/SLN7253.html
content blocked-as-spam/rejected 550 5.7.1 [CS01] Message rejected due to local policy. Please visit https://support.apple.com/en-us/HT204137
content throttled/unauthorised 550 5.4.6 Outgoing sending limit exceeded
content rejected 554-Transaction failed\n554-Message doesn't conform to RFC 5322
content blocked-as-spam 550-5.7.0 Your message was considered spam. Ihre Nachricht wurde als Spam eingestuft.
content blocked-as-spam 550 5.5.0 SPF: example.org is not allowed to send mail. LPN004_401
content blocked-as-spam/rejected 550 5.2.0 Mail rejete. Mail rejected. OFR_506 [506]
content too-large/rejected 552 5.3.4 Taille limite du message atteinte OFR_514
content too-large 552 message too large
content blocked-as-spam 554 DT:SPM 126 smtp1,Csmowc
content blocked-as-spam 550 Mail content denied. http://service.mail.qq.com/cgi-bin/help?subtype=1&&id=20022&&no=1000726
content blocked-as-spam 552 message rejected by anti-spam engine.
content throttled/blocked-as-spam 552 too many same size mails.
content rejected/no-such-user 550 Unknown user ann@docomo.ne.jp
content blocked-as-spam 550 5.7.1 Message rejected under suspicion of SPAM; https://ya.cc/1IrBc
content unauthorised 535 5.7.8 Error: authentication failed: This user does not have access rights to this service
content blocked-as-spam/rejected 552 5.2.0 Message rejected. Please see http://postmaster.comcast.net/smtp-error-codes.php#SPAM1
content unauthorised/rejected 550 5.7.1 AUP#Out-1500
content throttled 550 This IP has sent too many messages this hour. IB504
content unauthorised/rejected 550 example.org From: Domain is invalid. Provide a valid From: IB506
content throttled 550 5.7.1 User news@example.org has exceeded its 24-hour sending limit. Messages to 250 recipients out of 250 allowed have been sent. Relay quota will reset in 2.5 hours.
content throttled 550 You have reached your daily email limit at (example.org) [200]
content unauthorised/throttled 550 Domain example.org has an outgoing mail suspension.  Message discarded.
content unauthorised 550-From header sender domain not verified.\n550-On your Settings > Sender Domains page\n550 verify the sender domain to be allowed to send.
content blocked-as-spam 550 Local CT IP Reputation - (reject)
content blocked-as-spam 554 5.7.1 Message blocked due to spam content in the message.
content blocked-as-spam 550 permanent failure for one or more recipients (ann@example.org:blocked)
content rejected/blocked-as-spam 554 5.6.0 Reject, id=1234-01 - BANNED: .exe
content blocked-as-spam 554 5.7.1 Spam message rejected
content greylisted/transient 451 4.7.1 Greylisted, please try again in 180 seconds
content blocked-as-spam 550 This message was classified as SPAM and may not be delivered
content too-large 552 sorry, that message size exceeds my databytes limit (#5.3.4)
content rejected/blocked-as-spam 500 5.0.0 Message rejected
content too-large 554 Rejected - Message size exceeds fixed maximum message size
content unauthorised 554 Access denied: User 'arn:aws:iam::123:user/ses' is not authorized to perform 'ses:SendRawEmail' on resource
content throttled 454 Throttling failure: Daily message quota exceeded.
content rejected 554 Transaction failed: Address contains illegal characters in user name.
content unauthorised 550 5.7.1 Sandbox subdomains are for test purposes only. Please add your own domain or add the address to authorized recipients in Account Settings.
content throttled/outage 421 4.7.0 Too many messages, try again later
content unauthorised/rejected 550 5.7.1 Unconfigured Sending Domain <example.org>
content throttled 471 You have reached your sending limit for today
content blocked-as-spam 550 High probability of spam
content blocked-as-spam 550 Message was blocked by rspamd: reject
content rejected/unauthorised 550 You are not allowed to post to this mailing list
content blocked-as-spam 550 Blocked by SpamAssassin
content outage/transient 421 4.3.2 Service shutting down
content transient 451 4.3.0 Error: queue file write error
content throttled/transient 421 4.7.30 Your email has been rate limited because DKIM authentication didn't pass for this message. Gmail requires all large senders to authenticate with DKIM.
content blocked-as-spam 550 5.7.30 Your email has been blocked because DKIM authentication didn't pass for this message. Gmail requires all large senders to authenticate with DKIM.
content blocked-as-spam 550 5.7.29 This message was not sent over a TLS connection. Gmail requires TLS for all bulk senders.
content rejected/blocked-as-spam 552 5.7.0 This message was blocked because its content presents a potential security issue. Please visit https://support.google.com/mail/?p=BlockedMessage
content outage/throttled/transient 421 4.3.0 Temporary System Problem. Try again later (10).
content blocked-as-spam 550 5.7.1 Unfortunately, messages from [192.0.2.7] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140).
content blocked-as-spam/rejected 550 OU-002 Mail rejected by Outlook.com for policy reasons. Reasons for rejection may be related to content with spam-like characteristics or IP/domain reputation.
content blocked-as-spam/rejected/unauthorised 550 SC-003 Mail rejected by Outlook.com for policy reasons. Reasons for rejection may be related to open proxy or relay.
content unauthorised 554 5.2.252 SendAsDenied; news@example.org not allowed to send as bob@example.org; STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied; Failed to process message due to a permanent exception with message Cannot submit message
content unauthorised/blocked-as-spam 550 5.1.8 Access denied, bad outbound sender AS(42003)
content unauthorised/blocked-as-spam/rejected 550 5.7.705 Access denied, tenant has exceeded threshold
content rejected 550 5.2.0 RESOLVER.RST.SendSizeLimit.Recip; message too large for this recipient
content throttled 421 4.3.2 The maximum number of concurrent server connections has exceeded a limit, closing transmission channel
content blocked-as-spam/rejected 554 5.7.9 Message not accepted for policy reasons. See https://senders.yahooinc.com/error-codes
content blocked-as-spam 550 5.7.9 This mail has been blocked because the sender is unauthenticated. Yahoo requires all senders to authenticate with either SPF or DKIM.
content rejected/no-such-user 554 delivery error: dd ann@yahoo.com is no longer valid.
content no-such-user 552 1 Requested mail action aborted, mailbox not found
content rejected/blocked-as-spam 521 5.2.1 :  (CON:B1) https://postmaster.aol.com/error-codes#554conb1
content blocked-as-spam/rejected 521 5.2.1 :  (HVU:B2) https://postmaster.aol.com/error-codes
content blocked-as-spam 554 5.7.1 [HME1] This message was blocked for failing both SPF and DKIM authentication checks. See https://support.apple.com/en-us/HT204137
content rejected/blocked-as-spam 554 5.7.7 Email policy violation detected
content blocked-as-spam 554 5.7.1 Email cannot be delivered. Reason: Email flagged as Spam.
content unauthorised/throttled/blocked-as-spam 554 5.1.8 Email Outgoing Blocked.
content blocked-as-spam/rejected 554 Transaction failed\nReject due to policy restrictions.\nFor explanation visit https://postmaster.gmx.net/en/case?c=hi&i=ip
content blocked-as-spam 550 spam detected, see http://postmaster.free.fr/
content blocked-as-spam/rejected 554 DT:SUM 163 smtp3,D9GowACHO1
content blocked-as-spam/rejected 554 IP is rejected, smtp auth error limit exceed
content rejected 550 Mail is rejected by recipients [xyz]. http://service.mail.qq.com/cgi-bin/help?no=1000725
content blocked-as-spam 550 Suspected bounce attacks. http://service.mail.qq.com/cgi-bin/help
content blocked-as-spam 550 Spam is embedded in the email
content blocked-as-spam 550 SPF check failed. http://service.mail.qq.com
content rejected 552 looping message.
content mailbox-full 552 too much mail data
content blocked-as-spam 550 spam message rejected. Please visit http://help.mail.ru/notspam-support/id?c=x
content throttled 452 4.7.1 Too many messages AUP#Out-1350
content throttled 550 This message has exceeded the max number of messages per session. Open a new session and try again. IB510
content blocked-as-spam 552 This message has been rejected due to content judged to be spam by the internet community. IB212
content throttled/unauthorised 535 5.7.1 Message rate exceeded: daily relay limit
content throttled 550 Message rejected, message quota exceeded: "Daily limit has been exceeded for news@example.org"
content throttled 550 5.7.1 Outgoing messages limit from mailbox exceeded
content throttled 554 5.7.1 Your message could not be sent. The limit on the number of allowed outgoing messages was exceeded. Try again later.
content unauthorised 550 This domain is not associated with your account
content rejected/blocked-as-spam 550 Rejected by header based Anti-Spoofing policy: news@example.org - https://community.mimecast.com/docs/DOC-1369#550
content too-large 554 Maximum email size exceeded
content throttled/rejected 550 Exceeding outbound thread limit
content rejected/blocked-as-spam 554 Email rejected due to security policies - https://community.mimecast.com/docs/DOC-1369#554
content rejected/blocked-as-spam 550 5.7.0 Local Policy Violation
content blocked-as-spam 554 5.7.0 Reject, id=21234-12 - spam
content transient/greylisted 451 4.7.1 Try again later
content blocked-as-spam 550 5.7.1 Gtube pattern
content mailbox-full 552 5.2.2 <ann@example.org> Quota exceeded (mailbox for user is full)
content transient/outage 451 qq temporary problem (#4.3.0)
content rejected/unauthorised 550 5.7.1 Message rejected: From and Return-Path mismatch
content unauthorised 554 Message rejected: Email address is not verified. The following identities failed the check in region EU-WEST-1: news@example.org
content throttled 454 Throttling failure: Maximum sending rate exceeded.
content unauthorised 554 Message rejected: Sending paused for this account. For more information, please check the inbox of the email address associated with your AWS account.
content rejected 554 Transaction failed: Expected MIME type, got ;: "application/pdf
content unauthorised/rejected 403 You are not authorized to send from that email address
content unauthorised/outage 421 Domain example.org is not allowed to send: The domain is unverified and requires DNS configuration. Log in to your control panel to view required DNS records.
content unauthorised 554 Sender address <news@example.org> is not a Sender Signature or verified domain
content unauthorised 550 The sender address news@example.org is not valid. Validate your sender or authenticate your domain
content throttled 452 4.4.5 Messages per second limit exceeded
content unauthorised 535 Envelope From address news@example.org not authorized
content throttled 550 5.7.0 Sending quota exceeded. Limit: 300 per hour
content blocked-as-spam 550 5.7.1 DMARC policy violation
content rejected/unauthorised 550 Sender not pre-approved
content rejected/too-large 554 5.6.3 Message body size or line length exceeds limit
content rejected 550 Message contains a disallowed attachment type
content transient 452 4.3.1 Out of memory
content blocked-as-spam 550 5.7.1 [192.0.2.1] Our system has detected that this message is likely suspicious due to the very low reputation of the sending domain. To best protect our users from spam, the message has been blocked.
content blocked-as-spam 550 5.7.1 Your message was rejected due to reservation-example.com's DMARC policy. See https://support.apple.com/en-us/HT204137 for info
content blocked-as-spam 550 5.2.0 Message rejected due to DMARC. Please see http://postmaster.comcast.net/smtp-error-codes.php#DM000001
content no-such-user/rejected 550 Message was not accepted -- invalid mailbox. Local mailbox example@mail.ru is unavailable: account is disabled
content blocked-as-spam 550 5.7.1 Email rejected per DMARC policy for mail.ru
content rejected/blocked-as-spam 550 Blocked
content rejected/blocked-as-spam 550 rejecting spoofed message
content rejected 554 delivery error: dd Sorry, your message to example@example.com cannot be delivered. This mailbox is disabled (554.30). - example.yahoo.com
content rejected/blocked-as-spam 554 delivery error: dd Requested mail action aborted - example.yahoo.com
content rejected/blocked-as-spam 554 Message not allowed - [PH01] Email not accepted for policy reasons. Please visit https://help.yahoo.com/kb/postmaster/SLN5067.html [120]
content rejected 554 Message not allowed - Headers are not RFC compliant[291]
content rejected/blocked-as-spam 554 Message not allowed - [299]
content blocked-as-spam 554 5.7.1 Spam message rejected; If this is not spam contact abuse
content blocked-as-spam 554 rejected due to spam URL in content
content blocked-as-spam/rejected 554 rejecting banned content
content transient/outage/throttled 421 4.7.0 [192.0.2.1] Our system has detected that this message is suspicious due to the very low reputation of the sending domain. To best protect our users from spam, the message has been blocked.
content rejected/blocked-as-spam 552 5.7.1 virus Eicar detected by Zoho Mail
content blocked-as-spam/rejected 553 Message filtered. Refer to the Troubleshooting page at http://www.symanteccloud.com/troubleshooting for more information. (#5.7.1)
content throttled 455 Maximum messages sent per minute reached : limit is 100
content throttled 455 Maximum messages sent per day reached : limit is 2000
content transient 452 System storage error
content unauthorised 471 Authorization failed: From address not authorized
content blocked-as-spam 550 Wiadomosc zostala odrzucona przez system antyspamowy
content throttled 554 5.7.0 Your message could not be sent. The limit on the number of allowed outgoing messages was exceeded. Try again later.
content throttled/unauthorised 550 sorry, too many emails (#5.7.1)
content throttled 421 4.7.0 Our system has detected an unusual rate of unsolicited mail originating from your IP address. To protect our users from spam, mail sent from your IP address has been temporarily blocked.
content transient/outage 451 4.4.2 Timeout - closing connection.
content transient 451 4.5.0 SMTP protocol violation, visit RFC 2821.
content rejected 550 5.7.1 Messages with multiple addresses in From: header are not accepted.
content rejected/unauthorised 550 5.7.1 The user or domain that you are sending to (or from) has a policy that prohibited the mail that you sent. Please contact your domain administrator for further details.
content blocked-as-spam 550 5.7.1 Our system has detected an unusual rate of unsolicited mail originating from your IP address. To protect our users from spam, mail sent from your IP address has been blocked.
content rejected 552 5.7.0 Our system detected an illegal attachment on your message.
content rejected 554 5.6.0 Message exceeded 50 hops, this may indicate a mail loop.
content blocked-as-spam 550 5.7.1 This message does not meet IPv6 sending guidelines regarding PTR records and authentication.
content throttled 550 5.7.232 Your message can't be sent because your trial tenant has exceeded its daily limit for sending email to external recipients (tenant external recipient rate limit)
content throttled 550 5.7.233 Your message can't be sent because your tenant exceeded its daily limit for sending email to external recipients (tenant external recipient rate limit)
content rejected 550 5.1.20 Multiple From addresses are not allowed without Sender address
content rejected 550 5.6.11 SMTPSEND.BareLinefeedsAreIllegal; message contains bare linefeeds, which cannot be sent via DATA
content rejected/blocked-as-spam 550 5.7.12 Sender was not authenticated by organization
content unauthorised/blocked-as-spam 550 5.7.502 Access denied, banned sender
content rejected 550 5.7.512 Access denied, message must be RFC 5322 section 3.6.2 compliant
content unauthorised/blocked-as-spam 550 5.7.704 Access denied, tenant blocked
content rejected 550 5.3.190 Journal messages not supported when configuration isn't found
content throttled/transient 451 4.7.652 The mail server [192.0.2.1] has exceeded the maximum number of connections.
content throttled 451 4.7.651 The mail server has been temporarily rate limited due to IP reputation.
content transient/throttled 451 4.7.1 [TS01] Message temporarily deferred due to excessive user complaints
content rejected/blocked-as-spam 554 Message not allowed - UP Email not accepted for policy reasons. Please visit http://postmaster.yahoo.com/errors/postmaster-27.html [120]
content throttled 452 4.3.1 Too many messages for this session
content transient 451 4.3.0 <ann@example.org>: Temporary lookup failure
content blocked-as-spam 554 5.7.1 Blocked by spam filter
content blocked-as-spam 550 5.7.1 Rejected as likely spam (score 12.3)
content blocked-as-spam 571 Message Refused by spam policy
content rejected/blocked-as-spam 554 5.7.1 Message cannot be accepted, content filter rejection
content rejected 554 5.4.6 Too many hops, message looping
content rejected 554 too many Received headers
content too-large 552 5.3.4 Message size exceeds fixed limit
content too-large 523 the total message size exceeds the server limit
content too-large 552 Message exceeds maximum fixed size
content too-large 550 Message too large
content rejected 552 5.2.3 Message size exceeds limit of recipient mailbox
content too-large/rejected/unauthorised 534 5.3.4 Message too big for system
content outage/transient 421 4.4.2 Connection timed out
content unauthorised 550 5.7.1 Message rejected: sender domain not verified in account
content unauthorised/blocked-as-spam 554 5.7.1 Your account has been suspended for sending spam
content unauthorised 550 Account suspended. Contact support: your account is suspended
content unauthorised 550 5.7.1 Account is not permitted to send: please verify your e-mail address
content unauthorised 550 5.7.0 Your SMTP account is disabled
content throttled/outage 421 4.7.0 Account sending rate exceeded
content throttled 550 5.7.1 Monthly sending limit reached for this account
content throttled/unauthorised 535 5.7.8 daily message limit exceeded
content throttled 450 4.7.1 Hourly quota for user exceeded
content throttled 554 5.7.1 You have exceeded your daily relaying quota. Daily limit 500
content throttled/unauthorised/rejected/mailbox-full 550 5.2.0 Mailbox sending limit reached
content rejected 550 5.7.1 [192.0.2.1 14] Messages missing a valid address in From: header, or having no From: header, are not accepted. - gsmtp
content rejected/blocked-as-spam 550 virus detected
content rejected/blocked-as-spam 550 Requested action not taken: mailbox unavailable Reject due to policy restrictions.
content unauthorised/blocked-as-spam/rejected 550 5.7.1 Sender's MX record not allowed (G14)
content blocked-as-spam/unauthorised 550 5.1.0 Sender is not allowed to send from example.com
content rejected/blocked-as-spam 550 5.7.1 Virus found (G3)
content rejected 550 5.7.0 header_contenttype_1 (G18)
content rejected 550 5.7.0 header_contenttype_2 - Multi-part MIME messages are rejected as dangerous (G19)
content rejected/blocked-as-spam 550 5.7.0 mime_banned_file - Your message has been rejected because it contains a banned file attachment (G1A)
content rejected 550 5.7.0 mime_banned_file - CLSID file extensions are dangerous (G1D)
content blocked-as-spam 550 5.7.1 Rejected by spam filter
content blocked-as-spam 550 5.7.1 Message considered as SPAM
content blocked-as-spam 550 Suspected spam sender.
content blocked-as-spam 550 DMARC check failed
content blocked-as-spam 550 Message from example.com failed sender's DMARC policy, REJECT
content blocked-as-spam/rejected 550 5.2.0 Mail rejete. Mail rejected. ofr_506 [506]
content rejected 550 <example@example.com>: Reject due to policy restrictions (header based)
content rejected/blocked-as-spam 550 <example@example.com>: Reject due to policy restrictions (domain based)
content blocked-as-spam/rejected 550 <example@example.com>: Reject due to policy restrictions (IP based)
content rejected/blocked-as-spam 550 Rejected by header-based manually Blocked Senders - Block policy for Header From.
content rejected/blocked-as-spam/unauthorised 550 Rejected by header-based manually Blocked Senders - Block policy for Envelope From address.
content blocked-as-spam 550 5.7.0 Email rejected per sender's DMARC policy
content rejected 550 5.7.1 TRANSPORT.RULES.RejectMessage; the message was rejected by organization policy
content blocked-as-spam 550 5.7.26 <example@example.com>: ETP205 DMARC Failure for domain
content blocked-as-spam/rejected 550 5.7.1 Your access to submit messages to this e-mail system has been rejected.
content blocked-as-spam 550 192.0.2.1 is not allowed to send from <example.org> per its SPF Record. Please inspect your SPF settings, and try again. IB508
content too-large 552 12 - 34 Message size exceeds maximum permitted. Please reduce message size, and retry.
content rejected/blocked-as-spam 552 12 - 34 Virus infected message rejected. IB705
content blocked-as-spam 550 5.7.1 Service refuse. service refused. LPN007_517
content throttled/too-large/rejected 556 The number of RCPTs is over size
content too-large 557 The length of DATA content is achieved the maximum threshold
content throttled 552 Monthly sending quota exceeded
content throttled 552 Not enough sending quota
content unauthorised/rejected 551 Main account unavailable
content rejected 551 virus infected mail rejected
content unauthorised 541 This account isn't allowed to send email
content blocked-as-spam/throttled 554 Reject by behaviour spam
content rejected/blocked-as-spam 554 attachment is too long.
content throttled 450 HST-RTE: Hourly send rate exceeded, retry later.
content throttled 450 HST-RTE: Daily send rate exceeded, retry later
content rejected 550 MSG-RFC: Your message does not conform to RFC2822 standard
content blocked-as-spam 571 5.7.1 message classified as spam (Nachricht als Spam eingestuft)
content throttled 550 5.7.1 <DATA>: Data command rejected: only 10 messages per day
content unauthorised 553 5.7.1 From header must match the authenticated user
`;
