import type { Words } from "../dictionary.ts";

export const tokens: Words["tokens"] = {
  title: "令牌",
};
