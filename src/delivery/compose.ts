import type { Settings } from "../config.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Content } from "../message/content.ts";
import { compose, type MimePlan, prepareMime } from "../message/mime.ts";
import { type Prepared, prepareTemplates, render } from "../message/template.ts";
import type { Addressee } from "../recipients/audience.ts";
import type { Composed } from "./sessions.ts";

/** Pushes whose content an isolate keeps ready: they are few at a time, and a megabyte each at the most. */
const REMEMBERED = 16;

/** A push's content made ready: templates parsed, what all its mails have in common encoded. */
export type Ready = Result<{ readonly templates: Prepared; readonly plan: MimePlan }>;

const ready = new Map<string, Ready>();

/** A push's content as this isolate has it ready, or null: then a claim has to bring it. It is immutable. */
export function readyContent(push: string): Ready | null {
  return ready.get(push) ?? null;
}

/** Makes a push's content ready, and keeps it for the next batch. */
export function makeReady(content: Content, settings: Settings): Ready {
  const oldest = ready.size >= REMEMBERED ? ready.keys().next().value : undefined;
  if (oldest !== undefined) ready.delete(oldest);
  const made = prepare(content, settings);
  ready.set(content.push, made);
  return made;
}

function prepare(content: Content, settings: Settings): Ready {
  const templates = prepareTemplates(content);
  if (!templates.ok) return err(templates.error);
  const plan = prepareMime(content, settings);
  return plan.ok ? ok({ templates: templates.value, plan: plan.value }) : err(plan.error);
}

/** Composes the mails of one push for these recipients. What cannot be composed is that delivery's failure alone. */
export function composerOf(known: Ready, recipients: ReadonlyMap<number, Addressee>): (id: number) => Composed {
  return (id) => {
    const recipient = recipients.get(id);
    const mail = recipient === undefined ? err("not read") : mailOf(known, recipient);
    if (mail.ok) return { kind: "mail", mail: mail.value };
    const address = recipient?.address ?? null;
    return { kind: "none", outcome: { id, kind: "failed", class: "template", reply: mail.error, address, attempt: 0 } };
  };
}

function mailOf(known: Ready, recipient: Addressee) {
  if (!known.ok) return known;
  const rendered = render(known.value.templates, recipient);
  return rendered.ok ? compose(known.value.plan, recipient, rendered.value, Date.now()) : rendered;
}
