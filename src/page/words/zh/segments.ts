import { together } from "../../app/time/format.ts";
import type { Words } from "../shape.ts";

export const segments: Words["segments"] = {
  title: "分组",
  intro: "有名称的筛选条件，推送时可直接选用",
  name: "名称",
  people: "目前人数",
  peopleOf: () => "人",
  changed: "修改时间",
  about: (count) => `约 ${count}`,
  push: "向其推送",
  create: "新建分组…",
  editOf: (name) => `修改“${name}”`,
  delete: "删除…",
  deleteOf: (name) => `删除“${name}”`,
  none: "还没有分组",
  noneSays: "分组是反复使用的筛选条件，例如“北京的付费用户”。分组保存的是条件而不是名单：以后符合条件的人也在其中。",
  dialog: {
    titleNew: "新建分组",
    title: (name) => `修改“${name}”`,
    whom: "选择哪些人",
    save: "保存",
    keeps: "已使用此分组的推送仍按当时的条件发送。",
    unfinished: "有一个条件还没有填完。",
    selects: () => "人目前符合条件",
    instance: (names) => together("例如", names),
    made: (name) => `已保存“${name}”。`,
    changed: (name) => `已修改“${name}”。`,
  },
  deleteDialog: {
    title: (name) => `删除“${name}”？`,
    says: "只删除条件，不删除任何人。已使用它的推送仍按当时的条件发送；按编号引用它的程序会收到错误。",
    act: "删除分组",
    did: (name) => `已删除“${name}”。撤销会重新保存，编号不同。`,
  },
};
