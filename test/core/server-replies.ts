import { STAGES, type Stage } from "../../src/core/reply.ts";
import { VERDICT_CLASSES, type VerdictClass } from "../../src/core/verdict-class.ts";

/**
 * Replies as providers publish them, as public code and issues quote them, or of the same form. A line has the stage,
 * the class that the reply means, "/" before other classes that its words allow, and the reply; \\n parts its lines.
 * Judged before the classifier was run on them.
 */
const TABLE = String.raw`
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
rcpt transient/mailbox-full 452 4.2.2 The recipient's inbox is out of storage space. Please direct the recipient to https://support.google.com/mail/?p=OverQuotaTemp
rcpt rejected 550 5.1.2 We weren't able to find the recipient domain. Please check for any spelling errors, and make sure you didn't enter any spaces, periods, or other punctuation after the recipient's email address.
rcpt blocked-as-spam 550 5.7.606 Access denied, banned sending IP [192.0.2.1]. To request removal from this list please visit https://sender.office.com/
rcpt unauthorised 550 5.7.64 TenantAttribution; Relay Access Denied [AM5EUR02FT019.eop-EUR02.prod.protection.outlook.com]
rcpt no-such-user 550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup
rcpt throttled/transient 451 4.7.500 Server busy. Please try again later from [192.0.2.1]. (AS77712)
rcpt throttled/greylisted/transient 451 4.7.550 Access denied, please try again later
rcpt transient 450 4.4.312 DNS query failed
rcpt rejected 550 5.4.316 Message expired, connection refused(Socket error code 10061)
rcpt transient/unauthorised/outage 451 Message temporarily deferred due to unresolvable RFC.5321 from domain. See https://senders.yahooinc.com/error-codes#unresolvable-from-domain
rcpt transient 451 4.3.2 Internal error reading data
rcpt throttled/transient/outage 421 4.7.1 Messages to ann@icloud.com deferred due to excessive volume. Try again later - https://support.apple.com/en-us/HT204137
rcpt no-such-user 550 5.1.6 recipient no longer on server: ann@icloud.com
rcpt no-such-user 550 5.1.1 User does not exist - <ann@zoho.com>
rcpt rejected/no-such-user 552 5.1.1 <ann@zoho.com> Mailbox delivery failure policy error
rcpt rejected 541 5.4.1 Mail rejected by destination domain
rcpt rejected/no-such-user/unauthorised/blocked-as-spam 550 Requested action not taken: mailbox unavailable\nInvalid DNS MX or A/AAAA resource record
rcpt mailbox-full 552-Requested mail action aborted: exceeded storage allocation\n552 Quota exceeded. The recipient's mailbox is full
rcpt no-such-user 550 5.1.1 <ann@t-online.de> unknown user / Teilnehmer existiert nicht
rcpt no-such-user 550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR204_418 [418]
rcpt rejected 550 5.5.0 Boite du destinataire archivee. Archived recipient. OFR004_420
rcpt unauthorised 553 5.5.3 Mail from not owned by user. LPN105_421
rcpt blocked-as-spam 550 5.7.1 Client host rejected: Abus detecte GU_EIB_04
rcpt blocked-as-spam 550 Too many spams from your IP (192.0.2.1), please visit http://postmaster.free.fr/
rcpt rejected/no-such-user 550 5.2.1 This mailbox has been blocked due to inactivity
rcpt blocked-as-spam/throttled 550 MI:DMA 163 smtp11
rcpt blocked-as-spam 550 DT:RBL 163 mx1
rcpt throttled 421 HL:MEP 163 mx33
rcpt rejected 550 User suspended
rcpt no-such-user/throttled/rejected 550 Mailbox unavailable or access denied [MbFCEhM3w]
rcpt blocked-as-spam/rejected 550 Connection denied. http://service.mail.qq.com/detail/122/170
rcpt rejected 550 The recipient's mailbox is a deactivated mailbox
rcpt no-such-user 550 Invalid recipient: <ann@sina.com>
rcpt transient 450 database temporary error.
rcpt unauthorised 553 relay check domain fail
rcpt no-such-user 550 <ann@ezweb.ne.jp>: User unknown
rcpt throttled/transient 421 Too many connections. au.com
rcpt blocked-as-spam/rejected 550 We do not accept mail from hosts with dynamic IP or generic dns PTR-records. Please visit http://help.mail.ru
rcpt rejected/no-such-user 550 account is unavailable
rcpt mailbox-full 552 5.2.2 Mailbox size limit exceeded
rcpt no-such-user 550 5.1.1 Not our Customer
rcpt blocked-as-spam 553 5.3.0 flpd594 DNSBL:RBL 521< 192.0.2.1 >_is_blocked.For assistance forward this email to abuse_rbl@abuse-att.net
rcpt blocked-as-spam/throttled/rejected 554 cox too many bad commands from 192.0.2.1
rcpt blocked-as-spam 550 5.7.1 Blocked AUP#In-1220
rcpt throttled 550 192.0.2.22 has sent to too many recipients this hour. IB607
rcpt no-such-user 550 Recipient not found. <http://x.co/irbounce>
rcpt rejected 550 Account disabled
rcpt throttled 550 "Daily limit has been exceeded for news@example.org"
rcpt blocked-as-spam 550 csi.mimecast.org Poor Reputation Sender. - https://community.mimecast.com/docs/DOC-1369#550 [vH7Ns8biNg]
rcpt no-such-user 550 Invalid Recipient - https://community.mimecast.com/docs/DOC-1369#550 [abc.uk12]
rcpt transient 451 Recipient temporarily unavailable
rcpt transient/unauthorised 451 Account inbounds disabled
rcpt blocked-as-spam 550 SPF Sender Invalid - envelope rejected - https://community.mimecast.com/docs/DOC-1369#550
rcpt unauthorised/rejected 553 This route requires encryption (TLS)
rcpt blocked-as-spam/rejected 550 #5.7.1 Your access to submit messages to this e-mail system has been rejected.
rcpt throttled 452 Too many recipients received this hour
rcpt transient/greylisted 450 4.1.1 <ann@example.org>: Recipient address rejected: unverified address: Address verification in progress
rcpt blocked-as-spam/unauthorised/transient 450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.1]
rcpt transient/outage 451 4.3.5 Server configuration error
rcpt greylisted 450 4.2.0 <ann@example.org>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/example.org.html
rcpt greylisted/transient 450 4.7.1 Please try again later, graylisted
rcpt mailbox-full 452 4.2.2 <ann@example.org> Quota exceeded (mailbox for user is full)
rcpt no-such-user/rejected 550 Unrouteable address
rcpt unauthorised 550-Verification failed for <news@example.org>\n550-Called:   192.0.2.3\n550-Sent:     RCPT TO:<news@example.org>\n550-Response: 550 No Such User Here\n550 Sender verify failed
rcpt unauthorised 550 relay not permitted
rcpt throttled 451 too many recipients from this host
rcpt no-such-user 550 5.1.1 <ann@example.org>... User unknown
rcpt unauthorised/transient 451 4.1.8 Domain of sender address news@example.org does not resolve
rcpt throttled 451 4.3.2 Please try again later, connection rate limit exceeded
rcpt rejected/no-such-user 511 sorry, no mailbox here by that name (#5.1.1 - chkuser)
rcpt no-such-user 550 sorry, no mailbox here by that name. (#5.1.1)
rcpt no-such-user/rejected/unauthorised 517-Domain does not exist
rcpt no-such-user/rejected 550 Invalid recipient
rcpt no-such-user 550 5.1.1 Recipient unknown
rcpt unauthorised/rejected 550 Delivery is not allowed to this address.
rcpt no-such-user 550 5.1.1 <ann@example.org>, Recipient unknown
rcpt throttled 452 4.2.1 Monthly usage limit exceeded
rcpt throttled/transient 451 4.7.1 Rate limit exceeded, please try again later
rcpt no-such-user/unauthorised 550 I cannot deliver mail for <ann@example.org>
rcpt blocked-as-spam 550 IP address is not allowed to send, see abusix.com lookup for Abusix Mail Intelligence
rcpt blocked-as-spam 550 Mail from 192.0.2.1 rejected, listed on Invaluement ivmSIP
rcpt rejected 550 5.7.1 refused due to recipient preferences
rcpt rejected 550 5.2.1 <ann@example.org>: account is locked
rcpt no-such-user 550 5.1.1 Benutzer unbekannt
rcpt no-such-user 550 Empfaenger unbekannt
rcpt mailbox-full 552 Boite pleine
rcpt mailbox-full 552 Buzon lleno
rcpt transient 451 4.4.1 Connection timed out
rcpt rejected 550 5.1.3 Bad recipient address syntax
rcpt rejected 501 Invalid domain name
rcpt transient 451 4.2.1 Mailbox temporarily disabled
rcpt rejected 550 5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages from being delivered.
rcpt throttled 452 4.5.3 Your message has too many recipients. For more information on Gmail's sending limits go to
rcpt no-such-user 553 5.1.2 The recipient address <ann@example.org> is not a valid RFC 5321 address.
rcpt rejected 550 5.7.1 RESOLVER.RST.NotAuthorized; not authorized
rcpt transient 450 4.7.26 Service does not accept messages sent over IPv6 unless they pass either SPF or DKIM validation (message not signed)
rcpt transient 451 4.4.62 Mail sent to the wrong Office 365 region. ATTR35.
rcpt transient 452 4.3.1 Insufficient system resources (UsedDiskSpace[C:\Program Files\Microsoft\Exchange Server\V15])
rcpt rejected 550 5.4.14 Hop count exceeded - possible mail loop ATTR34
rcpt no-such-user 550 5.1.1 unknown or illegal alias: ann@icloud.com
rcpt blocked-as-spam 550 5.7.0 Blocked - see https://ipcheck.proofpoint.com/?ip=192.0.1.2
rcpt unauthorised/transient 450 4.1.8 <news@example.org>: Sender address rejected: Domain not found
rcpt greylisted 451 4.7.1 Greylisted, try again after some time
rcpt no-such-user 550 5.1.1 <ann@gmx.de>: Recipient address rejected: User does not exist
rcpt throttled/transient 450 Requested mail action not taken: mailbox unavailable\nReject due to policy restrictions: too many mails
rcpt transient/greylisted 451 4.3.0 temporary failure, please try again later (#4.3.0)
rcpt mailbox-full 452 4.2.2 Mailbox voll / mailbox full
rcpt blocked-as-spam/rejected 550 5.5.0 Service refuse. Veuillez essayer plus tard. service refused, please try later. OFR_103
rcpt mailbox-full 552 5.1.1 Boite du destinataire pleine. Recipient overquota. OFR204_417 [417]
rcpt unauthorised 501 5.1.0 Emetteur invalide. Invalid Sender. OFR204_405 [405]
rcpt unauthorised 550 5.5.0 Authentification requise. Authentication Required. LPN105_402
rcpt rejected 550 5.5.0 Le compte du destinataire est bloque. The recipient account isblocked. LPN007_426
rcpt throttled 450 4.7.0 Too many connections, slow down. LPN105_104
rcpt throttled/transient 421 4.7.0 Messages en attente: too many mails from your IP [SFR_IN_110]
rcpt blocked-as-spam 554 HL:IHU 163 mx29,PMCowAAnp
rcpt throttled/rejected 554 MI:SFQ
rcpt throttled 450 MI:CEL 163 mx2
rcpt no-such-user 550 User not found: ann@163.com
rcpt no-such-user/rejected 553 sorry, no mailbox here by that name (#5.7.17)
rcpt blocked-as-spam 550 black ip.
rcpt unauthorised 553 host denies relay.
rcpt transient 450 mailbox unavailable.
rcpt throttled 451 out of allow RCPT numbers.
rcpt no-such-user 550 Invalid recipient: <ann@softbank.ne.jp>
rcpt no-such-user/rejected 550 5.7.1 No such user!
rcpt mailbox-full 552 5.2.2 Recipient's mailbox over quota
rcpt no-such-user 550 5.1.0 <ann@cox.net> recipient rejected
rcpt blocked-as-spam 554 5.7.1 ERROR: Mail Refused - 192.0.2.1 - See https://www.spectrum.net/support AUP#In-1000
rcpt blocked-as-spam 554 ERROR: AUP#In-1100 no reverse DNS
rcpt blocked-as-spam 550 news@example.org Invalid SPF record. Inspect your SPF settings, and try again. IB508
rcpt mailbox-full/transient 452 Account storage limit
rcpt blocked-as-spam/rejected 550-"JunkMail rejected - mail.example.org [192.0.2.1]:39153 is in an RBL on csi.cloudmark.com, see Poor Reputation Sender"
rcpt rejected 550 Administrative prohibition - envelope blocked - https://community.mimecast.com/docs/DOC-1369#550
rcpt transient/throttled/blocked-as-spam 451 IP temporarily blacklisted - https://community.mimecast.com/docs/DOC-1369#451
rcpt unauthorised 451 Open relay not allowed - https://community.mimecast.com/docs/DOC-1369#451
rcpt no-such-user 550 #5.1.0 Address rejected.
rcpt unauthorised/transient 451 #4.1.8 Domain of sender address <news@example.org> does not resolve
rcpt blocked-as-spam 554 Service unavailable; Client host [mail.example.org] blocked using bl.barracudacentral.org
rcpt rejected/transient 554 5.7.1 <ann@example.org>: Recipient address rejected: Access denied
rcpt no-such-user 550 5.1.1 <ann@example.org>: Recipient address rejected: undeliverable address: host mx.example.org said: 550 no such user
rcpt unauthorised/rejected 504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname
rcpt rejected/no-such-user 550 5.1.0 <ann@example.org>: Recipient address rejected: User has moved to somewhere else
rcpt greylisted 451 4.7.1 Greylisting in action, please come back in 00:02:00
rcpt no-such-user 550 5.1.1 <ann@example.org> User doesn't exist: ann@example.org
rcpt no-such-user/rejected 550-Callout verification failed:\n550 550 5.1.1 User unknown
rcpt transient/unauthorised 451 Could not complete sender verify callout
rcpt unauthorised 550-Please turn on SMTP Authentication in your mail client.\n550-mail.example.org [192.0.2.1]:41234 is not permitted to relay through this server without authentication.
rcpt transient/throttled 451 Temporary local problem - please try later
rcpt unauthorised 550 5.7.1 <ann@example.org>... Relaying denied. Proper authentication required.
rcpt unauthorised 553 5.5.4 <news>... Domain name required for sender address news
rcpt transient 452 4.4.5 Insufficient disk space; try again later
rcpt rejected 554 5.0.0 Service unavailable
rcpt unauthorised 553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)
rcpt rejected/no-such-user 554 Refused. Your envelope recipient is in my badrcptto list (#5.7.1)
rcpt unauthorised 513 Relaying denied.
rcpt no-such-user 550 Invalid recipient: ann@example.org does not exist
rcpt no-such-user 550 <ann@example.org> No such user here
rcpt unauthorised 530 SMTP authentication is required.
rcpt no-such-user/unauthorised 550 5.1.1 ann@example.org Recipient not local
rcpt throttled 550 5.4.5 Sending limit exceeded for this account. Daily usage: 100
rcpt rejected/no-such-user 550 5.1.1 recipient address suppressed due to customer policy
rcpt unauthorised 550 authentication required
rcpt transient/outage 450 Unable to complete command, DNS not available or timed out
rcpt blocked-as-spam 554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using dnsbl-1.uceprotect.net; IP 192.0.2.1 is UCEPROTECT-Level 1 listed.
rcpt rejected/no-such-user 550 5.2.1 ann@rambler.ru mailbox blocked
rcpt rejected 550 5.2.1 Mailbox inactive for more than 6 months
rcpt no-such-user 550 no existe dicha persona
rcpt no-such-user 550 5.1.1 Utilisateur inconnu
rcpt no-such-user 550 El usuario no existe
rcpt mailbox-full 452 Postfach ist voll
rcpt blocked-as-spam/rejected 554 Denied [CS] [f4b1e2d6]
rcpt rejected 550 5.4.4 Unable to route: no mail hosts for domain
rcpt rejected 501 5.1.3 Bad recipient address syntax
rcpt transient 450 4.2.1 Mailbox busy
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
`;

export interface ServerReply {
  readonly stage: Stage;
  readonly text: string;
  /** The classes that are right. */
  readonly fine: readonly VerdictClass[];
}

export const SERVER_REPLIES: readonly ServerReply[] = TABLE.trim().split("\n").map(read);

function read(line: string): ServerReply {
  const [, stage, classes, text] = /^(\S+) (\S+) (.+)$/.exec(line) ?? [];
  const fine = (classes ?? "").split("/") as VerdictClass[];
  if (!STAGES.includes(stage as Stage) || !fine.every((each) => VERDICT_CLASSES.includes(each))) {
    throw new Error(`not a row: ${line}`);
  }
  return { stage: stage as Stage, text: (text ?? "").replaceAll("\\n", "\n"), fine };
}
