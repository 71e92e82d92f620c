import type { Words } from "../dictionary.ts";

export const relays: Words["relays"] = {
  title: "中继",
};
