import { number } from "../../app/time/format.ts";
import type { Words } from "../shape.ts";

const PERIODS: Readonly<Record<number, string>> = { 1: "每秒", 60: "每分钟", 3600: "每小时", 86400: "每天" };

export const relays: Words["relays"] = {
  title: "中继",
  intro: "推送通过这些邮件服务器发送",
  taking: (up, all) => (up === all ? `${number(all)} 个全部正常` : `${number(all)} 个中 ${number(up)} 个正常`),
  transports: { smtp: "SMTP", none: "只计数，不发送", "email-service": "Cloudflare Email Service" },
  security: { tls: "TLS", starttls: "STARTTLS", none: "未加密" },
  as: (username) => `用户 ${username}`,
  provider: (name) => `服务商 ${name}`,
  standby: "备用：其他中继不可用时使用",
  weight: (weight) => `权重 ${weight}`,
  health: {
    up: "正常",
    resting: "冷却中",
    probing: "试探中",
    stopped: "已停用",
    paused: "已暂停",
    unknown: "状态未知",
  },
  means: {
    up: "",
    resting: "目前不接收邮件，因此暂不向其发送，没有人因此少一次机会。稍后自动重试。",
    probing: "冷却之后，由一个推送先试发几封。被接收后全部继续。",
    stopped: "服务器拒绝配置的账号或密码。请在配置中改正，测试通过后再继续。",
    paused: "已由人工暂停。继续之前，没有推送通过它发送。",
    unknown: "负责此中继的对象没有响应。邮件照常发送，请稍后再看。",
  },
  since: (time) => `开始于 ${time}。`,
  nextTry: (span) => `${span}后重试。`,
  perSecond: (rate) => `${rate} 封/秒`,
  noLimit: "不限",
  notMet: "尚未遇到",
  rateNow: "当前速率",
  accepted: "近期接收",
  learned: "超过即被拒",
  configured: "配置上限",
  sessions: "会话数",
  ofLimit: (used, limit) => `${used} / ${limit}`,
  quota: (limit, seconds) => `${PERIODS[seconds] ?? `每 ${number(seconds)} 秒`} ${limit} 封`,
  quotaFull: " · 已满，最早恢复：",
  quotaFrees: " · 最早恢复：",
  shares: "正在使用此中继的推送",
  noShares: "目前没有推送使用此中继。",
  push: "推送",
  share: "可用速率",
  wants: "等待",
  test: "测试",
  testOf: (id) => `测试 ${id}：只连接和登录，不发送邮件`,
  pause: "暂停…",
  pauseOf: (id) => `暂停 ${id}`,
  resume: "继续…",
  resumeOf: (id) => `继续 ${id}`,
  pauseDialog: {
    title: (id) => `暂停中继 ${id}？`,
    says: (users) =>
      users === 0
        ? "目前没有推送使用它。继续之前都不会使用；可用其他中继的推送改用其他中继。"
        : `${number(users)} 个推送正在使用它：正在发送的会发完，其余改走其他中继或等待。没有人因此少一次机会。`,
    saysLast: (users) =>
      users === 0
        ? "没有其他中继在收信：恢复其中一个之前，任何推送都不会发送，新推送也会等待。"
        : `${number(users)} 个推送正在使用它，且没有其他中继在收信：正在发送的会发完，其余等到有中继恢复。没有人因此少一次机会。`,
    act: "暂停中继",
    did: (id) => `已暂停中继 ${id}。`,
  },
  resumeDialog: {
    title: (id) => `继续使用中继 ${id}？`,
    says: {
      paused: "推送重新通过它发送，起初较慢。",
      stopped: "将以当前配置的账号和密码重试，因此而暂停的推送也会继续。",
      resting: "立即结束冷却，现在就重试。",
    },
    act: "继续使用",
    did: (id, pushes) =>
      pushes === 0 ? `已继续使用中继 ${id}。` : `已继续使用中继 ${id}，${number(pushes)} 个推送随之继续。`,
  },
  testResult: {
    ms: (ms) => `${ms} 毫秒`,
    ok: (time) => `一切正常，共用 ${time}。没有发送邮件。`,
    failed: (stage, time) => `${stage}失败，用时 ${time}。没有发送邮件。`,
    stages: {
      connect: "连接",
      greeting: "问候",
      ehlo: "EHLO ",
      starttls: "STARTTLS ",
      tls: "TLS ",
      auth: "登录",
      quit: "QUIT ",
    },
    connected: (time) => `连接用时 ${time}`,
    offered: (list) => `服务器支持 ${list}`,
    secured: "已加密",
    inClear: "未加密",
    signedIn: "已登录",
    notSignedIn: "未登录",
    todo: "请与服务商提供的主机、端口、加密方式、账号和密码核对。",
  },
};
