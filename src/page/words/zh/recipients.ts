import type { Words } from "../dictionary.ts";

export const recipients: Words["recipients"] = {
  title: "收件人",
};
