import * as z from "zod";
import { codesIn, NO_CODES } from "../codes.ts";
import { NO_EVIDENCE } from "../evidence.ts";
import type { InboundMail } from "../inbound-mail.ts";
import { reportOf } from "../outcome.ts";
import type { MailReport } from "../report.ts";
import { feedbackType } from "./feedback-report.ts";

// https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
const Notification = z.object({
  notificationType: z.string().optional(),
  eventType: z.string().optional(),
  mail: z.object({ destination: z.array(z.string()).catch([]) }).catch({ destination: [] }),
  bounce: z
    .object({
      bounceType: z.string().catch(""),
      bouncedRecipients: z
        .array(
          z.object({
            emailAddress: z.string().catch(""),
            status: z.string().nullish(),
            diagnosticCode: z.string().nullish(),
          }),
        )
        .catch([]),
    })
    .optional(),
  complaint: z
    .object({
      complaintFeedbackType: z.string().nullish(),
      complainedRecipients: z.array(z.object({ emailAddress: z.string().catch("") })).catch([]),
    })
    .optional(),
  delivery: z.object({ recipients: z.array(z.string()).catch([]), smtpResponse: z.string().catch("") }).optional(),
});

/**
 * Reads a notification of SES that SNS sent to a mailbox: JSON in the text. It is signed by nobody, so it proves nothing
 * of its own; null: the mail is none.
 */
export function readSesNotification(mail: InboundMail): MailReport | null {
  const notification = notificationIn(mail.notice);
  if (notification === null) return null;
  const parsed = Notification.safeParse(notification);
  if (!parsed.success) return null;
  const { bounce, complaint, delivery } = parsed.data;
  const common = { kind: "bounce", format: "ses", evidence: NO_EVIDENCE } as const;
  if (complaint !== undefined) {
    const type = feedbackType(complaint.complaintFeedbackType ?? "abuse");
    return {
      kind: "feedback",
      type,
      recipients: complaint.complainedRecipients.map((each) => each.emailAddress),
      evidence: NO_EVIDENCE,
    };
  }
  if (bounce !== undefined) {
    const outcome = "failed" as const;
    const recipients = bounce.bouncedRecipients.map(({ emailAddress, status, diagnosticCode }) =>
      reportOf({
        recipient: emailAddress,
        outcome,
        reported: status ?? (bounce.bounceType === "Transient" ? "4.0.0" : "5.0.0"),
        quoted: diagnosticCode ? codesIn(diagnosticCode) : NO_CODES,
        told: NO_CODES,
        words: diagnosticCode ?? null,
      }),
    );
    return { ...common, recipients };
  }
  if (delivery === undefined) return null;
  const recipients = delivery.recipients.map((recipient) =>
    reportOf({
      recipient,
      outcome: "delivered",
      reported: null,
      quoted: codesIn(delivery.smtpResponse),
      told: NO_CODES,
      words: delivery.smtpResponse,
    }),
  );
  return { ...common, recipients };
}

/** The JSON alone, or as the text within the JSON of SNS; mail programs may have broken its lines. */
function notificationIn(text: string): object | null {
  // No pattern: one would look for the last brace from each of the others.
  const begin = text.indexOf("{");
  const json = begin < 0 ? "" : text.slice(begin, text.lastIndexOf("}") + 1);
  if (!json.includes("notificationType")) return null;
  const outer = objectIn(json) ?? objectIn(json.replace(/\n ?/g, ""));
  if (outer === null || !("Message" in outer)) return outer;
  return typeof outer.Message === "string" ? objectIn(outer.Message) : null;
}

function objectIn(json: string): object | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}
