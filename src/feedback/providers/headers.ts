import type { TransportName } from "../../config/relays.ts";
import type { Settings } from "../../config/settings.ts";
import type { MimePlan } from "../../message/mime/mime.ts";
import { signToken } from "../../message/signed/delivery-token.ts";
import { mailgunHeaders } from "./mailgun.ts";
import { postmarkHeaders } from "./postmark.ts";
import type { ProviderName } from "./provider.ts";
import { sendgridHeaders } from "./sendgrid.ts";
import { sesHeaders } from "./ses.ts";

/**
 * The headers by which the events of the relay's provider name a mail's delivery, each with CRLF. They carry a token and
 * no address. None for a relay of nobody in particular, or where no relay is used.
 */
export function relayHeaders(
  { transport, provider }: { readonly transport: TransportName; readonly provider: ProviderName | null },
  { sesConfigurationSet }: Pick<Settings["providers"], "sesConfigurationSet">,
): (plan: MimePlan, recipient: number) => string {
  if (provider === null || transport === "email-service" || transport === "none") return () => "";
  return ({ push, signing }, recipient) =>
    headersOf(provider, signToken("event", push, recipient, signing.signingKey), sesConfigurationSet);
}

function headersOf(provider: ProviderName, token: string, sesConfigurationSet: string | null): string {
  switch (provider) {
    case "ses":
      return sesHeaders(token, sesConfigurationSet);
    case "postmark":
      return postmarkHeaders(token);
    case "sendgrid":
      return sendgridHeaders(token);
    case "mailgun":
      return mailgunHeaders(token);
  }
}
