import type { Words } from "../dictionary.ts";

export const compose: Words["compose"] = {
  title: "新建推送",
};
