import { number, percent, span, wholeTime } from "../../app/time/format.ts";
import type { Words } from "../shape.ts";

const ALIKE = "若原话说的是发件人、邮件或中继：请先处理，再继续，并重试这些；若只是地址无效：直接继续，其余照常发送。";

export const reasons: Words["push"]["reasons"] = {
  "first-alike": (of) => `系统已自动暂停：最初 ${number(of.count("count"))} 封都以同样的理由被拒绝。${ALIKE}`,
  alike: (of) => `系统已自动暂停：连续 ${number(of.count("count"))} 封以同样的理由被拒绝。${ALIKE}`,
  "spam-share": (of) =>
    `系统已自动暂停：最近 ${number(of.count("of"))} 封中有 ${number(of.count("count"))} 封被当作垃圾邮件。继续之前，请检查 SPF、DKIM、DMARC、链接和措辞。`,
  "lost-connections": (of) =>
    `系统已自动暂停：连续 ${number(of.count("tries"))} 次在发出内容后断线，没有一封被接收。请检查中继，判定结果未知的邮件，然后继续。`,
  bounces: (of) =>
    `系统已自动暂停：中继接收的 ${number(of.count("of"))} 封中有 ${number(of.count("count"))} 封被退回（${percent(of.count("count"), of.count("of"))}）。继续之前，请核对名单的来源和时间。`,
  complaints: (of) =>
    `系统已自动暂停：中继接收的 ${number(of.count("of"))} 封中有 ${number(of.count("count"))} 封被投诉（${percent(of.count("count"), of.count("of"))}）。继续之前，请确认收件人同意接收。`,
  "relay-refuses": () => "系统已自动暂停：中继拒绝发件人、密码或邮件。请按原话改正，然后继续。",
  "relay-paused": (of) => `中继 ${of.text("relay")} 被人工暂停。恢复中继后，此推送自动继续。`,
  "no-relay": (of) => `所用的中继都已不在配置中：${of.text("relays")}。请配置其中之一，或新建推送。`,
  "canary-failed": (of) => {
    const bad = of.count("failed") + of.count("bounced") + of.count("complained") + of.count("inDoubt");
    return `试发未通过：${number(of.count("of"))} 封中有 ${number(bad)} 封出错（${percent(bad, of.count("of"))}，上限 ${percent(of.count("allowed"), 1)}）。其余在等待：“继续”将发送它们，“取消推送”则不再发送。`;
  },
  "not-approved": (of) => `${number(of.count("days"))} 天内无人批准，已取消。`,
  "own-fault": () => "目前没有发送：系统自身的数据库没有应答，将自动再试。",
  quota: (of) => {
    const limit = of.count("limit");
    const used = limit > 0 ? `${span(of.count("seconds") * 1000)}内的 ${number(limit)} 封已用完` : "允许的数量已用完";
    const late = of.count("expiring");
    const lost = late > 0 ? `在此之前将有 ${number(late)} 封过期：增加中继或延长时限可以避免。` : "";
    return `中继 ${of.text("relay")} 的配额已满：${used}，约于 ${wholeTime(of.count("until"))} 自动继续。${lost}`;
  },
  "relay-away": (of) => `目前没有发送：中继 ${of.text("relay")} 不接收邮件，将自动再试。`,
  "canary-choosing": (of) => `试发：收件人确定后，先发 ${number(of.count("count"))} 封。`,
  "canary-going": (of) =>
    `试发：还有 ${number(of.count("left"))} 封未发完，之后判定；其余 ${number(of.count("rest"))} 封等待结果。`,
  "canary-next": (of) =>
    `试发：${number(of.count("skipped"))} 封被跳过，无法据此判定；改发随后的 ${number(of.count("count"))} 封，其余 ${number(of.count("rest"))} 封等待结果。`,
  "canary-deferred": (of) => `试发：全部稍后重试，还没有可判定的结果；其余 ${number(of.count("rest"))} 封等待。`,
  "canary-begins": (of) =>
    `试发：已全部发出，${span(of.count("seconds") * 1000)}后判定；其余 ${number(of.count("rest"))} 封等待。`,
  "canary-waits": (of) =>
    `试发：${wholeTime(of.count("until"))} 判定，出错不得超过 ${percent(of.count("allowed"), 1)}；其余 ${number(of.count("rest"))} 封等待。`,
};
