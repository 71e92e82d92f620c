import { err } from "../core/result.ts";
import { MAX_WORK } from "../message/liquid/budget.ts";
import { compose } from "../message/mime.ts";
import { render } from "../message/template.ts";
import type { Addressee } from "../recipients/audience.ts";
import type { Allowance } from "./allowance.ts";
import type { Ready } from "./prepared-content.ts";
import type { Composed } from "./work.ts";

/**
 * Composes the mails of one push for these recipients, and charges their work to the consumer's allowance. A mail that
 * cannot be composed fails only its own delivery.
 */
export function composerOf(
  known: Ready,
  recipients: Pick<ReadonlyMap<number, Addressee>, "get">,
  allowance: Allowance,
): (id: number) => Composed {
  return (id) => {
    const recipient = recipients.get(id);
    const mail = recipient === undefined ? err("not read") : mailOf(known, recipient, allowance);
    if (mail.ok) return { kind: "mail", mail: mail.value };
    const address = recipient?.address ?? null;
    return { kind: "none", outcome: { id, kind: "failed", class: "template", reply: mail.error, address, attempt: 0 } };
  };
}

function mailOf(known: Ready, recipient: Addressee, allowance: Allowance) {
  if (!known.ok) return known;
  const rendered = render(known.value.templates, recipient);
  allowance.spend(rendered.ok ? rendered.value.work : MAX_WORK);
  return rendered.ok ? compose(known.value.plan, recipient, rendered.value, Date.now()) : rendered;
}
