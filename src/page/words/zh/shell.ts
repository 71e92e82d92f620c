import { list } from "../../app/time/format.ts";
import type { Words } from "../shape.ts";

export const shell: Words["shell"] = {
  main: "主导航",
  inbox: "本机收件箱 ↗",
  inboxSays: "邮件不离开本机：都到达这里",
  pushes: "推送",
  recipients: "收件人",
  suppressions: "屏蔽名单",
  templates: "模板",
  segments: "分组",
  relays: "中继",
  tokens: "令牌",
  settings: "设置",
  newPush: "新建推送",
  menu: "菜单",
  account: "账户与显示",
  signedInAs: (name) => `已登录：${name}`,
  until: (time) => `有效期至 ${time}`,
  zone: (zone, offset) => `所有时间以本机时区为准：${zone}，${offset}`,
  signOut: "退出登录",
  appearance: "外观",
  language: "语言",
  theme: { system: "跟随系统", light: "浅色", dark: "深色" },
  reference: "API 参考",
  may: {
    read: "查看推送、收件人和设置",
    write: "修改收件人、屏蔽名单、模板和分组，撰写待批准的推送，暂停和取消推送",
    send: "发送邮件：推送、批准、测试、继续、重试",
    master: "管理中继和令牌",
  },
  mayDo: "此令牌可以",
  mayNot: "此令牌不可以（相应的按钮不显示）：",
  lacks: {
    scope: (scopes) => `需要带 ${list(scopes)} 权限的令牌`,
    master: "需要 API_TOKEN 本身",
    toChange: (scope) => `如需在此修改，请用带 ${scope} 权限的令牌登录。`,
  },
  closed: {
    title: "此令牌无权查看",
    scope: (scope, name) => `此页需要带 ${scope} 权限的令牌。当前登录的是“${name}”，其令牌没有该权限。`,
    master: (name) => `只有 API_TOKEN 可以查看此页。当前登录的是“${name}”。`,
    read: (name) =>
      `没有 read 权限的令牌在本页看不到任何内容。当前登录的是“${name}”，其令牌没有该权限：它是给程序用的。`,
    todo: "请退出后换用其他令牌登录。",
  },
  notFound: {
    title: "没有这个页面",
    says: (path) => `${path} 没有内容。地址可能输入有误，或来自其他版本。`,
    todo: "返回推送列表",
  },
  broken: {
    title: "此页出错",
    says: "这是页面自身的问题，推送照常进行。请重新加载；若再次出错，请反馈以下内容：",
  },
  loadFailed: {
    title: "此页未能加载",
    part: "此页有一部分未能加载。",
    todo: "页面已更新，或网络已断开。草稿保存在此浏览器中。",
    reload: "重新加载",
  },
};
