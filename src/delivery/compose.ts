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
type Ready = Result<{ readonly templates: Prepared; readonly plan: MimePlan }>;

const ready = new Map<string, Ready>();

/** True if the content of this push need not be asked for again: it is immutable. */
export function knowsContent(push: string): boolean {
  return ready.has(push);
}

/** Makes a push's content ready for this isolate, unless it is. */
export function learnContent(content: Content, settings: Settings): void {
  if (ready.has(content.push)) return;
  const oldest = ready.size >= REMEMBERED ? ready.keys().next().value : undefined;
  if (oldest !== undefined) ready.delete(oldest);
  ready.set(content.push, prepare(content, settings));
}

function prepare(content: Content, settings: Settings): Ready {
  const templates = prepareTemplates(content);
  if (!templates.ok) return err(templates.error);
  const plan = prepareMime(content, settings);
  return plan.ok ? ok({ templates: templates.value, plan: plan.value }) : err(plan.error);
}

/** Composes the mails of one push for these recipients. What cannot be composed is that delivery's failure alone. */
export function composerOf(push: string, recipients: ReadonlyMap<number, Addressee>): (id: number) => Composed {
  // Taken now: another push may push this one out of memory while its mails go out.
  const known = ready.get(push) ?? err("the content of this push is not here");
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
