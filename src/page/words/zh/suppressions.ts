import type { Words } from "../dictionary.ts";

export const suppressions: Words["suppressions"] = {
  title: "屏蔽名单",
};
