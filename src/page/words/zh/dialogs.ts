import { number } from "../../app/time/format.ts";
import type { Words } from "../shape.ts";

/** Of the dialogs over a push, loaded when one is opened. */
export const dialogs: Words["dialogs"] = {
  story: {
    title: (address) => address,
    now: "目前",
    attempts: (count) => `中继答复 ${number(count)} 次`,
    events: "经过",
    simple: "一切正常，此前没有其他状态。",
    claimed: "开始处理",
    noted: "记录",
    source: (source) => `来自 ${source}`,
    person: "此人的全部邮件",
    push: "打开此推送",
    retry: "重试这一封…",
  },
  approveDialog: {
    title: "批准此推送？",
    says: (count, start) =>
      start === null ? `${number(count)} 封立即发送。` : `${number(count)} 封自 ${start} 起发送。`,
    matching: (matching, total, isEstimate) =>
      `目前符合条件的${isEstimate ? "约" : ""}有 ${number(matching)} 人${matching === total ? "，与创建时相同" : `；邮件发给创建时符合的 ${number(total)} 人`}。`,
    how: "方式：",
    look: (version) => `您批准的是内容第 ${number(version)} 版，即本页显示的邮件。`,
    newer: "内容刚刚被修改：请关闭此窗口，查看新版后再批准。",
    act: "批准",
    did: (count, matching) =>
      `已批准：${number(count)} 封${matching === count ? "" : `；目前符合条件的有 ${number(matching)} 人`}。`,
  },
  rateDialog: {
    title: "发送速率",
    rate: "每秒邮件数",
    hint: "上限；不填则以中继能接收的速度发送。中继自身的限制始终有效。",
    wrong: "请填不小于 1 的数字，或不填。",
    act: "修改速率",
    did: (rate) => `此后每秒最多 ${rate} 封。`,
    didNone: "此后以中继能接收的速度发送。",
  },
  retryDialog: {
    title: "重试",
    which: "范围",
    all: "全部可重试的",
    onlyClass: (name) => `仅原因为“${name}”的邮件。`,
    says: (count) => `${number(count)} 封重新等待发送，次数和时限重新计算。`,
    saysChosen: (count) => `所选 ${number(count)} 人再试一次，次数重新计算。`,
    paused: "推送已暂停：继续之后才会发出。",
    finished: "推送将为它们继续运行。",
    someSuppressed: "地址已被屏蔽的（例如“无此用户”之后）会被跳过，除非先解除屏蔽。",
    doubts: "结果未知的人可能收到两封，Message-ID 相同。",
    suppressed: "这些地址在屏蔽名单中：不先解除屏蔽，只会被跳过。",
    skipped: "已跳过的，仅原因消除的会发送。",
    nothing: "这些状态下没有可重试的邮件。",
    act: "重试",
    did: (count) => `${number(count)} 封将重试。`,
  },
  resolveDialog: {
    titleSent: "判定为已发送？",
    titleFailed: "判定为未发送？",
    says: (count) => `所选 ${number(count)} 封中，结果未知的按此判定。不会发送邮件；判定为已发送的不能再重试。`,
    actSent: "已发送",
    actFailed: "未发送",
    did: (count, as) => `已将 ${number(count)} 封判定为${as === "sent" ? "已发送" : "未发送"}。`,
  },
  exportDialog: {
    title: "导出逐封结果",
    csv: "CSV，用于电子表格",
    ndjson: "NDJSON，带签名回执",
    receipt: "回执含总数与哈希，日后任何人都能证明当时的情况。",
    says: (count) => `将当前的 ${number(count)} 封结果导出为文件。`,
    did: "已开始下载。",
    format: "格式",
    act: "下载",
    verify: "验证回执：",
    noKey: "回执需要签名密钥 RECEIPT_KEY，目前没有设置。生成并设置：",
    noKeyThen: "在本机运行时，把 openssl 的输出写入 .dev.vars，再重新启动。CSV 不需要密钥。",
  },
};
