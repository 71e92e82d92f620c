import type { Recipient } from "../../recipients/recipient.ts";
import { MailLiquid } from "../liquid/engine.ts";
import { isThere, kindAt } from "../liquid/lookup.ts";
import type { Path, Use } from "../liquid/variables.ts";
import type { TemplateSources } from "./template.ts";
import { checkTemplate } from "./template-source.ts";

/** An attribute that templates use and recipients lack. */
export interface MissingAttribute {
  /** The first template that uses it: "subject", or `headers["X-Plan"]`. */
  readonly template: string;
  /** As templates write it: `attributes.plan.name`. */
  readonly attribute: string;
  /** How many of the recipients looked at have it, with a value that can be shown; if only tested, with any. */
  readonly have: number;
}

interface Used {
  readonly template: string;
  readonly path: Path;
  readonly use: Use;
}

/** A template may use thousands; a person has 16 KB. */
const MAX_ATTRIBUTES = 100;
/** The more a use asks of recipients, the higher. */
const ASKS: Readonly<Record<Use, number>> = { tested: 0, read: 1, printed: 2 };
const TEMPLATES = ["subject", "html", "text"] as const;
const liquid = new MailLiquid("text");

/**
 * The attributes that the templates print and some of these recipients lack, and those that they read or test in
 * conditions, loops, assignments or under `default` and all of them lack. An attribute that the templates only test may be
 * empty, but if nobody has it at all it is misspelt. At most the first hundred attributes are looked at.
 */
export function missingAttributes(
  sources: TemplateSources,
  recipients: readonly Recipient["attributes"][],
): MissingAttribute[] {
  return usedAttributes(sources).flatMap(({ template, path, use }) => {
    const has = (attributes: Recipient["attributes"]) => {
      if (use === "tested") return isThere(liquid, path, { attributes });
      const kind = kindAt(liquid, path, { attributes });
      return kind === "text" || (kind === "object" && use === "read");
    };
    const have = recipients.filter(has).length;
    const isMissed = use === "printed" ? have < recipients.length : have === 0 && recipients.length > 0;
    return isMissed ? [{ template, attribute: pathText(path), have }] : [];
  });
}

/** True if `missingAttributes` depends on the recipients. */
export function usesAttributes(sources: TemplateSources): boolean {
  return usedAttributes(sources).length > 0;
}

/** Each attribute once, with the use that asks most of recipients. */
function usedAttributes(sources: TemplateSources): Used[] {
  const used = new Map<string, Used>();
  const headers = Object.entries(sources.headers ?? {}).map(([name, source]) => {
    return { template: /^\w+$/.test(name) ? `headers.${name}` : `headers[${JSON.stringify(name)}]`, source };
  });
  for (const { template, source } of [
    ...TEMPLATES.map((name) => ({ template: name, source: sources[name] })),
    ...headers,
  ]) {
    const checked = source === null ? null : checkTemplate(source);
    if (!checked?.ok) continue;
    for (const { path, use } of checked.value) {
      if (path[0] !== "attributes" || path.length === 1) continue;
      const key = JSON.stringify(path);
      const known = used.get(key);
      if (known === undefined ? used.size < MAX_ATTRIBUTES : ASKS[use] > ASKS[known.use]) {
        used.set(key, { template, path, use });
      }
    }
  }
  return [...used.values()];
}

function pathText(path: Path): string {
  return path.map((name, at) => (at === 0 ? name : segment(name))).join("");
}

function segment(name: string): string {
  if (/^\d+$/.test(name)) return `[${name}]`;
  return /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
