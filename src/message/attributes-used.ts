import type { Recipient } from "../recipients/recipient.ts";
import { isBlankText } from "./blank.ts";
import { MailLiquid } from "./liquid/engine.ts";
import { printed } from "./liquid/lookup.ts";
import type { Path, Use } from "./liquid/variables.ts";
import type { TemplateSources } from "./template.ts";
import { checkTemplate } from "./template-source.ts";

/** An attribute that templates use and recipients lack. */
export interface MissingAttribute {
  /** The first template that uses it. */
  readonly template: keyof TemplateSources;
  /** As templates write it: `attributes.plan.name`. */
  readonly attribute: string;
  /** How many of the recipients looked at have it, with a value that shows something. */
  readonly have: number;
}

interface Used {
  readonly template: keyof TemplateSources;
  readonly path: Path;
  readonly use: Use;
}

/** A template may use thousands; a person has 16 KB. */
const MAX_ATTRIBUTES = 100;
const TEMPLATES = ["subject", "html", "text"] as const;
const liquid = new MailLiquid("text");

/**
 * The attributes that the templates print and some of these recipients lack, and those that they read in conditions,
 * loops or assignments and all of them lack. Attributes that the templates test (`{% if %}`, `default`) are left out.
 * At most the first hundred attributes are looked at.
 */
export function missingAttributes(
  sources: TemplateSources,
  recipients: readonly Recipient["attributes"][],
): MissingAttribute[] {
  return usedAttributes(sources).flatMap(({ template, path, use }) => {
    const have = recipients.filter((attributes) => !isBlankText(printed(liquid, path, { attributes }))).length;
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
  for (const template of TEMPLATES) {
    const source = sources[template];
    const checked = source === null ? null : checkTemplate(source);
    if (!checked?.ok) continue;
    for (const { path, use } of checked.value) {
      if (path[0] !== "attributes" || path.length === 1 || use === "tested") continue;
      const key = JSON.stringify(path);
      const known = used.get(key);
      if (known === undefined ? used.size < MAX_ATTRIBUTES : known.use === "read" && use === "printed") {
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
