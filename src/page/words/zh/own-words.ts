import { type OwnWords, translator } from "../own-words.ts";

/** What mailpush says of addresses, rows, pushes and connections. What mail servers say stays as it is. */
export const SENTENCES: OwnWords = [
  // Addresses
  ["the address is empty", "地址为空"],
  ["address is missing", "缺少地址"],
  ["the address has no @", "地址中没有 @"],
  ["the address holds a space, a line break or another invisible character", "地址中有空格、换行或其他不可见字符"],
  ["nothing stands before the @", "@ 之前没有内容"],
  ["the address has more than one @", "地址中有多个 @"],
  ["the part before the @ holds a character that it may not: {character}", "@ 之前的部分有不能使用的字符：{character}"],
  ["the part before the @ is longer than {bytes} bytes", "@ 之前的部分超过 {bytes} 字节"],
  ["the address is longer than {bytes} bytes", "地址超过 {bytes} 字节"],
  ["the part after the @ is not a domain name", "@ 之后的部分不是域名"],
  [
    'the part after the @ is not a domain name (expected "Name <address>" or an address)',
    "@ 之后的部分不是域名（应为“姓名 <地址>”或一个地址）",
  ],
  ['the address has no @ (expected "Name <address>" or an address)', "没有 @（应为“姓名 <地址>”或一个地址）"],
  ['the address is empty (expected "Name <address>" or an address)', "地址为空（应为“姓名 <地址>”或一个地址）"],
  ["holds {count} addresses; expected one", "有 {count} 个地址，应为一个"],
  ["holds more than {count} addresses", "超过 {count} 个地址"],
  ['has a " without a closing one', '有一个 " 没有成对'],
  [
    'has < or > in another place than around one address (expected "Name <address>")',
    "< 或 > 的位置不对（应为“姓名 <地址>”）",
  ],
  ["the name is longer than {characters} characters", "姓名超过 {characters} 个字符"],
  ["another recipient has the address {address}", "另一位收件人已使用地址 {address}"],
  ["the address holds a quotation mark or bracket: {bracket}", "地址中有引号或括号：{bracket}"],
  [
    'has a comma in a name, which needs quotes: "Name, more" <address>',
    '姓名中有逗号，需要加引号："姓名, 其他" <地址>',
  ],
  // Fields of people
  ["longer than {characters} characters", "超过 {characters} 个字符"],
  ["is longer than {characters} characters", "超过 {characters} 个字符"],
  ["holds a line break or another control character", "有换行或其他控制字符"],
  ["attributes: {bytes} bytes as JSON, and at most {most} are taken", "属性共 {bytes} 字节（JSON），最多 {most} 字节"],
  ["{path} is nested more than {levels} deep", "{path} 的嵌套超过 {levels} 层"],
  ["{path} holds a NUL character", "{path} 中有 NUL 字符"],
  ["{path} holds half of a surrogate pair", "{path} 中有不完整的字符"],
  ["{path} is too large a number", "{path} 的数字过大"],
  // Rows of files
  [
    "{cells} cells, but the header has {columns} (a cell with a delimiter in it needs quotes)",
    "有 {cells} 个单元格，而首行只有 {columns} 个（含分隔符的单元格需要加引号）",
  ],
  ["column {column} has a value and no name in the first line", "第 {column} 列有值，而首行没有列名"],
  [
    "holds bytes that are not {encoding} (name the file's encoding, as in Content-Type: text/csv; charset=gbk, or save the file as UTF-8)",
    "有不属于 {encoding} 的字节（请选择文件的编码，或将文件另存为 UTF-8）",
  ],
  [
    "holds a NUL character (a UTF-16 file needs a byte order mark, or charset=utf-16le in the Content-Type)",
    "有 NUL 字符（UTF-16 文件需要字节顺序标记，或选择该编码）",
  ],
  ["{value} is not a number (expected one such as 18, -2.5 or 1e3)", "{value} 不是数字（应如 18、-2.5 或 1e3）"],
  ["is too large a number", "数字过大"],
  ['text behind a closing quote (a " inside quotes is written "")', '右引号之后还有文字（引号内的 " 应写作 ""）'],
  ["too long for a row, or a quote that is never closed", "行过长，或有引号没有成对"],
  ["a quote that is never closed", "有引号没有成对"],
  ["reason: {given}: expected {reasons}", "原因：{given} 无效，应为 {reasons} 之一"],
  // Deliveries
  ["push {push} has this person under the same onceKey", "推送 {push} 已用同一去重键包含此人"],
  ["never reported by the transport", "发送程序没有报告结果"],
  ["the consumer that held it never reported back", "负责发送的进程没有回报结果"],
  ["the server closed the connection on this mail twice", "服务器两次在这封邮件处断开连接"],
  ["the recipients could not be {what}: {said}", "未能读取收件人：{said}"],
  [
    "a message of {bytes} bytes is larger than the server takes ({most})",
    "邮件有 {bytes} 字节，服务器最多接收 {most} 字节",
  ],
  [
    "the sender address {address} has a character that no address may have",
    "发件人地址 {address} 含有地址中不能有的字符",
  ],
  [
    "the recipient address {address} is empty or has a character that no address may have",
    "收件人地址 {address} 为空，或含有地址中不能有的字符",
  ],
  [
    "{address} needs SMTPUTF8, which the server does not offer",
    "{address} 含有非 ASCII 字符，需要 SMTPUTF8，而服务器不支持",
  ],
  // Connections
  ["the server closes the session", "服务器结束会话"],
  ["the server does not serve us", "服务器不提供服务"],
  ["the session was broken off", "会话中断"],
  ["the server closed the line", "服务器断开连接"],
  ["the server takes no more bytes", "服务器不再接收数据"],
  ["the line was lost", "连接中断"],
  ["the line was lost: {said}", "连接中断：{said}"],
  ["no connection within {seconds} s", "{seconds} 秒内没有连上"],
  ["no greeting within {seconds} s", "{seconds} 秒内没有问候语"],
  ["no reply to the content within {seconds} s", "发出内容后 {seconds} 秒内没有答复"],
  [
    "no reply to the content within the last {seconds} s of this mail's time",
    "在这封邮件最后的 {seconds} 秒内，内容没有得到答复",
  ],
  ["no reply to {command} within {seconds} s", "{command} 之后 {seconds} 秒内没有答复"],
  [
    "no reply to {command} within the last {seconds} s of this mail's time",
    "在这封邮件最后的 {seconds} 秒内，{command} 没有得到答复",
  ],
  ["no answer within {seconds} s", "{seconds} 秒内没有应答"],
  ["no answer at {stage} within {seconds} s", "{stage} 之后 {seconds} 秒内没有应答"],
  [
    "could not connect to {relay} with TLS: nobody listens, or it speaks no TLS there, or its certificate is not valid for {host} (another name, expired, or an unknown authority), or it refused the handshake with a TLS alert (its own TLS settings, or no common version){said}",
    "无法用 TLS 连接 {relay}：没有服务在监听，或该端口不用 TLS，或证书对 {host} 无效（名称不符、过期或颁发者未知），或对方拒绝握手（TLS 设置或版本不符）{said}",
  ],
  [
    "could not connect to {relay} with TLS: nobody listens, or it speaks no TLS there, or its certificate is not valid for {host} (another name, expired, or an unknown authority), or it refused the handshake with a TLS alert (its own TLS settings, or no common version)",
    "无法用 TLS 连接 {relay}：没有服务在监听，或该端口不用 TLS，或证书对 {host} 无效（名称不符、过期或颁发者未知），或对方拒绝握手（TLS 设置或版本不符）",
  ],
  [
    "the TLS handshake failed: its certificate is not valid for {host} (another name, expired, or an unknown authority), or it refused the handshake with a TLS alert (its own TLS settings, or no common version){said}",
    "TLS 握手失败：证书对 {host} 无效（名称不符、过期或颁发者未知），或对方拒绝握手（TLS 设置或版本不符）{said}",
  ],
  [
    "the TLS handshake failed: its certificate is not valid for {host} (another name, expired, or an unknown authority), or it refused the handshake with a TLS alert (its own TLS settings, or no common version)",
    "TLS 握手失败：证书对 {host} 无效（名称不符、过期或颁发者未知），或对方拒绝握手（TLS 设置或版本不符）",
  ],
  ["could not connect to {relay}: {said}", "无法连接 {relay}：{said}"],
  ["could not connect to {relay}", "无法连接 {relay}"],
  [
    "a username is configured (SMTP_USERNAME), and the server offers {instead}; {names} are supported",
    "配置了用户名（SMTP_USERNAME），而服务器提供 {instead}；支持的方式：{names}",
  ],
  ["paused by a person", "被人工暂停"],
  // What a push's state does not allow
  ["a {state} push cannot be paused", "此推送目前不能暂停"],
  ["a held push cannot be resumed: approve it", "待批准的推送不能继续，请批准它"],
  ["a {state} push cannot be resumed", "此推送已结束，不能继续"],
  ["a held push is not sent yet: change it with PATCH", "此推送尚未批准，请直接修改"],
  ["a {state} push sends nothing more", "此推送已结束，不再发送"],
  ["a finished push cannot be cancelled: its mail has gone out", "此推送已完成，邮件已发出，不能取消"],
  ["a cancelled push cannot be retried: make a new one", "已取消的推送不能重试，请新建推送"],
  ["a {state} push has nothing to retry yet", "此推送尚未开始，没有可重试的邮件"],
  ["many retries wait already: ask again when they are done", "已有大量重试在等待，请完成后再试"],
  ["the request came too late", "请求到得太晚，没有执行"],
  ["only a held push can be {verb}, and this one is {state}", "只有待批准的推送可以这样做，此推送已不是"],
  ["nobody has approved it within {days} days", "{days} 天内无人批准"],
  ["the content version is {version}, not {other}", "内容已是第 {version} 版，而不是第 {other} 版"],
  ["the newest version is {version}", "最新的是第 {version} 版"],
  ["this push's ledger is past retention", "此推送的明细已过保留期"],
  ["as many watch this push as can", "同时查看此推送的人数已满"],
  [
    "is not less than expiresIn: the others would expire before the canary is judged",
    "不小于时限：其余邮件会在试发判定之前过期",
  ],
  // What is not there
  ["there is no push {id}", "没有推送 {id}"],
  ["there is no template {id}", "没有模板 {id}"],
  ["there is no segment {id}", "没有分组 {id}"],
  ["there is no token {id}", "没有令牌 {id}"],
  ["there is no recipient {id}", "没有收件人 {id}"],
  ["there is no delivery {id} of push {push}", "推送 {push} 中没有收件人 {id}"],
  ["there is no suppression of {address}", "{address} 不在屏蔽名单中"],
  ["there is no this relay", "没有这个中继"],
  ["there is no attachment {n} of push {push}", "推送 {push} 没有这个附件"],
  ["there is nothing at {path}", "{path} 不存在"],
  // The call itself
  ["push {push} does not answer at the moment; try again", "推送 {push} 目前没有应答，请再试"],
  [
    "push {push} did not answer: it is unknown whether this request was carried out. GET {location} in {seconds} seconds tells, for good; look there before you send the request again",
    "推送 {push} 没有应答：不知道这次请求是否已执行。请在 {seconds} 秒后查看此推送，再决定是否重复",
  ],
  ["the push was not created; try again", "推送没有创建，请再试"],
  ["more than {requests} requests in {seconds} seconds", "{seconds} 秒内的请求超过 {requests} 次，请稍候再试"],
  ["something went wrong here, and it is in the log", "服务器内部出错，已记入日志"],
  ["the configuration is not valid: {said}", "配置有误：{said}"],
  ["the body is larger than {bytes} bytes, the most that is taken here", "内容超过 {bytes} 字节的上限"],
  [
    "subject, html and text have more than {bytes} bytes together, the most that a template may",
    "主题、HTML 和文本合计超过模板的上限 {bytes} 字节",
  ],
  [
    "the push without its attachments would have more than {bytes} bytes as JSON",
    "推送除附件外超过 {bytes} 字节（JSON）",
  ],
  [
    "the body without its attachments is {bytes} bytes: at most {most} are taken",
    "除附件外有 {bytes} 字节，上限为 {most}",
  ],
  ["this session has ended: sign in again", "登录已过期，请重新登录"],
  ["this token is not known, or no longer valid", "令牌无效或已失效"],
  ["this link was used before, or is too old: make another one", "此链接已用过或已过期，请重新生成"],
  ["this request does not come from a page of this address", "请求不是来自本站的页面"],
  [
    "mails that are being sent leave no memory for this one at the moment; send the request again",
    "正在发送的邮件占用了内存，请再试一次",
  ],
  ["the first request with this Idempotency-Key has no answer yet; send it again", "同一请求正在处理，请稍候再试"],
  // Mails
  ["it is empty", "为空"],
  ["it is empty: it has neither text nor an image", "为空：既没有文字，也没有图片"],
  ["it is over {count} characters long", "超过 {count} 个字符"],
  ["it is over {count} bytes", "超过 {count} 字节"],
  ["it has over {count} tags", "标签超过 {count} 个"],
  ["it nests blocks over {count} deep", "嵌套超过 {count} 层"],
  ["it nests too deep", "嵌套过深"],
  ["it prints an object: name one of its values, or use | json", "输出的是一个对象：请指明其中的值，或用 | json"],
  ["it prints {value}, which is no number", "输出的是 {value}，不是数字"],
  [
    "{tag} is not available: a template stands alone, there are no files for it to use",
    "不能使用 {tag}：模板不能引用其他文件",
  ],
  [
    "the tag has over {count} operands, operators, filters and arguments",
    "一个标签中的操作数、运算符、过滤器和参数超过 {count} 个",
  ],
  [
    "{name} is not known here: expected username, address, area, attributes.NAME or unsubscribe_url",
    "没有变量 {name}：可用 username、address、area、attributes.名称 或 unsubscribe_url",
  ],
  ["is in the past", "时间已过"],
  // Fields of a call
  ["expected a string", "应为文本"],
  ["expected a JSON object", "应为 JSON 对象"],
  ["expected a whole number of at least {least}", "应为不小于 {least} 的整数"],
  ["expected a whole number from {least} to {most}", "应为 {least} 到 {most} 的整数"],
  ["expected a number of at least {least}", "应为不小于 {least} 的数"],
  ["expected a number from {least} to {most}", "应为 {least} 到 {most} 的数"],
  ["is not known here: expected {names}", "不认识这一项，可用：{names}"],
  // Filters
  ["nothing compares with null; use exists", "不能与空值比较，请用“有值”"],
  ["the number is too large", "数字过大"],
  ["is empty: expected at least one value", "为空：至少要有一个值"],
  ["is empty, and would select everybody", "为空，会选中所有人"],
  ["expected a text", "应为文本"],
  ["expected a list", "应为列表"],
  ["expected true or false", "应为 true 或 false"],
  ["expected a text, a number, true or false", "应为文本、数字、true 或 false"],
  ["true and false have no order: expected a text or a number", "true 和 false 没有大小：应为文本或数字"],
  [
    "expected in ISO 8601 a date or a time with its zone (2026-05-01T08:00:00Z), or epoch milliseconds",
    "应为 ISO 8601 日期或带时区的时间（2026-05-01T08:00:00Z）",
  ],
  ["{count} conditions, and at most {most} are taken", "有 {count} 个条件，最多 {most} 个"],
];

/** What liquidjs says of a template: the faults that people make. */
const OF_TEMPLATES: OwnWords = [
  ["undefined filter: {name}", "没有过滤器 {name}"],
  ["tag {name} not found", "没有标签 {name}"],
  ["output {text} not closed", "{text} 没有闭合"],
  ["tag {text} not closed", "标签 {text} 没有闭合"],
  ["unexpected token {text}, value expected", "{text} 处应为一个值"],
  ["invalid value expression: {text}", "表达式无效：{text}"],
  ["expected filter name", "缺少过滤器的名称"],
  ["unbalanced parentheses", "括号没有成对"],
  ["duplicated else", "有两个 else"],
];

/** What stands in front of a sentence. */
const PLACES: Readonly<Record<string, string>> = {
  address: "地址",
  username: "姓名",
  area: "地区",
  attributes: "属性",
  subject: "主题",
  html: "HTML",
  text: "文本",
  from: "发件人",
  replyTo: "回复地址",
  "in the list": "列表中",
  "the header": "首行",
  connect: "连接",
  greeting: "问候",
  starttls: "STARTTLS",
  ehlo: "EHLO",
  auth: "登录",
  "is missing": "缺少",
  mail: "MAIL",
  rcpt: "RCPT",
  data: "DATA",
  content: "内容",
};

/** A value that was given: `is 0`. */
const GIVEN = /^is (.+)$/s;

export const own = translator(
  [...SENTENCES, ...OF_TEMPLATES],
  (place) => PLACES[place] ?? place.replace(GIVEN, "现为 $1"),
  (first, count) => `${first}（另有 ${count} 处）`,
);
