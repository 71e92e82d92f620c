import { PROVIDERS, type ProviderName } from "../feedback/providers/provider.ts";
import type { ProviderSettings } from "./providers.ts";
import { isLoopback, type RelaySettings } from "./relays.ts";
import type { Settings } from "./settings.ts";

/**
 * - `problem`: mailbox providers count it against the sender, or mails do not arrive. `advice`: something is not seen or
 *   not there. `by-hand`: nobody but a person can see it.
 */
export const CHECK_LEVELS = ["problem", "advice", "by-hand"] as const;

export const CHECK_CODES = [
  "public-url-not-https",
  "example-sender",
  "sends-nothing",
  "relay-in-clear",
  "bounces-unseen",
  "webhook-shut",
  "return-path-unaligned",
  "no-receipts",
  "look-at-dkim",
  "look-at-dmarc",
] as const;

/** Something that a good sender has, and that this deployment lacks or may lack. */
export interface SenderCheck {
  readonly code: (typeof CHECK_CODES)[number];
  readonly level: (typeof CHECK_LEVELS)[number];
  /** The variable or secret that mends it; null: none does. */
  readonly variable: string | null;
  /** The relay that it is about; null: all. */
  readonly relay: string | null;
  readonly message: string;
}

/** A provider's webhook. */
export interface Webhook {
  readonly provider: ProviderName;
  readonly path: string;
  /** It can verify calls; else it refuses them. */
  readonly isOpen: boolean;
}

/** What a webhook verifies its calls with. */
const KEYS: Readonly<Record<ProviderName, { readonly field: keyof ProviderSettings; readonly variable: string }>> = {
  ses: { field: "sesTopicArn", variable: "SES_TOPIC_ARN" },
  postmark: { field: "postmarkPassword", variable: "POSTMARK_PASSWORD" },
  sendgrid: { field: "sendgridPublicKey", variable: "SENDGRID_PUBLIC_KEY" },
  mailgun: { field: "mailgunSigningKey", variable: "MAILGUN_SIGNING_KEY" },
};

export function webhooksOf(providers: ProviderSettings): Webhook[] {
  return PROVIDERS.map((provider) => {
    return { provider, path: `/api/feedback/${provider}`, isOpen: providers[KEYS[provider].field] !== null };
  });
}

/** What is missing to be a good sender, as far as the settings can tell. */
export function senderChecks(settings: Settings): SenderCheck[] {
  const domain = domainOf(settings.mailFrom.address);
  const all = (code: SenderCheck["code"], level: SenderCheck["level"], variable: string | null, message: string) => {
    return { code, level, variable, relay: null, message };
  };
  const checks: SenderCheck[] = [];
  if (!settings.publicUrl.startsWith("https:")) {
    const message =
      "links to unsubscribe are not https: mailbox providers ignore them, and count that against the sender";
    checks.push(all("public-url-not-https", "problem", "PUBLIC_URL", message));
  }
  if (isReserved(domain)) {
    checks.push(
      all("example-sender", "problem", "MAIL_FROM", `${domain} is nobody's domain: no mailbox takes its mail`),
    );
  }
  for (const relay of settings.relays) checks.push(...relayChecks(relay, settings));
  if (settings.receiptKey === null) {
    checks.push(
      all("no-receipts", "advice", "RECEIPT_KEY", "exports as NDJSON are refused: nothing can sign their receipts"),
    );
  }
  const signed = "h= of the relay's DKIM signature must name List-Unsubscribe and List-Unsubscribe-Post";
  checks.push(all("look-at-dkim", "by-hand", null, `open a mail that arrived: ${signed}`));
  checks.push(
    all("look-at-dmarc", "by-hand", null, `the DNS must have SPF for the relay, and a record _dmarc.${domain}`),
  );
  return checks;
}

function relayChecks({ id, transport, server, ...relay }: RelaySettings, settings: Settings): SenderCheck[] {
  const about = (code: SenderCheck["code"], level: SenderCheck["level"], variable: string | null, message: string) => {
    return { code, level, variable, relay: id, message };
  };
  const isAlone = id === "default";
  if (transport === "none") {
    return [
      about(
        "sends-nothing",
        "problem",
        isAlone ? "TRANSPORT" : "RELAYS",
        "this relay sends nothing and counts all as sent",
      ),
    ];
  }
  const checks: SenderCheck[] = [];
  if (server?.security === "none" && !isLoopback(server.host)) {
    const variable = isAlone ? "SMTP_SECURITY" : "RELAYS";
    checks.push(about("relay-in-clear", "problem", variable, "mails go to this relay in clear: set tls or starttls"));
  }
  // Its events come by a queue, and it has envelope senders of its own.
  if (transport === "email-service") return checks;
  const provider = relay.provider ?? settings.providers.smtp;
  const returnPath = relay.returnPath ?? settings.returnPath;
  const key = provider === null ? null : KEYS[provider];
  const isWebhookOpen = key !== null && settings.providers[key.field] !== null;
  if (key !== null && !isWebhookOpen) {
    checks.push(
      about(
        "webhook-shut",
        "advice",
        key.variable,
        `${provider} cannot tell what became of mails: ${key.variable} is not set`,
      ),
    );
  }
  if (!isWebhookOpen && returnPath === null) {
    checks.push(
      about(
        "bounces-unseen",
        "problem",
        "RETURN_PATH",
        "bounces go to the address of From: addresses that do not exist get mail again",
      ),
    );
  }
  const domain = domainOf(settings.mailFrom.address);
  if (returnPath !== null && !isAligned(domainOf(returnPath), domain)) {
    const message = `SPF is checked for ${domainOf(returnPath)}, which DMARC does not count for ${domain}`;
    checks.push(
      about("return-path-unaligned", "advice", relay.returnPath === null ? "RETURN_PATH" : "RELAYS", message),
    );
  }
  return checks;
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf("@") + 1).toLowerCase();
}

/** RFC 2606 and RFC 6761, and machines without a domain. */
function isReserved(domain: string): boolean {
  return /(^|\.)(example\.(com|net|org)|example|test|invalid|localhost)$/.test(domain) || !domain.includes(".");
}

/**
 * Whether DMARC's relaxed alignment (RFC 7489 section 3.1) may hold. Without the list of public suffixes: domains that
 * share their last two labels pass.
 */
function isAligned(a: string, b: string): boolean {
  const end = (domain: string) => domain.split(".").slice(-2).join(".");
  return end(a) === end(b);
}
