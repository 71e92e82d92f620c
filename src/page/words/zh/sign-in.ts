import type { Words } from "../shape.ts";

export const signIn: Words["signIn"] = {
  title: "登录",
  intro: "给成千上万的人各发一封专属邮件，并确切知道每一封的结果。",
  token: "API 令牌",
  tokenHint:
    "npm start 打印的 API_TOKEN，或在“令牌”中创建的令牌。令牌不会被保存：页面只得到一个 12 小时有效的 Cookie。",
  submit: "登录",
  wrong: "令牌不存在，或已失效。",
  link: "正在通过链接登录…",
  linkWrong: "此链接已用过或已过期。请用令牌登录，或重新启动以获得新链接。",
  ended: (name) =>
    `会话已结束：已满 12 小时、令牌被吊销、API_TOKEN 已更换，或在另一标签页退出了登录。请重新登录：仍以 ${name} 登录即可继续，刚才填写的内容还在。`,
  leave: "不继续，退出",
  unreachable: "服务器没有响应。",
  asksAgain: "页面每隔几秒重试一次，有响应后自动打开。",
};
