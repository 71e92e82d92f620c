import { err } from "../core/result.ts";
import { MAX_WORK } from "../message/liquid/budget.ts";
import { compose, type MimePlan, unsubscribeUrl } from "../message/mime.ts";
import { render } from "../message/template.ts";
import type { Addressee } from "../recipients/audience.ts";
import type { Allowance } from "./allowance.ts";
import type { Ready } from "./prepared-content.ts";
import type { Composed } from "./work.ts";

/**
 * Composes the mails of one push for these recipients, and charges their work to the consumer's allowance. A mail that
 * cannot be composed fails only its own delivery.
 * @param relayHeaders the headers that the relay's provider wants in a recipient's mail
 */
export function composerOf(
  known: Ready,
  recipients: Pick<ReadonlyMap<number, Addressee>, "get">,
  allowance: Allowance,
  relayHeaders: RelayHeaders = () => "",
): (id: number) => Composed {
  return (id) => {
    const recipient = recipients.get(id);
    const mail = recipient === undefined ? err("not read") : mailOf(known, recipient, allowance, relayHeaders);
    if (mail.ok) return { kind: "mail", mail: mail.value };
    const address = recipient?.address ?? null;
    return { kind: "none", outcome: { id, kind: "failed", class: "template", reply: mail.error, address, attempt: 0 } };
  };
}

/** Headers with CRLF, for a mail of this plan to this recipient. */
export type RelayHeaders = (plan: MimePlan, recipient: number) => string;

function mailOf(known: Ready, recipient: Addressee, allowance: Allowance, relayHeaders: RelayHeaders) {
  if (!known.ok) return known;
  const { templates, plan } = known.value;
  const links = {
    get unsubscribe_url() {
      return unsubscribeUrl(plan, recipient.id);
    },
  };
  const rendered = render(templates, recipient, links);
  allowance.spend(rendered.ok ? rendered.value.work : MAX_WORK);
  if (!rendered.ok) return rendered;
  return compose(plan, recipient, rendered.value, Date.now(), relayHeaders(plan, recipient.id));
}
