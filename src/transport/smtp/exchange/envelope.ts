import { wireAddress } from "../../../recipients/address.ts";
import type { Outcome, Outgoing } from "../../transport.ts";
import type { Capabilities } from "../capabilities.ts";

// Control characters, the space and angle brackets: any could end the path and inject a command.
const FORBIDDEN = /[\0-\x20\x7f<>]/;
const NON_ASCII = /[^\0-\x7f]/;

/** Why a message can't be sent to this server: `reason` is text for a person. */
export type Obstacle = Pick<Extract<Outcome, { kind: "unsendable" }>, "cause" | "reason">;

/**
 * What keeps the message from being sent to this server; null: nothing. `bytes` is the size of the content as
 * transmitted. Sources: RFC 1870 section 6.1 (SIZE), RFC 6531 section 3.1 (SMTPUTF8).
 */
export function obstacle(message: Outgoing, bytes: number, capabilities: Capabilities): Obstacle | null {
  const reason = addressObstacle(message, capabilities);
  if (reason !== null) return { cause: "address", reason };
  if (capabilities.sizeLimit === null || bytes <= capabilities.sizeLimit) return null;
  const tooLarge = `a message of ${bytes} bytes is larger than the server takes (${capabilities.sizeLimit})`;
  return { cause: "size", reason: tooLarge };
}

function addressObstacle(message: Outgoing, capabilities: Capabilities): string | null {
  const { from, to } = message;
  if (FORBIDDEN.test(from))
    return `the sender address ${JSON.stringify(from)} has a character that no address may have`;
  if (to === "" || FORBIDDEN.test(to)) {
    return `the recipient address ${JSON.stringify(to)} is empty or has a character that no address may have`;
  }
  if (needsSmtpUtf8(message) && !capabilities.smtpUtf8) {
    return `${NON_ASCII.test(to) ? to : from} needs SMTPUTF8, which the server does not offer`;
  }
  return null;
}

/** MAIL FROM with the parameters that the server offers, CRLF included (RFC 5321 section 4.1.1.2). */
export function mailCommand(message: Outgoing, bytes: number, capabilities: Capabilities): string {
  let command = `MAIL FROM:<${wireAddress(message.from)}>`;
  if (capabilities.size) command += ` SIZE=${bytes}`;
  if (capabilities.eightBitMime && message.eightBit) command += " BODY=8BITMIME";
  if (needsSmtpUtf8(message)) command += " SMTPUTF8";
  // Headers are enough to recognise the mail by: a report with the whole content would be large.
  if (capabilities.dsn && message.envelopeId !== null) command += ` RET=HDRS ENVID=${message.envelopeId}`;
  return `${command}\r\n`;
}

/** RCPT TO, CRLF included (RFC 5321 section 4.1.1.3), with NOTIFY where the server offers DSN (RFC 3461 section 4.1). */
export function rcptCommand(message: Outgoing, capabilities: Capabilities): string {
  const notify = capabilities.dsn && message.envelopeId !== null ? " NOTIFY=FAILURE,DELAY" : "";
  return `RCPT TO:<${wireAddress(message.to)}>${notify}\r\n`;
}

function needsSmtpUtf8(message: Outgoing): boolean {
  return NON_ASCII.test(message.to) || NON_ASCII.test(message.from);
}
