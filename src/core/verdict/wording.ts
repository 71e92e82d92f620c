/**
 * Reply texts by subject, for rows of the verdict table where codes alone mislead. Case-insensitive; matched without
 * URLs and addresses (see `verdict.ts`), so that a help page or a recipient called "spam" does not count.
 */
function anyOf(...sources: readonly string[]): RegExp {
  return new RegExp(sources.join("|"), "i");
}

/**
 * Our own account's quota of messages: by the hour, day or month, of its plan, or for sending. Not the mailbox's quota
 * and not a rate by the second (see NOT_THE_ACCOUNT).
 */
export const ACCOUNT_QUOTA = anyOf(
  "\\b(daily|hourly|weekly|monthly|24[- ]?hours?)\\b.{0,40}\\b(quota|limit|maximum|allowance|allotment|threshold|cap\\b)",
  "(limit|quota|maximum|max|allowance|exceed\\w*|reached|sent|too many|only)\\b.{0,60}\\b(per|an?|each|every|this|last|past|within|in) (\\d+ ?)?(hours?|days?|weeks?|months?|24 ?h)\\b",
  "\\b(sending|outgoing|outbound|submission|(smtp )?relay(ing)?|smtp sending|senders?('s)?|send|sent) (\\w+ ){0,3}(quota|limit|allowance|credits?)",
  "(SubmissionQuota|OutboundQuota|SendingQuota)\\w*|policy rejection\\W+quota|^\\W*(e-?mail|mail|message) quota exceeded",
  "(maximum|no|insufficient|not enough|out of|lack of) (\\w+ ){0,2}credits?\\b|credits? (are |is |have |has |been |limit )*(exceeded|exhausted|used|reached)",
  "\\b(plan|subscription|package|trial|license|tier)\\b.{0,30}(limit|quota)|(limit|quota)\\b.{0,20}\\b(your|this) (plan|subscription|package|trial|account)",
  "\\b(your|you|customer|tenant|sender)\\b.{0,30}(exceed|reach)\\w* .{0,40}(quota|limit|allowance|number of (\\w+ )?(messages|e-?mails|mails|recipients))",
  "\\byour quota of (messages|e-?mails|mails)\\b|\\b(used|exceeded|exhausted) (up )?(all )?(of )?your (\\w+ ){0,2}(credits|messages|e-?mails|mails)\\b",
  "(limit|number)\\b.{0,30}\\b(outgoing|outbound|sent) (messages|e-?mails|mails)|\\b(sent|sending) too many (messages|e-?mails|mails)|quota reached",
  "发(送|信|件).{0,8}(配额|限额|上限)|(每日|每天|当日|当天|单日|每小时).{0,10}(超|上限|限)|超.{0,10}(每日|每天|当日|当天|单日|每小时)",
);
/** Limits other than our account's quota: the mailbox's, the message's, the connection's, or a rate. */
export const NOT_THE_ACCOUNT = anyOf(
  "receiv(e|es|ed|ing)\\b|mail ?box|inbox|storage|disk|recipient('s)? (has|have|is|quota|account)|(for|to|by) (this|the) (recipient|user)",
  "auth(entication)? (error|fail)|log ?in|\\bsize\\b|\\blength\\b|concurren|thread|(connection|session)(s\\b| limit| rate)|per (second|minute|message|mail|connection)",
);

/** We send too fast. Texts about one mailbox's limit say "receiving" (see RECEIVING). */
export const RATE = anyOf(
  "rate[- ]?limit",
  "too (many|much) (\\w+ ){0,2}(mails?|e-?mails?|messages?|connections?|sessions?|recipients?|requests?|rcpts?)\\b",
  "too (fast|quickly|frequent)",
  "frequency (is )?limit",
  "throttl",
  "(sending|daily|hourly|submission|message|connection|maximum) (\\w+ ){0,2}(rate|quota|limit)",
  "(unusual|excessive|high) rate|unexpected volume|user complaints",
  "exceed\\w* .{0,40}(rate|limit|quota|connections|threshold)",
  "(rate|limit|quota|connections|threshold) .{0,30}(exceed|reached)",
  "concurrency|concurrent connections|rcpts? numbers?",
  "slow(ing)? down|server (is )?busy",
  "(maximum|max|limit)\\b.{0,40}\\b(messages|e-?mails|mails|recipients|rcpts?|connections|sessions|requests)\\b",
  "(messages|e-?mails|mails|recipients|connections|requests)\\b.{0,30}\\bper (\\d+ )?(second|minute|hour|day|session|connection)s?\\b|^\\W*try again in \\d+ sec",
  // Alibaba.
  "transient reject by behaviou?r",
);

/** The same for 5xx, but stricter: a false match would retry for a day. */
export const RATE_FOR_GOOD = anyOf(
  "frequency (is )?limit",
  "rate[- ]?limit(ed|ing)?\\b",
  "(sending|daily|hourly|messages?) (\\w+ ){0,2}(rate|quota|limit) .{0,20}(exceed|reached)",
  "exceed\\w* .{0,30}(sending|daily|hourly) (\\w+ ){0,2}(rate|quota|limit)|reached your (daily|hourly)|quota reached",
  "too many (\\w+ ){0,3}(connections|sessions|recipients|messages|mails|emails)\\b|too much recipient",
  "(outbound|outgoing|sender|connection|session) (\\w+ )?(thread|rate|concurrency) limit|(messages?|mails|rcpts?|recipients) per (session|connection)",
  "(maximum|max|limit) (limit |number )?(of|on) (\\w+ ){0,4}(recipients|messages|e-?mails|mails|connections|sessions)\\b",
  "(message|mail|sending|submission) rate (limit )?(is |was |has been )?exceed",
  "RCPTs? (attempts )?is achieved the maximum",
);

/** One mailbox receives too fast: temporary, and not our rate. */
export const RECEIVING = anyOf(
  "receiv(ing|e|ed)(?! too many \\w+ from) .{0,30}(too|rate|quick|limit|mail)|messages (on|in) (the|their|this)|recipient (has |is )?(exceeded|over|receiving)|organi[sz]ation queue",
  "(for|to) this recipient|mail ?box database|STOREDRV\\.Deliver",
);

export const GREYLISTED = anyOf(
  "gr[ae]y[- _]?list",
  "come back (in|after|later)",
  "(try|retry) again (in|after) \\d+",
  "first (time|contact|seen)|not seen (you|this) before|new sender.{0,20}(later|again)",
  "灰名单",
);

export const MAILBOX_FULL = anyOf(
  "(mail ?box|inbox|account|message ?store|user|recipient|storage|quota|folder) .{0,30}\\bfull\\b|\\b(mail ?box|inbox) full",
  "over[- ]?(\\w+ ){0,2}quota|quota .{0,15}(exceed|reach|violat|exhaust)|quota ?exceed|(reach|exceed)\\w* .{0,20}quota|quota violation",
  "full (mail ?box|inbox)|(disk |storage )?space (limit|has (been )?used|(is )?(not enough|insufficient|exhausted))|not have enough space|exceed\\w* .{0,20}(local limit|allowed storage)",
  "(user|mail ?box|account|inbox|recipient).{0,30}(exceed|exhaust)\\w* .{0,30}(size|space|storage)\\b|zu ?viele (e-?mails|mails|nachrichten) auf",
  "exceed\\w* .{0,30}(quota|storage|mail ?box size)",
  "(out of|not enough|insufficient) (disk ?|mail ?box |storage )*(space|quota)|larger than .{0,20}(space|quota)|overdrawn .{0,20}quota",
  "disk (is )?full|no space left|over .{0,30}mail ?box size|messages (on|in) .{0,15}mail ?box|exceed\\w* .{0,30}message count",
  "(mail ?box|storage|account) .{0,20}(size )?limit|inode limit|too much mail data",
  "空间不足|空间已满|邮箱已满|容量(不足|已满)",
  "bo[iî]te.{0,30}(pleine|satur)|overquota|postfach.{0,20}voll|(speicherplatz|quota|kontingent).{0,30}(überschritten|ueberschritten|erschöpft)",
  "buz[oó]n.{0,20}llen[oa]|cuota.{0,20}(excedida|superada)|casella.{0,20}piena|caixa.{0,20}cheia|skrzynka.{0,20}pe[łl]na|ящик.{0,30}переполнен|いっぱい|容量を超",
);
/** The server's own storage. */
export const SERVER_STORAGE = anyOf(
  "(insufficient|not enough|no|out of|low) (system |disk |server |storage |queue |memory ){0,2}(storage|space|resources?|memory)|disk (is )?full|no space left",
);
/** Words that make it one mailbox's. */
export const ONE_MAILBOX = anyOf("mail ?box|inbox|\\buser|account|recipient|quota|folder");
/** Quotas and storage other than the mailbox's. */
export const NOT_A_MAILBOX = anyOf(
  "sending|sender|daily|hourly|system (storage|resource|disk|is full)|message (size|length)|mail ?size|thread|concurren|connection(s\\b| limit)|mail ?box database|\\bqueue (quota|limit|size|is|are|full)|(message|recipient|mail|sending) rate",
);

/** Sender authentication: SPF, DKIM, DMARC, reverse DNS. */
export const UNPROVEN = anyOf(
  "\\b(spf|dkim)\\b|\\bdmarc|sender ?id\\b|sender policy framework",
  "unauthenticated (e-?mail|message|mail)|sender is unauthenticated",
  "reverse[- ]?(dns|lookup|mapping|hostname)|\\b(ptr|rdns?|fcrdns)\\b|name lookup failed|(cannot|can ?not|could not|unable to) (find|resolve) your|invalid ip for",
);

/** Our sending IP or network is on a block list or banned. */
export const LISTED = anyOf(
  "(black|block|deny)[- ]?(ed[- ]?)?list",
  "\\b(e?rbl|dns[- _]?(rb|b)l|surbl|uribl)s?\\b|real[- ]?time block|spamhaus|spamcop|\\bsorbs\\b|barracuda|cloudmark|senderscore",
  "blocked (using|for spam)|(?<!(recipient|user|address) )(blocked|refused|rejected|denied),? (- )?see\\b|\\b(?<!not )listed (at|in|on|by)\\b|\\(BL\\)",
  "banned|\\bIP[=:] ?\\d|suspected spam|\\babus (d\\S)?tect|(for|of|as) (network )?abus(e|ive)|abuse detected|dynamic[- ]ip|dial-?up|from your (location|country|network)|bad ip profile|ip check (error|fail)|dns ptr-record|ivmsip",
  "(mail|connection|access|traffic|messages?) (is |was |are |has been )?(refused|denied|blocked|rejected|not (accepted|allowed)) (by policy )?(-|from) (\\[?\\d|this ip|your ip|ip\\b)",
  "\\bip('s)?\\b.{0,50}(not|n't) (currently )?(authori[sz]ed|allowed|permitted|accepted)|not (currently )?(accepting|accepted?) (mail|connections?|messages?) from (your|this(?! (sender|address|domain|user))|dynamic|\\[?\\d)",
  "^\\W*connection (denied|refused)|your (ip|network|host|server)( address)? (is |was |has been )?(temporar\\w+ )?(blocked|listed|denied|rejected)|geograph|your country",
  "(sender|client|sending) ip( address)?\\b.{0,30}(rejected|refused|denied|bad)|(bad|black) (sender |client )?ip\\b|bounce attack|from \\[?\\d+\\.\\d+\\.\\S+ (is |was )?(refused|rejected|denied)|mismatch\\w* client ip",
  "may not be mail exchanger|open proxy|unresolvable relay|access forbidden|(server|relay) (of|at) your (\\w+ )?(isp|provider)|your (isp|provider)'s (smtp|mail|relay|outgoing)",
  "(?<!recipient's )\\b(ip|client|host|server|network)\\b( address(es)?)?( \\S+){0,2}( (is|was|has been|have been))? (blocked|refused|rejected (due|by))",
  "blocked ip|ip is (rejected|hangup)|messages from .{0,60} (weren.t|were not) sent",
);
/** A relay lets our account, or anybody, send from other IP addresses only. Says nothing of the recipient's server. */
export const IP_OF_THE_ACCOUNT = anyOf(
  "\\bip\\b( address)?( \\[?\\d\\S*)?( is| was)? (not|n't) (currently )?(allowed|authori[sz]ed|permitted) to (send|submit|relay)( (any )?(e-?mails?|messages?))?( (through|via|by|with|from|on|for) (this|the|your) (\\w+ )?(account|user|server|service|relay|gateway|api key))?\\W*$",
  "\\bip\\b( address)?( \\[?\\d\\S*)?( is| was)? (not|n't) (currently )?(allowed|authori[sz]ed|permitted) (to (use|access)|for) (this|the|your) (\\w+ )?(account|user|server|service|relay|gateway|api key)",
);
/** The same in the URL of a help page, which may be the whole text. */
export const LISTED_LINK = anyOf(
  "https?://\\S*(spamhaus|spamcop|sorbs|dnsbl|rbl|black-?list|block-?list|cloudmark|abusix|uceprotect|barracuda|ipcheck)",
  // Barracuda: "(ann@example.org:blocked)".
  "one or more recipients \\(\\S+:blocked",
);

/** Classified as spam by content, behaviour or reputation. */
export const SPAM = anyOf(
  "spam|\\b(ube|uce)\\b|unsolicited|junk|bulk ?(e-?)?mail|(as|is) bulk\\b|mass mail|gtube|phish",
  "reputation|suspicious|complain|received too many bounces",
  "(message|mail|content) (\\w+ )?scored?\\b|score .{0,30}(points|threshold|too high|exceed)",
  "(message|mail) content (is |was )?(rejected|denied|refused|blocked)|content (rejected|denied|refused)|reject by (content|behaviou?r)",
  "垃圾|спам",
);

/** The sender's address or account is refused. */
export const SENDER = anyOf(
  "senders?('s)? (e-?mail )?(address |domain |name )?(is |was |has been )*(rejected|refused|denied|invalid|unverified|unvalidated|not |does ?n.t|does not|unknown|verif)",
  "(invalid|unknown|bad|unverified|unauthenticated|forged|fake|illegal) (envelope )?sender\\b(?! ip)|unauthenticated senders",
  "verification failed (for|while)|(sender|postmaster|return[- ]path) verif\\w+ (error|fail)|verify callout|domain of sender|sender domain",
  "\"?(mail ?from|from address|return[- ]path|reverse[- ]path|envelope[- ]from)\\b.{0,80}(not|n't|non-|is a local|must|invalid|mismatch|reject|denied|equal|unavailable)",
  "not owned by user|(address|domain|identity) (is )?not (yet )?verified|verified sender",
  "not (allowed|authori[sz]ed|permitted) to (send|submit) (mail |e-?mail )?(as|from|for|on behalf)|send (as|on behalf)",
  "permissions? to (send|submit|relay)|not an? (allowed|authori[sz]ed|permitted|approved) sender|trial (mode|account)|is ?n.t allowed to send|not allowed to send e-?mail",
  "bad outbound sender|badmailfrom|unroute?able sender|sending (from \\w+ \\w+ )?((is|has been|was) )?(paused|suspended|disabled)|your account|account is pending",
  "sandbox|for test(ing)? purposes|\\b(plan|subscription|package) (does not|does ?n.t) (allow|include|permit|support)|upgrade your plan|free accounts?\\b|send-?as-?denied|no sending domain|unusual sending activity|tenant has exceeded",
  "(outgoing|outbound) (e-?mails?|mails?|messages?)( is| are| has been| have been)? (suspen|block|disab)|e-?mail outgoing blocked|outbounds? disabled",
  "(unverified|unregistered|unconfigured|unauthori[sz]ed) (sending |sender |from )?(domain|address|identity|sender|ip)|(domain|address|identity) .{0,40}(is |are |been )(unverified|unregistered|unconfigured|not (associated|registered|configured|activated|validated))",
  "from:? (header |domain |address ){1,2}.{0,40}(not|n't|invalid|mismatch|must (be|match|equal))|validate your sender|sender identity|sender signature|envelope from .{0,40}not authori[sz]ed",
  "(required|missing|needed) (for|in) (the )?sender|not accept(ing|ed)? (e-?)?mails? from (this|that|the|your) (address|sender|domain)|not subscribed|smtp account|(your|smtp|sending|senders?('s)?|relay) account .{0,20}not (yet )?(active|activated)|not (allowed|authori[sz]ed|permitted) to send|senders? has no|(from|sender|mailbox) (address|domain) (is )?not (authori[sz]ed|allowed|approved)|rejected for being .{0,20}sender",
  "\\b(helo|ehlo)\\w*( command| name| host| argument)? (is |was )?(error|rejected|refused|denied|invalid|not|should|must|required|needs?)|(bad|invalid) (helo|ehlo)",
  "(é|e)metteur invalide|(exp(é|e)diteur|absender|remitente|remetente|mittente|nadawca|отправител).{0,40}(refus|rejet|invalid|inconnu|unbekannt|unzul|abgelehnt|rechaz|no permitid|rejeitad|rifiutat|odrzuc|отклон|запрещ)",
  "(den(y|ies|ied)|rejects?|refuses?) (the |this |your )sender|NULL sender|(发件人|发信人).{0,20}(不|拒|非|无)",
);

/** Of sender and relay, what only an operator can mend though the reply is a 4xx. */
export const SENDER_FOR_NOW = anyOf(
  "sender address rejected|relay(ing)? (access )?(denied|not (allowed|permitted))",
  "authentication (is )?required|conform with authentication",
  "domain of sender address .{0,80}(does not|doesn't) (resolve|exist)",
  "domain \\S+ is not (allowed|authori[sz]ed) to send|domain is unverified|outbounds? disabled",
  "not (allowed|authori[sz]ed|permitted) to send (mail |e-?mail )?(as|from|on behalf)|(from|sender) (address|domain) (is )?not (authori[sz]ed|allowed|approved|verified)",
);

/** The relay refuses to relay, for this domain or from us. */
export const RELAY = anyOf(
  "relay(ing)?( (?!not\\b)[^\\s,;:]+){0,4}? (denied|prohibited|rejected|forbidden|refused|disabled|disallowed|not (permitted|allowed|supported))",
  "(unable|not permitted|not allowed|n.t allowed|not authori[sz]ed|refus\\w+|denied|cannot|can ?not|can't|do not|don't|does not|won't) (to )?relay",
  "\\bas a (mail )?relay\\b|denies relay|no relaying|not (configured to|an open) relay|insecure mail relay|not a gateway|relay check|rcpthosts|domain (is ?n.t|is not) in (my|our|the) (\\w+ )?list|local user only|TenantAttribution",
  "client host rejected(?!: (may not|cannot find))|not allowed to connect|not (allowed|authori[sz]ed|permitted) to use (this|the|our) (gateway|relay|smart ?host|(mail |smtp )?(server|service))",
);

/** Credentials required or refused. */
export const CREDENTIALS = anyOf(
  "authenticat\\w* (is )?(required|needed|failed|failure|unsuccessful|first|error)",
  "requires? (smtp )?authenticat|(credentials|password|username) .{0,20}(invalid|not accepted|incorrect)",
  "(must|please|need to) (first )?(be )?(authenticat|log ?in)|not (been )?authenticated|need .{0,12}\\bauth\\b|\\bauth\\b (is )?(required|error|first)",
  "must issue a starttls|not authori[sz]ed to (use|perform|access)|log ?in fail|authorization (user|code)|authori[sz]ed user|mail client.{0,20}authenticat|turn on smtp auth",
  "pop[- ](before|after)[- ]smtp|(check|receive|read|fetch|retrieve|get) (your |for )?(new )?(e-?)?mails? (first|before)",
  "doesn't conform with authentication|授权码|认证",
);

/** A rule of the recipient or its group: no fault of ours or of the address. */
export const BY_RECIPIENT = anyOf(
  "RESOLVER\\.RST\\.|RecipientRestrict",
  "(rejected|blocked|refused|denied|declined) by (the |this )?(recipient|addressee|user)s?(?!'s)\\b",
);

/** The message violates a standard, even if the reply also mentions spam. */
export const MALFORMED = anyOf(
  "RFC ?(28|53|8)22|not (\\S+ )?complian|duplicate header|multiple (\\S+ ){0,4}(header|addresses in)|improper use of",
  "bare (<?LF>?|<?CR>?|linefeed)|(missing|invalid|malformed) (\\S+ )?header|header (\\S+ )?(missing|invalid)",
);

export const TOO_LARGE = anyOf(
  "(message|mail|e-?mail|content) (size |length |body )*(is )?(too (large|big|long)|exceed)",
  "exceed\\w* .{0,40}(message|mail|e-?mail) ?(size|length)|size exceed|length of DATA content",
  "maximum message size",
);

export const VIRUS = anyOf(
  "(banned|illegal|forbidden|disallowed|dangerous|prohibited)[ _](file|attachment|extension)|file extension|(file|attachment)s? (\\w+ ){0,4}(not allowed|dangerous|forbidden|banned)|virus|malware|infected|病毒",
);

/** The address does not exist. Not matched under a policy code (x.7.x). */
export const UNKNOWN_USER = anyOf(
  "(unknown|no such|invalid|wrong|non-?existent|unrecogni[sz]ed|not a valid|not a known|not a recogni[sz]ed|not an active)( or \\w+)? (local |virtual |domain |destination |final delivery |e-?mail )*(user|recipient|mail ?box|account|address(ee)?|alias|local[- ]part|person|customer)\\b(?! (address )?(syntax|format))",
  "(unknown|no such|invalid|wrong|non-?existent|unrecogni[sz]ed) (local |e-?mail )?(users|recipients|mail ?boxes|accounts|addressees)\\b",
  "(user|recipient|mail ?box|account|address(ee)?|alias|local[- ]part|rcpt|e-?mail name)(e?s)?\\b.{0,60}(unknown|unrecogni[sz]ed|not known|not found|not present|not be found|not (currently )?exist|[sn]'?t (currently )?exist|non-?existent|no longer (exist|valid|available|active|in use|on)|not (a )?(valid|known|recogni[sz]ed|registered|listed)\\b|not an? member of|undeliverable)",
  "(user|recipient) (does ?n.t|does not|has no|do not|don.t) have|(n'?t|does not) have an? (\\S+ )?(account|mail ?box)\\b",
  "<>\\W{0,4}(was |is )?(not found|unknown|does not exist|doesn't exist|no longer (valid|available|active|in use))|no ?one (at|with|by) (this|that)",
  "no such (mail ?drop|person|name|id\\b)|not known (at|on|in) (this|our)|(not|n.t) in (my|our|the) list of (\\w+ )?recipients|bad destination (\\w+ ){0,2}address|(unable to|could ?n.t|could not|can ?not|can't) (find|locate) (the |an? )?(alias |local )?(user|recipient|mail ?box|alias|account)",
  "^\\W*(<>\\W*)?(address|(recipient|user|mail ?box|account)( address| name)?) (is |are )?(invalid|not valid)\\b|\\b(recipients are|(the|this) (e-?mail )?address is) (invalid|not valid)\\b",
  "no (mail ?box|users?|account|recipient|person)\\b.{0,20}(here|found|available|by that name|with (that|this) name)",
  "not (our|a) customer|does not exist here|invalid rcptto\\b|\\buserunknown\\b|no longer (an employee|employed|works? (here|at|for)|with (us|the company))",
  // French, German, Spanish and Portuguese, Italian, Polish, Russian, Japanese.
  "(utilisateur|destinataire|adresse|compte)\\b.{0,30}(inconnu|n'existe pas|introuvable|invalide)",
  "(benutzer|empf(ä|ae)nger|teilnehmer|postfach|adresse|konto)\\b.{0,30}(unbekannt|existiert nicht|nicht gefunden|nicht vorhanden)",
  "(usuario|usuário|destinatari[oa]|buz[oó]n|cuenta|conta|persona|caixa)\\b.{0,30}(desconocid|desconhecid|inexistente|no existe|não existe|no encontrad)|no existe .{0,20}(usuario|persona|buz[oó]n|cuenta|destinatario)",
  "(utente|destin(atario)?|casella|indirizzo)\\b.{0,30}(sconosciut|inesistente|errat|non esiste|non trovat)",
  "(u[żz]ytkownik|konto|adresat|skrzynka).{0,30}(nieznan|nie istnieje)|nie ma takiego (konta|u[żz]ytkownika)",
  "(пользовател|получател|ящик|адрес).{0,30}(не существует|не найден|неизвест)|存在しません|宛先不明",
  "(用户|收件人|邮箱|地址|账号|账户|帐号|帐户).{0,6}(不存在|未开通|无效)|查无此人",
);
/** Words that make "unknown" and "not found" refer to something other than the recipient. */
export const NOT_THE_USER = anyOf(
  "sender|(é|e)metteur|exp(é|e)diteur|absender|remitente|remetente|mittente|nadawc|отправител|发件人|发信人|送信者|mail ?from|from address|your (ip|domain|server|host|address|network|client)|\\bhelo\\b|\\bclient\\b",
  "(domain|host|dns|mx|route|server)\\b( name)?( is| was| does| has)? (not|unknown|lookup|error|invalid)|unknown (domain|host)",
  "polic(y|ies)\\b|temporar|syntax|too many|dictionary|harvest",
);
