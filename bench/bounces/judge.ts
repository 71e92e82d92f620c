import { parseMail } from "../../src/feedback/mail/inbound-mail.ts";
import { readReport } from "../../src/feedback/mail/readers/read-report.ts";
import { FEEDBACK_TYPES, type MailReport, type RecipientReport } from "../../src/feedback/mail/report.ts";

/** One recipient, as labelled. */
export interface Label {
  /** Enhanced status code; empty for a feedback report and an auto-reply. */
  readonly status: string;
  readonly reply: string;
  readonly reason: string;
  readonly hard: boolean;
  /** Type of a feedback report, else empty. */
  readonly feedback: string;
}

export interface Read {
  readonly name: string;
  /** The error that the parser threw, if any: a crash. */
  readonly report: MailReport | Error;
}

/** One recipient, as labelled and as read. */
export interface Judged {
  readonly name: string;
  readonly index: number;
  readonly group: "machine-readable" | "text" | "feedback" | "auto-reply" | "crash";
  readonly expected: string;
  readonly got: string;
  readonly words: string | null;
  /** Class digit of the status, and permanent or temporary. */
  readonly classRight: boolean;
  readonly statusRight: boolean;
}

export async function readAll(mails: readonly { readonly name: string; readonly raw: Uint8Array }[]): Promise<Read[]> {
  const read: Read[] = [];
  for (const { name, raw } of mails) {
    const report = await parseMail(raw)
      .then(readReport)
      .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
    read.push({ name, report });
  }
  return read;
}

/** A mail against its labels, one verdict a recipient; a recipient that was not found is wrong. */
export function judge({ name, report }: Read, labels: readonly Label[]): Judged[] {
  return labels.map((label, index) => ({ name, index, ...judgeOne(report, label, index) }));
}

type Verdict = Omit<Judged, "name" | "index">;

function judgeOne(report: MailReport | Error, label: Label, index: number): Verdict {
  if (report instanceof Error) return verdict("crash", label.reason, report.message, false, false);
  if (label.feedback !== "") {
    const got = report.kind === "feedback" ? report.type : report.kind;
    const isRight = got === (FEEDBACK_TYPES.find((type) => type === label.feedback) ?? "unknown");
    return verdict("feedback", label.feedback, got, isRight, isRight);
  }
  // A vacation message: the labels give it no status.
  if (label.status === "") {
    return verdict("auto-reply", "auto-reply", report.kind, report.kind === "auto-reply", report.kind === "auto-reply");
  }
  if (report.kind !== "bounce") return verdict("text", label.status, report.kind, false, false);
  return judgeBounce(report.format === "dsn" ? "machine-readable" : "text", report.recipients[index], label);
}

function judgeBounce(group: Verdict["group"], recipient: RecipientReport | undefined, label: Label): Verdict {
  if (recipient === undefined) return verdict(group, label.status, "no such recipient", false, false);
  const digit = label.status[0] ?? "";
  const classRight = digit === digitOf(recipient) && recipient.permanent === (digit === "5");
  const isOwnCode = /^\d\.0\.9\d\d$/.test(label.status);
  const statusRight = classRight && (isOwnCode || (recipient.status ?? `${digit}.0.0`) === label.status);
  const got = `${recipient.status ?? `${digitOf(recipient)}.x.x`} ${recipient.outcome} ${recipient.class}`;
  return { ...verdict(group, `${label.status} ${label.reason}`, got, classRight, statusRight), words: recipient.words };
}

function digitOf({ status, outcome, permanent }: RecipientReport): string {
  if (outcome === "delivered" || outcome === "relayed") return "2";
  return status?.[0] ?? (permanent ? "5" : "4");
}

function verdict(
  group: Verdict["group"],
  expected: string,
  got: string,
  classRight: boolean,
  statusRight: boolean,
): Verdict {
  return { group, expected, got, words: null, classRight, statusRight };
}
