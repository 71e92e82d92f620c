import type { Settings } from "../config.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Content } from "../message/content.ts";
import { compose, type MimePlan, prepareMime } from "../message/mime.ts";
import { type Prepared, prepareTemplates, render } from "../message/template.ts";
import type { Addressee } from "../recipients/audience.ts";
import type { Composed } from "./work.ts";

/** Pushes whose prepared content an isolate caches, at most a megabyte each. */
const CACHE_SIZE = 16;

/** A push's prepared content: templates parsed, the parts common to all mails encoded. */
export type Ready = Result<{ readonly templates: Prepared; readonly plan: MimePlan }>;

const cache = new Map<string, Ready>();

/** A push's cached content, which is immutable, or null: the claim must then ask for the content. */
export function readyContent(push: string): Ready | null {
  return cache.get(push) ?? null;
}

/** Prepares a push's content and caches it for the next batch. */
export function makeReady(content: Content, settings: Settings): Ready {
  const oldest = cache.size >= CACHE_SIZE ? cache.keys().next().value : undefined;
  if (oldest !== undefined) cache.delete(oldest);
  const made = prepare(content, settings);
  cache.set(content.push, made);
  return made;
}

function prepare(content: Content, settings: Settings): Ready {
  const templates = prepareTemplates(content, settings.rendering);
  if (!templates.ok) return err(templates.error);
  const plan = prepareMime(content, settings);
  return plan.ok ? ok({ templates: templates.value, plan: plan.value }) : err(plan.error);
}

/** Composes the mails of one push for these recipients. A mail that cannot be composed fails only its own delivery. */
export function composerOf(
  known: Ready,
  recipients: Pick<ReadonlyMap<number, Addressee>, "get">,
): (id: number) => Composed {
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
