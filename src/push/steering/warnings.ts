import { type MissingAttribute, missingAttributes, usesAttributes } from "../../message/template/attributes-used.ts";
import { foreignPlaceholders } from "../../message/template/foreign-placeholders.ts";
import type { TemplateSources } from "../../message/template/template.ts";
import { sampleAttributes } from "../../recipients/filter/audience.ts";
import type { Filter } from "../../recipients/filter/filter.ts";

/** People whose attributes are looked at, 16 KB each at most. */
const MAX_LOOKED_AT = 500;

/** Something about a push that is probably a mistake. */
export type Warning = MissingWarning | PlaceholderWarning;

/** A template uses an attribute that recipients lack. */
interface MissingWarning extends Omit<MissingAttribute, "template">, PlaceholderWarning {
  readonly lookedAt: number;
}

/** A template holds another system's placeholder, which nothing replaces. */
interface PlaceholderWarning {
  /** A JSON path in the request: `$.html`. */
  readonly path: string;
  readonly message: string;
}

const EXAMPLES = 3;

export function isAboutAttribute(warning: Warning): warning is MissingWarning {
  return "attribute" in warning;
}

/** The result of `findWarnings`. */
export interface Warnings {
  readonly warnings: readonly Warning[];
  /** How many recipients were looked at; 0 if the templates use no attribute that anybody may lack. */
  readonly lookedAt: number;
}

/** Looks for placeholders, and compares the attributes that the templates use with those of up to 500 recipients. */
export async function findWarnings(
  db: D1Database,
  templates: TemplateSources,
  filter: Filter,
  expected: number,
): Promise<Warnings> {
  const foreign = foreignPlaceholders(templates).map(({ template, placeholders }) => ({
    path: `$.${template}`,
    message: `would be sent as it stands: ${placeholders.slice(0, EXAMPLES).join(", ")} (a placeholder is {{ username }} or {{ attributes.NAME }})`,
  }));
  if (expected === 0 || !usesAttributes(templates)) return { warnings: foreign, lookedAt: 0 };
  const recipients = await sampleAttributes(db, filter, expected, MAX_LOOKED_AT);
  const lookedAt = recipients.length;
  const warnings = missingAttributes(templates, recipients).map(({ template, attribute, have }) => ({
    path: `$.${template}`,
    message:
      have === 1
        ? `only 1 of the ${lookedAt} recipients looked at has ${attribute}`
        : `${have === 0 ? "none" : `only ${have}`} of the ${lookedAt} recipients looked at have ${attribute}`,
    attribute,
    have,
    lookedAt,
  }));
  return { warnings: [...warnings, ...foreign], lookedAt };
}
