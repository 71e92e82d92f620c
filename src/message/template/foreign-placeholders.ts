import type { TemplateSources } from "./template.ts";

/** Placeholders of other systems that a template holds: mailpush sends them as they stand. */
export interface ForeignPlaceholders {
  /** "subject", or `headers["X-Plan"]`. */
  readonly template: string;
  /** Each once, in order, a hundred at most. */
  readonly placeholders: readonly string[];
}

const TEMPLATES = ["subject", "html", "text"] as const;
const MAX_PLACEHOLDERS = 100;
const LIQUID = /\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g;
/** What a placeholder names; bounded, so that a template of one delimiter costs no more than its length. */
const NAME = String.raw`[\p{L}_][\p{L}\p{N}_.:@|,=() -]{0,60}`;

const FORMS: readonly string[] = [
  // Salesforce Marketing Cloud: %%name%%, %%=v(@name)=%%.
  `%%=?${NAME}=?%%`,
  // Mailchimp, Mandrill: *|FNAME|*.
  String.raw`\*\|${NAME}\|\*`,
  // Constant Contact, MailerLite and others.
  String.raw`\[\[ ?${NAME}\]\]`,
  // MailerLite, Smarty: {$name}; JavaScript: ${name}; Ruby: #{name}.
  String.raw`\{\$${NAME}\}`,
  String.raw`[$#]\{${NAME}\}`,
  // ActiveCampaign, Mailgun: %FIRSTNAME%, %recipient.name%. Not two bytes of a URL.
  String.raw`%(?:[A-Z][A-Z_]{3,40}(?:-[A-Z_]{1,40})?|recipient\.\w{1,60})%(?![\dA-F]{2})`,
  // ERB, EJS.
  `<%=? ?${NAME}%>`,
];
const FOREIGN = new RegExp(FORMS.join("|"), "gu");

/** The placeholders that are left where the templates have no Liquid. */
export function foreignPlaceholders(sources: TemplateSources): ForeignPlaceholders[] {
  const headers = Object.entries(sources.headers ?? {}).map(([name, source]) => ({
    template: /^\w+$/.test(name) ? `headers.${name}` : `headers[${JSON.stringify(name)}]`,
    source,
  }));
  const templates = [...TEMPLATES.map((name) => ({ template: name, source: sources[name] })), ...headers];
  return templates.flatMap(({ template, source }) => {
    // A space, so that what stands around a tag does not become a placeholder.
    const found = (source ?? "").replace(LIQUID, " ").match(FOREIGN) ?? [];
    const placeholders = [...new Set(found)].slice(0, MAX_PLACEHOLDERS);
    return placeholders.length === 0 ? [] : [{ template, placeholders }];
  });
}
