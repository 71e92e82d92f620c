import type { Words } from "../dictionary.ts";

export const segments: Words["segments"] = {
  title: "分组",
};
