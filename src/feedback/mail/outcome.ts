import type { Reply } from "../../core/reply.ts";
import { classify } from "../../core/verdict.ts";
import { type Codes, isGeneric } from "./codes.ts";
import type { RecipientReport } from "./report.ts";

/** What is known of one recipient's outcome, from the most exact source to the least. */
export interface Findings {
  readonly recipient: string | null;
  readonly outcome: RecipientReport["outcome"];
  /** The report's own Status field; null: none. */
  readonly reported: string | null;
  /** The codes of the server that refused, as the report quotes them. */
  readonly quoted: Codes;
  /** The codes in the text for people. */
  readonly told: Codes;
  readonly words: string | null;
}

/** A recipient's report, with the one status that fits best and its class. */
export function reportOf(findings: Findings): RecipientReport {
  const { recipient, outcome, words } = findings;
  const status = statusOf(findings);
  const code = findings.quoted.code ?? findings.told.code;
  const digit = digitOf(findings, status, code);
  const own = code !== null && String(code)[0] === digit ? code : CODE_OF_CLASS[digit];
  const reply: Reply = { code: own, enhanced: status === null || isGeneric(status) ? null : status, text: words ?? "" };
  return {
    recipient,
    outcome,
    status,
    code,
    words,
    class: digit === "2" ? "accepted" : classify(reply, AFTER_CONTENT.test(words ?? "") ? "content" : "rcpt"),
    permanent: outcome === "failed" && digit === "5",
  };
}

const CODE_OF_CLASS = { 2: 250, 4: 450, 5: 550 } as const satisfies Record<Digit, number>;
type Digit = "2" | "4" | "5";

const AFTER_CONTENT =
  /end of (message|data)|after (the )?(data|content|message)|in reply to (end of )?data|after I sent/i;

/**
 * The server's own code is more exact than the summary of the one that reports: "4.4.7" for what was refused with
 * "450 4.7.1" until the time was up, "4.5.0" for a "550 5.5.0" that the relay did not take for the last word. Not if it
 * is generic, or temporary where the report says that the failure is permanent.
 */
function statusOf({ reported, quoted, told, outcome }: Findings): string | null {
  const candidates = [quoted.status, reported, told.status].filter((status) => status !== null);
  const isPlausible = (status: string): boolean => outcome !== "failed" || !status.startsWith("2");
  const plausible = candidates.filter(isPlausible);
  const specific = plausible.filter((status) => !isGeneric(status));
  const summary = reported !== null && isPlausible(reported) ? reported : null;
  if (summary === null || isGeneric(summary)) {
    const better = quoted.status !== null && !isGeneric(quoted.status) ? specific[0] : undefined;
    return (
      better ??
      specific.find((status) => summary === null || status[0] === summary[0]) ??
      summary ??
      plausible[0] ??
      null
    );
  }
  const isServersLast = quoted.status !== null && specific.includes(quoted.status) && quoted.status.startsWith("5");
  return isServersLast ? quoted.status : (specific.find((status) => status[0] === summary[0]) ?? summary);
}

/** Words for a refusal that the server itself does not take for its last. */
const TEMPORARY =
  /\btemporar|\bpersistent\b|\btransient\b|retry time(out)? (exceeded|not reached)|hosts \S*.{0,60}have been failing for a long time|временн/i;

function digitOf({ outcome, words }: Findings, status: string | null, code: number | null): Digit {
  if (outcome === "delivered" || outcome === "relayed") return "2";
  if (outcome === "delayed") return "4";
  const given = status?.[0] ?? (code === null ? undefined : String(code)[0]);
  if (given === "4" || given === "5") return given;
  return TEMPORARY.test(words ?? "") ? "4" : "5";
}
