import type { Words } from "../dictionary.ts";

export const templates: Words["templates"] = {
  title: "模板",
};
