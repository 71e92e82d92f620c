/** Replies to RCPT. The form is described in `../server-replies.ts`. */
export const RECIPIENT_REPLIES = String.raw`
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
rcpt unauthorised 550 relaying denied for <example@example.com>
rcpt no-such-user 550 5.1.1 <example@icloud.com>: user does not exist
rcpt no-such-user 550 5.1.1 <example@comcast.net> recipient mailbox unallocated
rcpt no-such-user 550 5.5.0 Requested action not taken: mailbox unavailable. [#.eop-nam12.prod.protection.outlook.com]
rcpt rejected/blocked-as-spam 550 5.7.1 Policy rejection on the target address
rcpt no-such-user/rejected 550 5.2.1 <EXAMPLE@PRODIGY.NET>... Addressee unknown, relay=[192.0.2.1]
rcpt no-such-user/rejected 550 5.2.1 <example@prodigy.net>... blank mailhost - invalid address, relay=[192.0.2.1]
rcpt blocked-as-spam 550 5.7.1 Connections not accepted from servers without a valid sender example.com. Fix reverse DNS for 192.0.2.1
rcpt rejected 550 Envelope blocked - User Entry - https://community.mimecast.com/docs/DOC-1369#550
rcpt no-such-user 550 5.1.1 <email@example.com>: Recipient address rejected: undeliverable address: host example.com[192.0.2.3] said: 550 5.1.1 user unknown
rcpt no-such-user 550 5.1.1 - This is not a valid email address. Please verify that you have the correct email address for your recipient.
rcpt rejected/no-such-user 550 5.7.1 <email@example.com>: Recipient address rejected: User email address is marked as invalid.
rcpt no-such-user 550 cuda_nsu 5.1.1 <email@example.com>... User unknown
rcpt no-such-user 550 No such user (email@example.com)
rcpt no-such-user/rejected 550 cuda_nsu 5.4.1 [email@example.com]: Recipient address rejected: Access denied [example.com]
rcpt rejected 554 5.2.3 MailPolicy violation Error delivering to mailboxes,mx.zoho.com
rcpt mailbox-full 554 5.2.2 <example@free.fr>: Recipient address rejected: Quota exceeded (mailbox for user is full)
rcpt rejected/blocked-as-spam/unauthorised 554 5.7.1 <example@example.com>: Recipient address rejected: BLOCK-SEND-ER.
rcpt rejected/no-such-user 554 5.7.1 <example@example.com>: Recipient address rejected: Invalid-Recipient.
rcpt rejected 554 5.7.1 <example@example.com>: Recipient address rejected: NO-DOMAIN.
rcpt rejected 554 5.7.1 <example@example.com>: Recipient address rejected: BLOCK-RCPT.
rcpt rejected/no-such-user 554 5.7.1 <email@example.com>: Recipient address rejected: Not in recipient list
rcpt outage/throttled 421 4.7.0 me.com Error: too many errors
rcpt throttled/outage 421 4.3.2 The maximum number of concurrent connections per resource forest has exceeded a limit, closing transmission channel. example.com. PRX8
rcpt transient/outage 421 4.1.1 <email@example.com>: Recipient address rejected: unverified address: Address verification in progress
rcpt outage/transient 421 Temporary failure, please try again later.
rcpt transient/outage 422 License Expired
rcpt transient 451 Invalid Recipient - https://community.mimecast.com/docs/DOC-1369#451
rcpt transient/outage 451 4.7.0 Temporary server error. Please try again later. PRX4 NextHop: example.com
rcpt greylisted 451 4.7.1 <email@example.com>: Recipient address rejected: Greylisted for 5 minutes
rcpt mailbox-full 552 5.2.2 <example@icloud.com>: user is overquota
rcpt mailbox-full 552 5.2.2 user quota exceeded (UserSearch)
rcpt mailbox-full 552 5.1.1 <example@comcast.net> recipient rejected - extended quota violation
rcpt transient 452 temporary domain failure <example@example.com>
rcpt transient/throttled 450 4.7.3 Organization queue quota exceeded. [outlook.com]
rcpt transient 450 4.2.1 The recipient has exceeded message rate limit. Try again later.
rcpt transient/greylisted 450 4.2.1 Please try again later. (#id-5.9.4)
rcpt transient 450 4.2.0 <example@comcast.net> - Recipient temporarily unavailable
rcpt transient/throttled 450 cuda_nsu 4.7.1 <email@example.com>: Recipient address rejected: Policy Rejection- Abuse. Go away.
rcpt transient 450 Requested action aborted [9] 22412, please visit https://knowledge.broadcom.com/external/article
rcpt greylisted 450 4.2.0 <email@example.com>: Recipient address rejected: example.com greylisted for 60 seconds by ZEROSPAM
rcpt rejected/no-such-user 553 5.1.2 The recipient address <.@gmail.com> is not a valid RFC-5321 address. - gsmtp
rcpt unauthorised 553 you are trying to use me [server-1.messagelabs.com] as a relay, but I have not been configured to let you [192.0.2.1, example.com] do this. (#5.7.1)
rcpt no-such-user 550 Destinatario sconosciuto o mailbox disattivata
rcpt rejected/no-such-user 550 Adressat unbekannt oder Mailbox deaktiviert
rcpt rejected/no-such-user 550 Destinataire inconnu ou boite aux lettres desactivee
rcpt rejected 550 El usuario esta en estado: inactivo
rcpt mailbox-full 552 Benutzer hat zuviele Mails auf dem Server
rcpt mailbox-full 552 User has exhausted allowed storage space
rcpt mailbox-full 552 User mailbox exceeds allowed size
rcpt no-such-user 550 This email address is not known to this system
rcpt no-such-user 550 No one with that email address here
rcpt no-such-user 550 No such mail drop defined
rcpt no-such-user 550 unknown or illegal user: ann
rcpt no-such-user 550 User ann was not found in LDAP server
rcpt no-such-user 550 Unable to find alias user
rcpt rejected 550 Mailbox disabled for this recipient
rcpt rejected 550 Questo indirizzo e' bloccato per inutilizzo
rcpt rejected 550 mail is not currently being accepted for this mailbox
rcpt blocked-as-spam 550 Connection refused due to abuse
rcpt blocked-as-spam 550 dial-up or dynamic-ip denied
rcpt blocked-as-spam 550 Bad IP Profile
rcpt blocked-as-spam 550 found in a DNS blacklist
rcpt rejected/blocked-as-spam 550 not allowed access from your location
rcpt throttled/greylisted 422 try again in 15 seconds
rcpt throttled/outage 451-The server has reached its limit for processing requests from your host.\n451 Please try again later.
rcpt transient/throttled 452 4.1.1 NeKD1u00T1ustzm01eKRZu policy violation
rcpt throttled 552 5.5.3 Maximum limit of 100 recipients reached
rcpt outage/unauthorised/throttled/transient 421 4.7.0 IP not in whitelist for RCPT domain, closing connection.
rcpt outage/transient 421 4.7.0 TLS required for RCPT domain, closing connection.
rcpt outage/throttled 421 4.7.0 Try again later, closing connection.
rcpt transient/throttled 451 4.3.0 Multiple destination domains per transaction is unsupported. Please try again.
rcpt rejected 555 5.5.2 Syntax error, goodbye.
rcpt rejected 550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required; Delivery restriction check failed because the sender was not authenticated when sending to this group
rcpt rejected 550 5.7.134 RESOLVER.RST.SenderNotAuthenticatedForMailbox; authentication required
rcpt rejected 550 5.7.13 RESOLVER.RST.SenderNotAuthenticatedForPublicFolder; authentication required
rcpt rejected 550 5.7.504 [ann@example.org]: Recipient address rejected: Access denied
rcpt rejected 550 5.7.505 Access denied, banned recipient
rcpt rejected 550 5.7.507 Access denied, rejected by recipient
rcpt unauthorised/blocked-as-spam/rejected 550 5.7.506 Access Denied, Bad HELO
rcpt blocked-as-spam/throttled 550 5.7.508 Access denied, IPv6 address has exceeded permitted limits within range
rcpt rejected/blocked-as-spam 550 5.7.513 Service unavailable, Client host [192.0.2.1] blocked by example.org using Customer Block list
rcpt blocked-as-spam/unauthorised 550 5.7.510 Access denied, example.org does not accept email over IPv6
rcpt transient/throttled 451 4.7.5 Remote certificate failed MTA-STS validation
rcpt transient 450 4.7.320 Certificate validation failed
rcpt transient 451 4.4.0 DNS query failed
rcpt transient 450 4.4.316 Connection refused
rcpt rejected/no-such-user 550 5.1.351 Remote server returned unknown recipient or mailbox unavailable
rcpt rejected 550 5.0.350 Remote server returned an error
rcpt no-such-user/rejected 550 5.1.1 RESOLVER.ADR.ExRecipNotFound; not found
rcpt rejected 550 5.2.1 Mailbox cannot be accessed
rcpt rejected 550 5.7.1 Delivery not authorized
rcpt rejected/unauthorised 550 5.1.8 sender not in allowed list
rcpt rejected/blocked-as-spam/blocked-as-spam 550 SC-004 Mail rejected by Outlook.com for policy reasons. A block has been placed against your IP address because we have received complaints
rcpt throttled/outage/transient/transient 451 4.7.0 Message temporarily deferred due to unresolvable DNS
rcpt transient/throttled/outage 421 4.16.55 Resources temporarily unavailable. Please try again later
rcpt no-such-user 554 delivery error: dd This user doesn't have a ymail.com account (x) [0]
rcpt throttled 450 4.7.1 Client host rejected: too many connections
rcpt unauthorised/transient 450 4.7.1 <news@example.org>: Sender address rejected: Domain not found
rcpt unauthorised 554 5.7.1 <news@example.org>: Sender address rejected: Access denied
rcpt blocked-as-spam 571 Email from 192.0.2.1 is currently blocked by Verizon Online's anti-spam system
rcpt blocked-as-spam 550 5.7.1 Mail appears to be unsolicited
rcpt throttled 450 4.7.1 Error: too many recipients from 192.0.2.1
rcpt rejected/no-such-user 550 5.1.1 <ann@example.org>: Recipient address rejected: Account has been disabled
rcpt rejected 550 Account has been suspended
rcpt rejected 550 5.2.1 Mailbox disabled, not accepting messages
rcpt rejected/no-such-user 550 Account expired
rcpt rejected/no-such-user 550 User has moved
rcpt rejected 554 5.1.2 Domain not found
rcpt rejected 550 5.4.4 Host not found
rcpt rejected 550 Mail domain does not exist
rcpt transient/greylisted 451 4.7.1 Please try again later
rcpt greylisted/transient 451 4.7.1 Service temporarily unavailable; first time sender, retry in 5 minutes
rcpt greylisted/transient 450 4.2.0 New sender, please retry later
rcpt greylisted 421 4.7.0 greylisting in effect, please come back later
rcpt greylisted/transient 451 Temporary local policy - please try again in 300 seconds
rcpt unauthorised 550 You are not permitted to relay through this server
rcpt unauthorised 454 4.7.1 Relay access denied
rcpt unauthorised/blocked-as-spam 550-Sender has no A, AAAA, or MX DNS records.
rcpt rejected 550 5.2.1 The email account that you tried to reach is inactive. Learn more at https://support.google.com/mail/?p=DisabledUser - gsmtp
rcpt rejected/no-such-user 550 5.2.0 <example@comcast.net> - Recipient unavailable
rcpt rejected/blocked-as-spam/no-such-user 550 5.4.1 All recipient addresses rejected : Access denied [x.eop-nam02.prod.protection.outlook.com]
rcpt no-such-user 550 5.1.1 Email address could not be found, or was misspelled (G8)
rcpt no-such-user 550 5.1.1 Recipient address rejected: Address does not exist
rcpt unauthorised/rejected 550 5.1.3 Relay not permitted. (#id-5.9.2)
rcpt no-such-user 550 5.1.1 Recipient address rejected: User unknown in virtual mailbox table,
rcpt blocked-as-spam 550-SPF-check failed:\n550 example.com doesn't allow sending mails from 192.0.2.1
rcpt no-such-user 550 no such address here
rcpt no-such-user/rejected 550 no such address here (MX do not point to us)
rcpt unauthorised/blocked-as-spam 550 Unauthenticated mail not allowed from this range
rcpt no-such-user 550 No such recipient here
rcpt unauthorised 550 Authentication Required
rcpt unauthorised 550 Sender verify failed
rcpt rejected/unauthorised 550 <example@example.com>: Syntax error in parameters or arguments
rcpt blocked-as-spam 550 <example@example.com>: Bad DNS PTR resource record
rcpt mailbox-full 550 <example@example.com>: Requested mail action aborted: exceeded storage allocation, Quota exceeded
rcpt blocked-as-spam 550 <example@example.com>: IP address is block listed
rcpt unauthorised/rejected/blocked-as-spam 550 <example@example.com>: Invalid DNS MX or A/AAAA resource record
rcpt rejected/unauthorised 550 Envelope blocked - User Domain Entry
rcpt blocked-as-spam 550 DKIM Sender Invalid - envelope rejected.
rcpt blocked-as-spam 550 DMARC Sender Invalid - envelope rejected
rcpt unauthorised 550 5.1.8 <sender@example.com>: Sender address rejected: Domain not found
rcpt unauthorised/rejected 550 5.5.2 <email@example.com>: Sender address rejected: need fully-qualified address
rcpt blocked-as-spam 550 5.7.1 Service unavailable; client [192.0.2.1] blocked using prs.proofpoint.com
rcpt blocked-as-spam 550 5.7.1 Service unavailable, Client host [192.0.2.1] blocked using Spamhaus. (AS16012611)
rcpt blocked-as-spam 550 5.7.1 Service unavailable, Helo domain is listed in Spamhaus. (S8001)
rcpt rejected/blocked-as-spam 550 5.7.1 <example@example.com>: Recipient address rejected: ERS-Customized-Block.
rcpt rejected/throttled/transient 554 5.2.121 The sender has exceeded the limit for the number of messages they can send to this recipient per hour.
rcpt rejected/blocked-as-spam/unauthorised 554 5.7.1 user@example.com: Sender address rejected: Blocked by this recipient (GE)
rcpt blocked-as-spam 554 5.7.1 ACL dns_rbl; Client host [192.0.2.1] blocked using Senderscore. Please visit Senderscore for more information (G31)
rcpt blocked-as-spam 554 x.comcast.net comcast 192.0.2.1 Comcast block for spam. Please see http://postmaster.comcast.net/smtp-error-codes.php#BL000000
rcpt blocked-as-spam 554 192.0.2.1 has been temporarily blocked for attempting to mail too many invalid recipients. IB112
rcpt blocked-as-spam 554 RBL Reject -Please submit an unblock request <http://unblock.secureserver.net/?ip=192.0.2.1>
rcpt transient 451 4.3.2 Internal server error
rcpt transient/outage 451 4.4.0 Message failed to be replicated: No healthy secondary server available to accept replica at this time.
rcpt throttled 451 4.7.1 Received too many messages from a new or untrusted IP (G28)
rcpt transient 451 cuda_nsu 4.4.3 Temporary server error. Please try again later
rcpt throttled/transient 450 4.7.1 Client host rejected: Service refuse. service refused, please try later. LPN027_503
rcpt unauthorised/transient 450 4.1.8 Emetteur invalide. Invalid Sender. LPN007_405
rcpt no-such-user/rejected 559 Invalid rcptto
rcpt rejected 524 Host not found by dns resolve
rcpt rejected/no-such-user 521 Recipient address rejected
rcpt no-such-user 550 user not exist
rcpt no-such-user 554 RCPT (ann@example.org) dosn't exist
rcpt mailbox-full 552 mailbox is full
rcpt rejected 542 This account isn't allowed to receive email
rcpt transient 450 queue unavailable.
rcpt no-such-user/rejected 550 mailbox unavailable.
rcpt unauthorised 553 host denies the sender.
rcpt unauthorised 553 relay check local fail.
rcpt blocked-as-spam/unauthorised 554 openrelay check.
rcpt unauthorised/blocked-as-spam 555 helohost error.
rcpt unauthorised/blocked-as-spam 556 remote ip check error.
rcpt unauthorised 550 SND-VFY: Sender domain does not exist
rcpt rejected/no-such-user 550 RPT-VFY: Recipient domain does not exist
rcpt no-such-user 550 RPT-VFY: Recipient does not exist (550 no such user)
rcpt unauthorised 550 Relay Prohibited
rcpt transient 451 Requested action aborted: local error in processing
rcpt unauthorised 550 5.7.1 Client does not have permission to submit mail to this server
rcpt unauthorised 554 5.7.1 Your domain is not allowed to use this gateway
rcpt unauthorised 550 5.7.1 Account is in trial mode; only verified recipients are allowed
rcpt unauthorised 550 5.7.1 news@example.org is not an authorized sender
rcpt rejected 550 5.1.0 Address rejected: user is not allowed to receive from you
`;
