import { formatReply } from "../../../src/core/reply.ts";
import { smtp } from "../../../src/transport/smtp/index.ts";
import type { Feed, Outcome, Outgoing, RelayConfig } from "../../../src/transport/transport.ts";

/** Under this name the local runtime keeps what an `EmailMessage` was made of. */
type Raw = EmailMessage & { readonly "EmailMessage::raw": ReadableStream };

/**
 * Stands in for Cloudflare Email Service, which no test can reach: hands every mail to the relay in a session of its
 * own, and throws what Cloudflare documents that the service throws.
 */
export class PostOffice implements SendEmail {
  readonly #relay: RelayConfig;

  constructor(relay: RelayConfig) {
    this.#relay = relay;
  }

  async send(message: EmailMessage | EmailMessageBuilder): Promise<EmailSendResult> {
    const { from, to, "EmailMessage::raw": raw } = message as Raw;
    const content = new Uint8Array(await new Response(raw).arrayBuffer());
    const feed = new OneMail({ id: 1, from, to, content, eightBit: true, envelopeId: null });
    await smtp(this.#relay).deliver(feed, { beginBefore: Infinity, messageTimeoutMs: 480_000 });
    const { outcome } = feed;
    switch (outcome?.kind) {
      case "answered":
        if (outcome.reply.code < 300) return { messageId: "<1@example.org>" };
        throw coded("E_DELIVERY_FAILED", `could not deliver to ${to}: ${formatReply(outcome.reply)}`);
      case "unsendable":
        throw coded("E_VALIDATION_ERROR", outcome.reason);
      case "in_doubt":
        throw new Error("Network connection lost.");
      default:
        throw coded("E_INTERNAL_SERVER_ERROR", "Email Service is temporarily unavailable");
    }
  }
}

export function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

class OneMail implements Feed {
  outcome: Outcome | null = null;
  #mail: Outgoing | null;

  constructor(mail: Outgoing) {
    this.#mail = mail;
  }

  next(): Outgoing | null {
    const mail = this.#mail;
    this.#mail = null;
    return mail;
  }

  report(outcome: Outcome): void {
    this.outcome = outcome;
  }
}
