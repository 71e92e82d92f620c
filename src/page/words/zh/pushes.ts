import { number } from "../../app/time/format.ts";
import type { Words } from "../shape.ts";

export const pushes: Words["pushes"] = {
  title: "推送",
  push: "推送",
  state: "状态",
  deliveries: "投递",
  people: "人数",
  search: "搜索主题或编号",
  anyState: "全部状态",
  starts: ["将于 ", " 开始"],
  made: ["", ""],
  started: ["", "开始"],
  of: (success, total, isFinal) => (isFinal ? `已发送 ${success} / ${total}` : `已发送 ${success} / 约 ${total}`),
  expected: (count, isEstimate) => `预计${isEstimate ? "约" : ""} ${count} 人`,
  notBegun: "开始前已取消",
  failed: (count) => `失败 ${count}`,
  inDoubt: (count) => `结果未知 ${count}`,
  waiting: (count) => `等待 ${count}`,
  newer: (count) => `显示新增的 ${number(count)} 个推送`,
  noMatch: "没有符合条件的推送。",
  person: (search) => `在收件人中查找“${search}”`,
  clear: "显示全部",
  onlyHeld: "还没有其他推送。",
  held: {
    title: (count) => `${number(count)} 个推送待批准`,
    note: "批准之前不发送任何邮件",
    look: "查看并批准",
    read: "查看",
  },
  pauseAll: {
    open: "全部暂停…",
    title: "暂停所有推送？",
    none: "没有进行中或已定时的推送。",
    says: (count, waiting) =>
      `${number(count)} 个进行中或已定时的推送将暂停，${number(waiting)} 封邮件等待。正在发送的会发完。`,
    more: (count) => `以及另外 ${number(count)} 个`,
    after: "之后新建的推送不受影响。这些推送之后可以一起继续，也可以逐个继续。",
    act: "全部暂停",
    did: (count) =>
      count === 0 ? "没有进行中或已定时的推送。" : `已暂停 ${number(count)} 个推送，继续之前不发送任何邮件。`,
    unreachable: (count) => `${number(count)} 个推送没有响应，可能仍在发送：请再次全部暂停，或逐个查看。`,
    undo: (count) => `继续这 ${number(count)} 个`,
    resumed: (count, not) =>
      not === 0 ? `已继续 ${number(count)} 个推送。` : `已继续 ${number(count)} 个推送，${number(not)} 个未能继续。`,
  },
  first: {
    title: "还没有推送",
    says: "一个推送给许多人各发一封写给本人的邮件，并逐封记录结果。写好内容，以收件人的眼光看一遍，然后发送。",
    nobody: "先添加收件人",
    nobodySays: "收件人有地址、姓名、地区和自定义属性，推送从中选择。",
    samples: "这里的邮件只留在本机，可以先用示例收件人试一试，不会发到外面。",
    addSamples: (count) => `添加 ${number(count)} 位示例收件人`,
    addOwn: "导入或添加收件人",
    added: (count) => `已有 ${number(count)} 位示例收件人，地址都在 example.com。`,
  },
};
