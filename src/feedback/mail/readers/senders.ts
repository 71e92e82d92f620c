import { addressesIn } from "../addresses.ts";
import { evidenceIn } from "../evidence.ts";
import type { InboundMail } from "../inbound-mail.ts";

/** The addresses of whoever sent the mail that came back; notices name them beside the recipients. */
export function sendersOf(mail: InboundMail): string[] {
  const from = /^from:.*$/im.exec(mail.returned ?? "")?.[0] ?? "";
  return [...mail.headers("to").flatMap(addressesIn), ...addressesIn(from), ...evidenceIn(mail.returned).returnPaths];
}
