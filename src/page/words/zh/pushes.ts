import type { Words } from "../dictionary.ts";

export const pushes: Words["pushes"] = {
  title: "推送",
};
