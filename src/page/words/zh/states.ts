import type { Words } from "../shape.ts";

export const states: Words["states"] = {
  delivery: {
    pending: "待发送",
    queued: "排队中",
    sending: "发送中",
    deferred: "稍后重试",
    in_doubt: "结果未知",
    sent: "已发送",
    failed: "失败",
    skipped: "已跳过",
    cancelled: "已取消",
    bounced: "被退回",
    complained: "被投诉",
  },
  push: {
    scheduled: "已定时",
    running: "进行中",
    paused: "已暂停",
    finished: "已完成",
    cancelled: "已取消",
    held: "待批准",
  },
  figures: {
    success: "成功",
    failure: "失败",
    waiting: "等待中",
    inDoubt: "结果未知",
    notSent: "未发送",
  },
  bar: (parts, total) => `${parts}，共 ${total}`,
  addsUp: "相符",
  sumOf: (total) => `各状态之和等于此推送的全部 ${total} 封`,
  nobody: "还没有人",
};
