import { entryOf } from "../entry.ts";
import { type OwnWords, translator } from "../own-words.ts";
import { OF_CALLS } from "./sentences/calls.ts";
import { OF_CONFIGURATION } from "./sentences/configuration.ts";
import { OF_MAILS } from "./sentences/mails.ts";
import { OF_PEOPLE } from "./sentences/people.ts";
import { OF_SENDING } from "./sentences/sending.ts";
import { OF_TEMPLATES } from "./sentences/templates.ts";

/** What mailpush itself says. What mail servers say stays as it is. */
export const SENTENCES: OwnWords = [...OF_PEOPLE, ...OF_MAILS, ...OF_CONFIGURATION, ...OF_SENDING, ...OF_CALLS];

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
  filter: "筛选条件",
  segment: "分组",
  template: "模板",
  headers: "邮件头",
  attachments: "附件",
  sendAt: "开始时间",
  expiresIn: "发送时限",
  rate: "速率",
  relays: "中继",
  canary: "试发",
  onceKey: "去重键",
  name: "名称",
  kind: "类别",
  scopes: "权限",
  expiresAt: "有效期",
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
/** "html, line 2, column 5", "$.html", "line 2, column 5". */
const FIELD = /^(?:\$\.)?([\w ]*?)(?:, )?(?:line (\d+), column (\d+))?$/;

function placeOf(place: string): string {
  const [, field = "", line, column] = FIELD.exec(place) ?? [];
  const named = entryOf(PLACES, field) ?? entryOf(PLACES, place);
  const at = line === undefined ? "" : `第 ${line} 行第 ${column} 列`;
  if (named !== undefined || at !== "") return `${named ?? field}${at}`;
  return place.replace(GIVEN, "现为 $1");
}

export const own = translator(
  [...SENTENCES, ...OF_TEMPLATES],
  placeOf,
  (first, count) => `${first}（另有 ${count} 处）`,
);
