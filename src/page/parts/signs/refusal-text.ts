import type { Refusal } from "../../app/data/api.ts";
import { words } from "../../words/dictionary.ts";
import { said } from "./said.tsx";

/** In a sentence: mailpush's own, or that nobody answered, or what somebody else said in its place. */
export function refusalText({ code, status, detail }: Refusal): string {
  if (status === 0) return words().signIn.unreachable;
  return code === "not-ours" ? words().common.notOurs(detail) : said(detail);
}
