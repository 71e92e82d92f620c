import { number, together } from "../../app/time/format.ts";
import type { Words } from "../shape.ts";

export const suppressions: Words["suppressions"] = {
  title: "屏蔽名单",
  about: "这些地址不收任何邮件，无论在哪个名单里",
  search: "按地址开头搜索",
  anyReason: "所有原因",
  exportAll: "导出",
  exportThese: "导出这些",
  importFile: "导入文件",
  drop: "松开即可屏蔽其中的地址",
  noMatch: "没有符合的记录。",
  address: "地址",
  reason: "原因",
  detail: "说明",
  since: "屏蔽时间",
  reasons: {
    unsubscribed: "已退订",
    complained: "被投诉",
    bounced: "被退回",
    "no-such-user": "无此用户",
    manual: "人工屏蔽",
  },
  means: {
    unsubscribed: "对方要求不再接收群发邮件。收据等非群发邮件仍会发送。",
    complained: "对方把邮件举报为垃圾邮件。",
    bounced: "邮件被服务器接收后永久退回。",
    "no-such-user": "对方服务器表示没有这个邮箱。",
    manual: "有人在这里停止了发往该地址的邮件。",
  },
  empty: {
    title: "还没有屏蔽任何地址",
    text: "退订、投诉或邮箱已不存在的地址会自动进入这里，此后的推送不再发给它们。如已有这样的地址，可以粘贴进来，或把 CSV 文件拖到本页。",
  },
  why: {
    title: "收信状态",
    noMail: "不收邮件",
    getsMail: "未被屏蔽：推送会发到该地址。",
    open: (address) => `${address} 被屏蔽的原因`,
    push: "来自此推送",
    askLifted: "以前被屏蔽过吗？",
    neverLifted: "以前没有被屏蔽过。",
    lifted: (count) => `曾解除 ${number(count)} 次`,
    liftedOne: (reason, by) => `${reason}：${together("由", by, "解除")}，`,
  },
  lift: {
    column: "解除",
    open: "解除…",
    of: (reason) => `解除：${reason}`,
    ofAddress: (address) => `解除对 ${address} 的屏蔽`,
    title: (address) => `恢复向 ${address} 发送？`,
    says: (reason) =>
      `解除“${reason}”这一屏蔽。若没有其他屏蔽，推送将再次发到该地址，正在进行的也一样。解除者会留在记录中。`,
    care: {
      unsubscribed: "对方要求过不再收信，只有在对方重新要求时才应解除。",
      complained: "对方举报过您的邮件。再次被举报，会影响服务商对您全部邮件的判断。",
      bounced: "如再次被退回，会自动重新屏蔽。",
      "no-such-user": "如邮箱仍不存在，会自动重新屏蔽。",
      manual: "",
    },
    act: "解除",
    did: (address) => `已解除：${address} 恢复收信。`,
    stillNone: (address, reasons) => `已解除，但 ${address} 仍不收信：${reasons}。`,
  },
  add: {
    open: "添加地址",
    one: "屏蔽…",
    title: "屏蔽地址",
    addresses: "地址",
    hint: "一个或多个，输入或粘贴：每行一个、用符号分隔，或 王伟 <wang@example.com>。",
    found: (count, unread) =>
      [`找到 ${number(count)} 个地址`, ...(unread > 0 ? [`${number(unread)} 行中没有地址`] : [])].join("；"),
    unread: (line) => `第 ${number(line)} 行：`,
    detailHint: "原因，或由谁提出。",
    says: "此后的推送跳过这些地址，正在进行的也一样。已被屏蔽的保留原有说明。",
    act: (count) => (count === 0 ? "屏蔽" : `屏蔽 ${number(count)} 个地址`),
    did: (added, known) =>
      known === 0
        ? `已屏蔽 ${number(added)} 个地址。`
        : `已屏蔽 ${number(added)} 个地址，另有 ${number(known)} 个此前已屏蔽。`,
    rest: (added, known, rejected) =>
      [
        `已屏蔽 ${number(added)} 个地址`,
        ...(known > 0 ? [`${number(known)} 个此前已屏蔽`] : []),
        `${number(rejected)} 个未被接受：`,
      ].join("，"),
  },
};
