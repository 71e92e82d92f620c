import type { Words } from "../dictionary.ts";

export const settings: Words["settings"] = {
  title: "设置",
};
