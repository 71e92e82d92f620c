import { together } from "../../app/time/format.ts";
import type { Words } from "../shape.ts";

export const audience: Words["audience"] = {
  everybody: "所有人",
  segment: (name, filter) => `${together("分组", name)}：${filter}`,
  and: "，且",
  area: "地区",
  username: "姓名",
  address: "地址",
  erased: "某位已抹除者的地址",
  createdAt: "添加时间",
  operators: {
    eq: (field, value) => together(field, "为", value),
    ne: (field, value) => together(field, "不为", value),
    in: (field, value) => together(field, "为", value),
    gt: (field, value) => together(field, "大于", value),
    gte: (field, value) => together(field, "不小于", value),
    lt: (field, value) => together(field, "小于", value),
    lte: (field, value) => together(field, "不大于", value),
    contains: (field, value) => together(field, "包含", value),
    startsWith: (field, value) => together(field, "开头为", value),
    exists: (field, value) => together(value === "true" ? "有" : "没有", field),
  },
};
