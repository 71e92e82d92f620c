import { parseReplyLine, type Reply } from "../../core/reply.ts";
import { classify, effectOf } from "../../core/verdict.ts";
import type { Bounced } from "../event.ts";

/** What a provider quotes of the server that refused the mail. */
export interface Quoted {
  /** "550 5.1.1 user unknown", "smtp; 550 …", or the provider's own words. */
  readonly words: string | null;
  /** Enhanced status code (RFC 3463), where the provider gives it apart. */
  readonly status?: string | null;
  /** SMTP code, where the provider gives it apart. */
  readonly code?: number | null;
}

const ENHANCED = /(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])/;
const STATUS = new RegExp(`^${ENHANCED.source}$`);
const GENERIC = /^[245]\.0\.0$/;

/**
 * A bounce's fields by the verdict table, from what a provider quotes. A generic status (5.0.0) yields to the code in the
 * words. Suppresses only a mailbox that does not exist.
 */
export function remoteRefusal(quoted: Quoted): Pick<Bounced, "status" | "words" | "class" | "permanent" | "suppress"> {
  const words = quoted.words?.replace(/^\s*smtp\s*;\s*/i, "") ?? null;
  const given = STATUS.test(quoted.status ?? "") ? (quoted.status as string) : null;
  const line = parseReplyLine(words ?? "");
  const inWords = line?.enhanced ?? ENHANCED.exec(words ?? "")?.[0] ?? null;
  const status = (given !== null && !GENERIC.test(given) ? given : null) ?? inWords ?? given;
  const reply = replyOf(line, status, quoted.code ?? null, words ?? "");
  const verdict = reply === null ? null : classify(reply, "rcpt");
  return {
    status,
    words,
    class: verdict === "accepted" ? null : verdict,
    permanent: (reply?.code ?? 500) >= 500,
    suppress: verdict !== null && effectOf(verdict).suppress ? "no-such-user" : null,
  };
}

/** The reply as the server gave it; null: nothing of it is quoted. */
function replyOf(line: Reply | null, status: string | null, code: number | null, words: string): Reply | null {
  if (line !== null) return { ...line, enhanced: status };
  if (code !== null && code >= 200 && code < 600) return { code, enhanced: status, text: words };
  if (status === null) return null;
  return { code: status.startsWith("5") ? 550 : status.startsWith("4") ? 450 : 250, enhanced: status, text: words };
}
