/** A name that Liquid takes after a dot. */
const PLAIN = /^[A-Za-z_][\w-]*$/;

/** `{{ attributes.plan }}`; a name with other letters stands in brackets. */
export function variableOf(field: string): string {
  const name = field.startsWith("attributes.") ? field.slice("attributes.".length) : null;
  if (name === null || PLAIN.test(name)) return `{{ ${field} }}`;
  const quote = name.includes('"') ? "'" : '"';
  return `{{ attributes[${quote}${name}${quote}] }}`;
}
