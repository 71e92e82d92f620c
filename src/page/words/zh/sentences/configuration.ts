import type { OwnWords } from "../../own-words.ts";

/** Of the variables and secrets of a deployment. */
export const OF_CONFIGURATION: OwnWords = [
  ["is too short: expected at least {count} characters", "太短：至少 {count} 个字符"],
  [
    "expected a secret, `wrangler secret put {name}`, locally in .dev.vars",
    "应为密钥：用 `wrangler secret put {name}` 设置，本地写在 .dev.vars",
  ],
  [
    "expected an http or https address without query or fragment, as people reach this Worker",
    "应为本 Worker 的公开地址：http 或 https，不含 ? 和 #",
  ],
  ["expected the address at which people reach this Worker", "应为本 Worker 的公开地址"],
  ["expected http://127.0.0.1 with a port", "应为 http://127.0.0.1 加端口"],
  [
    "expected letters, digits, _ and - before the @, at most {most}: a token is appended to them",
    "@ 之前应为字母、数字、_ 和 -，最多 {most} 个：其后还要加上标记",
  ],
  [
    "is no Ed25519 key: expected PKCS #8 in base64, as the README makes it",
    "不是 Ed25519 密钥：应为 base64 编码的 PKCS #8，生成办法见 README",
  ],
  ["expected the name of a configuration set: letters, digits, _ and -", "应为配置集的名称：字母、数字、_ 和 -"],
  ["expected an ARN such as {example}", "应为 ARN，如 {example}"],
  ["expected printable ASCII without a space or a colon", "应为可打印的 ASCII 字符，不含空格和冒号"],
  ["is no key: expected the verification key as SendGrid shows it", "不是密钥：应为 SendGrid 显示的验证公钥"],
  ["is not set, so the calls of this webhook cannot be verified", "没有设置，因此无法验证此回调的调用"],
  ["expected up to {most} lower-case letters, digits and hyphens", "应为小写字母、数字和连字符，最多 {most} 个"],
  ["expected the name of a secret, such as {example}", "应为 secret 的名称，如 {example}"],
  ["is no JSON: {said}", "不是 JSON：{said}"],
  ["expected a JSON array of 1 to {most} relays", "应为 1 到 {most} 个中继的 JSON 列表"],
  ["there are two relays of this name", "有两个同名的中继"],
  ["all relays have weight 0: a standby needs one that it stands by for", "所有中继的权重都是 0：备用中继需要有主用的"],
  [
    "is missing though there is a username: expected the name of the secret with its password",
    "设置了用户名，却没有设置此项：应为存放密码的 secret 的名称",
  ],
  [
    "there is no secret {name}: `wrangler secret put {again}`, locally in .dev.vars",
    "没有名为 {name} 的 secret：用 `wrangler secret put {again}` 设置，本地写在 .dev.vars",
  ],
  [
    'is "none", which would send the password in clear to {host}: expected tls or starttls',
    "为 none，密码会以明文发往 {host}：应为 tls 或 starttls",
  ],
  ["holds a space or a character beyond ASCII: no header can carry it", "含有空格或非 ASCII 字符，无法放入请求头"],
  ["expected a host name or an address", "应为主机名或地址"],
  ["expected a host name, or nothing for the domain of MAIL_FROM", "应为主机名，或留空以使用 MAIL_FROM 的域名"],
  ["expected a name of the IANA database, such as {example}", "应为 IANA 时区名，如 {example}"],
  [
    "is missing though SMTP_USERNAME is set: `wrangler secret put SMTP_PASSWORD`, locally in .dev.vars",
    "设置了 SMTP_USERNAME，却没有设置此项：用 `wrangler secret put SMTP_PASSWORD` 设置，本地写在 .dev.vars",
  ],
  ["is the address of RETURN_PATH, where mail to this Worker arrives", "就是 RETURN_PATH 的地址，即本 Worker 收信之处"],
  [
    'is "email-service", and there is no binding EMAIL: see [[send_email]] in wrangler.toml',
    "为 email-service，而没有绑定 EMAIL：见 wrangler.toml 中的 [[send_email]]",
  ],
];
