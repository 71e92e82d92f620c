import { number } from "../../app/format.ts";
import type { Words } from "../dictionary.ts";

export const templates: Words["templates"] = {
  title: "模板",
  titleNew: "新建模板",
  intro: "写一次，反复推送",
  unsaved: "尚未保存",
  name: "名称",
  nameHint: "供自己辨认，收件人看不到。",
  kind: "类别",
  kindHint: "自定的分类词，例如：周报。",
  anyKind: "全部类别",
  version: "版本",
  changed: "修改时间",
  push: "推送",
  create: "新建模板",
  none: "还没有模板",
  noneSays: "模板是一个主题和一封邮件，用 {{ 变量 }} 填入各收件人的内容。每次修改产生新版本，推送保留所用的版本。",
  content: "邮件内容",
  subject: "主题",
  htmlHint:
    "{{ username }}、{{ address }}、{{ area }}、{{ attributes.… }} 因人而异；{{ unsubscribe_url }} 供收件人退订。",
  text: "纯文本",
  textHint: "供不显示 html 的读者使用。留空则由 html 生成。",
  store: "保存",
  storeVersion: (version) => `保存为第 ${number(version)} 版`,
  isVersion: (version) => `第 ${number(version)} 版`,
  changedSince: "有未保存的修改",
  keptDraft: "这是您尚未保存的修改，由此浏览器保留。",
  drop: "丢弃",
  made: "模板已保存。",
  stored: (version) => `已保存为第 ${number(version)} 版。`,
  outdated: "其他人同时保存了新版本。",
  takeTheirs: "用对方的，丢弃我的",
  takeMine: "以我的为新版本",
  versions: "版本",
  versionsNote: "推送保留所用的版本",
  newest: "最新",
  look: "取回",
  lookOf: (version) => `把第 ${number(version)} 版取回编辑器`,
  delete: "删除…",
  deleteDialog: {
    title: (name) => `删除 ${name}？`,
    says: (versions) => `全部 ${number(versions)} 个版本都会删除。按编号引用它的程序会收到错误。`,
    users: (count, lookedAt) => {
      const among = lookedAt === null ? "" : `最近 ${number(lookedAt)} 个推送中，`;
      return count === 0 ? `${among}没有推送用过它。` : `${among}${number(count)} 个推送用过它，内容不受影响：`;
    },
    act: "删除模板",
    did: (name) => `已删除 ${name}。撤销会重新保存最新版本，编号不同。`,
  },
};
