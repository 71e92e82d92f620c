import { err, ok, type Result } from "../../core/result.ts";
import { MAX_WORK } from "../../message/liquid/budget.ts";
import { compose, type MimePlan, unsubscribeUrl } from "../../message/mime/mime.ts";
import { type Personal, type Rendered, render } from "../../message/template/template.ts";
import type { Addressee } from "../../recipients/filter/audience.ts";
import type { Outgoing } from "../../transport/transport.ts";
import type { Allowance } from "../allowance.ts";
import type { Composed } from "../work.ts";
import type { Ready } from "./prepared-content.ts";

/**
 * Composes the mails of one push for these recipients, and charges their work to the consumer's allowance. A mail that
 * cannot be composed fails only its own delivery.
 * @param relay the id of the relay that takes the mails
 * @param relayHeaders the headers that the relay's provider wants in a recipient's mail
 */
export function composerOf(
  known: Ready,
  relay: string,
  recipients: Pick<ReadonlyMap<number, Addressee>, "get">,
  allowance: Allowance,
  relayHeaders: RelayHeaders = () => "",
): (id: number) => Composed {
  return (id) => {
    const recipient = recipients.get(id);
    const made =
      recipient === undefined ? err("not read") : composeFor(known, relay, recipient, allowance, relayHeaders);
    if (made.ok) return { kind: "mail", mail: made.value.mail };
    const address = recipient?.address ?? null;
    return { kind: "none", outcome: { id, kind: "failed", class: "template", reply: made.error, address, attempt: 0 } };
  };
}

/** Headers with CRLF, for a mail of this plan to this recipient. */
export type RelayHeaders = (plan: MimePlan, recipient: number) => string;

/** One recipient's mail, and what it shows. */
export interface PersonalMail {
  readonly mail: Outgoing;
  readonly rendered: Rendered;
}

/**
 * Renders and composes one recipient's mail. The one way to a mail: of pushes, previews and tests.
 *
 * @param relay the id of the relay that takes the mail
 * @param titled what a subject becomes before it is written
 */
export function composeFor(
  known: Ready,
  relay: string,
  recipient: Personal & { readonly id: number },
  allowance: Allowance,
  relayHeaders: RelayHeaders,
  titled: (subject: string) => string = (subject) => subject,
): Result<PersonalMail> {
  if (!known.ok) return known;
  const { templates, plans } = known.value;
  const plan = plans.get(relay);
  if (plan === undefined) return err(`no plan for relay ${relay}`);
  const links = {
    get unsubscribe_url() {
      return unsubscribeUrl(plan, recipient.id);
    },
  };
  const rendered = render(templates, recipient, links);
  allowance.spend(rendered.ok ? rendered.value.work : MAX_WORK);
  if (!rendered.ok) return rendered;
  const shown = { ...rendered.value, subject: titled(rendered.value.subject) };
  const mail = compose(plan, recipient, shown, Date.now(), relayHeaders(plan, recipient.id));
  return mail.ok ? ok({ mail: mail.value, rendered: shown }) : mail;
}
