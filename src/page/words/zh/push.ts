import type { Words } from "../dictionary.ts";

export const push: Words["push"] = {
  title: "推送",
};
